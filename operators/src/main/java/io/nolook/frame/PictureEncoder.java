package io.nolook.frame;

import java.awt.Transparency;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.DataBufferByte;
import java.awt.image.Raster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/**
 * Writes pictures as JPEG or PNG bytes.
 *
 * <p>Not thread-safe: one instance per thread. Keeps writers, but nothing of a picture, between calls; nothing to
 * close.
 */
public final class PictureEncoder {
    private static final ColorModel RGB = new ComponentColorModel(
            ColorSpace.getInstance(ColorSpace.CS_sRGB), false, false, Transparency.OPAQUE, DataBuffer.TYPE_BYTE);

    /** Of libjpeg, which the JDK writes with. */
    private static final int MOST_JPEG_SIDE = 65_500;

    private final ImageWriter jpegWriter = newWriter("jpeg");
    private final ImageWriter pngWriter = newWriter("png");

    /**
     * Writes a baseline JPEG with halved chroma.
     *
     * @param picture of at most {@value #MOST_JPEG_SIDE} pixels a side
     * @param quality 0 (smallest) to 1 (best)
     */
    public byte[] jpeg(Picture picture, double quality) {
        if (!(quality >= 0 && quality <= 1)) {
            throw new IllegalArgumentException("found JPEG quality " + quality + ", expected 0 to 1");
        }
        if (Math.max(picture.width(), picture.height()) > MOST_JPEG_SIDE) {
            throw new IllegalArgumentException("found a picture of " + picture.width() + " x " + picture.height()
                    + " pixels, expected at most " + MOST_JPEG_SIDE + " a side: a JPEG can have no more");
        }
        ImageWriteParam param = jpegWriter.getDefaultWriteParam();
        param.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
        param.setCompressionQuality((float) quality);
        return write(jpegWriter, param, picture);
    }

    /** Writes an 8-bit RGB PNG. */
    public byte[] png(Picture picture) {
        return write(pngWriter, pngWriter.getDefaultWriteParam(), picture);
    }

    private static byte[] write(ImageWriter writer, ImageWriteParam param, Picture picture) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(picture.rgb().length / 4 + 1024);
        try (ImageOutputStream stream = new MemoryCacheImageOutputStream(bytes)) {
            writer.setOutput(stream);
            writer.write(null, new IIOImage(image(picture), null, null), param);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            writer.setOutput(null);
        }
        return bytes.toByteArray();
    }

    private static BufferedImage image(Picture picture) {
        byte[] rgb = picture.rgb();
        return new BufferedImage(
                RGB,
                Raster.createInterleavedRaster(
                        new DataBufferByte(rgb, rgb.length),
                        picture.width(),
                        picture.height(),
                        3 * picture.width(),
                        3,
                        new int[] {0, 1, 2},
                        null),
                false,
                null);
    }

    private static ImageWriter newWriter(String format) {
        ImageTypeSpecifier type = ImageTypeSpecifier.createFromBufferedImageType(BufferedImage.TYPE_3BYTE_BGR);
        var writers = ImageIO.getImageWriters(type, format);
        while (writers.hasNext()) {
            ImageWriter candidate = writers.next();
            if (candidate.getClass().getName().startsWith("com.sun.imageio.")) {
                return candidate;
            }
        }
        throw new IllegalStateException(
                "found no " + format + " writer of the JDK, expected one; run on a JRE with java.desktop");
    }
}
