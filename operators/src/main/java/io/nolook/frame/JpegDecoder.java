package io.nolook.frame;

import io.nolook.failure.IntakeException;
import io.nolook.frame.JpegLayout.Colours;
import java.awt.Transparency;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.DataBufferByte;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.io.IOException;
import java.util.Iterator;
import java.util.Locale;
import java.util.Optional;
import javax.imageio.ImageIO;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.event.IIOReadWarningListener;

/**
 * Decodes JPEG: what cameras send by our decoder, the rest by the JDK's.
 *
 * <p>The JDK's warnings are failures. Not thread-safe. Keeps one reader, replaced after a failure so that no picture
 * leaves a trace in the next; its native memory goes with the instance. Three-component pictures are written straight
 * into the picture's array.
 */
final class JpegDecoder {
    private static final String JDK_READERS = "com.sun.imageio.";
    private static final int[] RGB_OFFSETS = {0, 1, 2};
    private static final ColorModel RGB = new ComponentColorModel(
            ColorSpace.getInstance(ColorSpace.CS_sRGB), false, false, Transparency.OPAQUE, DataBuffer.TYPE_BYTE);

    private final JpegReducer reducer = new JpegReducer();
    private final Warnings warnings = new Warnings();
    private ImageReader reader = newReader();

    /**
     * Decodes a JPEG among other bytes.
     *
     * @param start where FF D8 is
     * @param limit one past its last byte
     * @throws IntakeException when the pixels cannot be read in full
     */
    Picture decode(byte[] bytes, int start, int limit, PictureGate gate) throws IntakeException {
        return whole(JpegScanner.scan(bytes, start, limit, gate), gate);
    }

    /**
     * Decodes a JPEG among other bytes, and fits it.
     *
     * @param start where FF D8 is
     * @param limit one past its last byte
     * @throws IntakeException when the pixels cannot be read in full
     */
    FittedPicture decode(byte[] bytes, int start, int limit, PictureGate gate, FrameFitter fitter)
            throws IntakeException {
        JpegLayout layout = JpegScanner.scan(bytes, start, limit, gate);
        Optional<Picture> reduced = reducer.decode(layout, fitter);
        return reduced.isPresent()
                ? new FittedPicture(new FrameSize(layout.width(), layout.height()), reduced.get())
                : FittedPicture.of(whole(layout, gate), fitter);
    }

    private Picture whole(JpegLayout layout, PictureGate gate) throws IntakeException {
        byte[] rgb;
        boolean done = false;
        warnings.first = null;
        try (ArrayImageStream stream = new ArrayImageStream(layout.essential())) {
            reader.setInput(stream, true, true);
            rgb = pixels(layout);
            done = warnings.first == null;
        } catch (IOException | RuntimeException e) {
            throw gate.unreadable(e.getMessage() == null ? e.toString() : e.getMessage(), "a decodable picture");
        } finally {
            if (!done) {
                reader.dispose();
                reader = newReader();
            }
        }
        if (!done) {
            String first = warnings.first;
            throw first.toLowerCase(Locale.ROOT).contains("premature end")
                    ? gate.truncated("whose pixels end early (" + first + ")", "all of them")
                    : gate.unreadable(first, "a clean picture");
        }
        return Orientation.turn(new Picture(layout.width(), layout.height(), rgb), layout.orientation());
    }

    private byte[] pixels(JpegLayout layout) throws IOException {
        Colours colours = layout.colours();
        if (colours.components() == 3) {
            byte[] rgb = new byte[3 * layout.width() * layout.height()];
            WritableRaster raster = Raster.createInterleavedRaster(
                    new DataBufferByte(rgb, rgb.length),
                    layout.width(),
                    layout.height(),
                    3 * layout.width(),
                    3,
                    RGB_OFFSETS,
                    null);
            ImageReadParam param = reader.getDefaultReadParam();
            param.setDestination(new BufferedImage(RGB, raster, false, null));
            reader.read(0, param);
            return rgb;
        }
        Raster raster = reader.readRaster(0, null);
        byte[] samples = ((DataBufferByte) raster.getDataBuffer()).getData();
        if (raster.getNumBands() != colours.components()
                || samples.length != (long) colours.components() * layout.width() * layout.height()) {
            throw new IOException(raster.getNumBands() + " bands in " + samples.length + " bytes");
        }
        return colours == Colours.GRAY ? grayToRgb(samples) : inkToRgb(samples, colours);
    }

    private static byte[] grayToRgb(byte[] gray) {
        byte[] rgb = new byte[3 * gray.length];
        for (int i = 0, out = 0; i < gray.length; i++) {
            byte value = gray[i];
            rgb[out++] = value;
            rgb[out++] = value;
            rgb[out++] = value;
        }
        return rgb;
    }

    /** Light left by four inks: the share that each colour's ink leaves, times the share that black leaves. */
    private static byte[] inkToRgb(byte[] samples, Colours colours) {
        byte[] rgb = new byte[samples.length / 4 * 3];
        int flip = colours == Colours.CMYK ? 255 : 0;
        for (int in = 0, out = 0; in < samples.length; in += 4) {
            int c = (samples[in] & 0xff) ^ flip;
            int m = (samples[in + 1] & 0xff) ^ flip;
            int y = (samples[in + 2] & 0xff) ^ flip;
            int k = (samples[in + 3] & 0xff) ^ flip;
            if (colours == Colours.YCCK_INVERTED) {
                int luma = c << 16;
                int blue = m - 128;
                int red = y - 128;
                c = 255 - clamp(luma + 91881 * red);
                int green = clamp(luma - 22554 * blue - 46802 * red);
                y = 255 - clamp(luma + 116130 * blue);
                m = 255 - green;
            }
            rgb[out++] = (byte) ((c * k + 127) / 255);
            rgb[out++] = (byte) ((m * k + 127) / 255);
            rgb[out++] = (byte) ((y * k + 127) / 255);
        }
        return rgb;
    }

    private static int clamp(int fixed) {
        return Math.max(0, Math.min(255, fixed + (1 << 15) >> 16));
    }

    private ImageReader newReader() {
        Iterator<ImageReader> readers = ImageIO.getImageReadersByFormatName("jpeg");
        while (readers.hasNext()) {
            ImageReader candidate = readers.next();
            if (candidate.getClass().getName().startsWith(JDK_READERS)) {
                candidate.addIIOReadWarningListener(warnings);
                return candidate;
            }
        }
        throw new IllegalStateException(
                "found no JPEG reader " + JDK_READERS + "*, expected the JDK's; run on a JRE with java.desktop");
    }

    /** Keeps the first warning that means lost pixels. */
    private static final class Warnings implements IIOReadWarningListener {
        /** Padding before the end marker, as many cameras send it: every pixel is there. */
        private static final String HARMLESS = "extraneous bytes before marker 0xd9";

        private String first;

        @Override
        public void warningOccurred(ImageReader source, String warning) {
            if (first == null && !warning.contains(HARMLESS)) {
                first = warning;
            }
        }
    }
}
