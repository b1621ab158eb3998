package io.nolook.frame;

import java.awt.image.DataBufferByte;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** Pictures and coded files made on the spot. */
final class TestPictures {
    static final byte[] PNG_SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};

    private TestPictures() {}

    static Picture plain(int width, int height, int red, int green, int blue) {
        byte[] rgb = new byte[3 * width * height];
        for (int i = 0; i < rgb.length; i += 3) {
            rgb[i] = (byte) red;
            rgb[i + 1] = (byte) green;
            rgb[i + 2] = (byte) blue;
        }
        return new Picture(width, height, rgb);
    }

    /** Soft colours that JPEG keeps well. */
    static Picture soft(int width, int height) {
        byte[] rgb = new byte[3 * width * height];
        for (int y = 0, i = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                rgb[i++] = (byte) (40 + 170 * x / width);
                rgb[i++] = (byte) (200 - 150 * y / height);
                rgb[i++] = (byte) (60 + 60 * x / width + 60 * y / height);
            }
        }
        return new Picture(width, height, rgb);
    }

    static Picture noise(int width, int height, long seed) {
        byte[] rgb = new byte[3 * width * height];
        new Random(seed).nextBytes(rgb);
        return new Picture(width, height, rgb);
    }

    static byte[] jpeg(Picture picture) {
        return new PictureEncoder().jpeg(picture, 0.95);
    }

    static byte[] progressive(Picture picture) {
        return write(new IIOImage(TestJpegs.image(picture), null, null), ImageWriteParam.MODE_DEFAULT);
    }

    /** Components as they are, without colour conversion or application markers. */
    static byte[] rawComponents(int width, int height, byte[] samples) {
        int bands = samples.length / (width * height);
        int[] offsets = new int[bands];
        for (int i = 0; i < bands; i++) {
            offsets[i] = i;
        }
        WritableRaster raster = Raster.createInterleavedRaster(
                new DataBufferByte(samples, samples.length), width, height, bands * width, bands, offsets, null);
        return write(new IIOImage(raster, null, null), ImageWriteParam.MODE_DISABLED);
    }

    private static byte[] write(IIOImage image, int progressiveMode) {
        ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (MemoryCacheImageOutputStream stream = new MemoryCacheImageOutputStream(bytes)) {
            ImageWriteParam param = writer.getDefaultWriteParam();
            param.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
            param.setCompressionQuality(0.95f);
            param.setProgressiveMode(progressiveMode);
            writer.setOutput(stream);
            writer.write(null, image, param);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            writer.dispose();
        }
        return bytes.toByteArray();
    }

    /** Inserts a segment behind a JPEG's start marker. */
    static byte[] withSegment(byte[] jpeg, int marker, byte[] content) {
        byte[] longer = new byte[jpeg.length + content.length + 4];
        longer[0] = jpeg[0];
        longer[1] = jpeg[1];
        longer[2] = (byte) 0xff;
        longer[3] = (byte) marker;
        longer[4] = (byte) (content.length + 2 >> 8);
        longer[5] = (byte) (content.length + 2);
        System.arraycopy(content, 0, longer, 6, content.length);
        System.arraycopy(jpeg, 2, longer, 6 + content.length, jpeg.length - 2);
        return longer;
    }

    static byte[] adobe(int transform) {
        return new byte[] {'A', 'd', 'o', 'b', 'e', 0, 100, 0, 0, 0, 0, (byte) transform};
    }

    /** An APP1 segment; big-endian when {@code order} is 'M'. */
    static byte[] exif(char order, int orientation) {
        byte[] exif = new byte[6 + 8 + 2 + 12 + 4];
        byte[] start = {'E', 'x', 'i', 'f', 0, 0, (byte) order, (byte) order};
        System.arraycopy(start, 0, exif, 0, start.length);
        put(exif, 8, 42, 2, order);
        put(exif, 10, 8, 4, order);
        put(exif, 14, 1, 2, order);
        put(exif, 16, 0x112, 2, order);
        put(exif, 18, 3, 2, order);
        put(exif, 20, 1, 4, order);
        put(exif, 24, orientation, 2, order);
        return exif;
    }

    private static void put(byte[] to, int at, int value, int size, char order) {
        for (int i = 0; i < size; i++) {
            int shift = 8 * (order == 'M' ? size - 1 - i : i);
            to[at + i] = (byte) (value >> shift);
        }
    }

    static int segment(byte[] jpeg, int marker) {
        for (int i = 0; i + 1 < jpeg.length; i++) {
            if (jpeg[i] == (byte) 0xff && jpeg[i + 1] == (byte) marker) {
                return i;
            }
        }
        throw new AssertionError("no marker " + Integer.toHexString(marker));
    }

    /** A PNG of unfiltered rows, without its IEND. */
    static ByteArrayOutputStream pngStart(int width, int height, int depth, int colourType, int interlacing) {
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        png.writeBytes(PNG_SIGNATURE);
        byte[] header = new byte[13];
        put(header, 0, width, 4, 'M');
        put(header, 4, height, 4, 'M');
        header[8] = (byte) depth;
        header[9] = (byte) colourType;
        header[12] = (byte) interlacing;
        chunk(png, "IHDR", header);
        return png;
    }

    static byte[] png(int width, int height, int depth, int colourType, byte[] filteredRows) {
        ByteArrayOutputStream png = pngStart(width, height, depth, colourType, 0);
        return pngEnd(png, filteredRows);
    }

    static byte[] pngEnd(ByteArrayOutputStream png, byte[] filteredRows) {
        chunk(png, "IDAT", deflate(filteredRows));
        chunk(png, "IEND", new byte[0]);
        return png.toByteArray();
    }

    static byte[] deflate(byte[] bytes) {
        ByteArrayOutputStream deflated = new ByteArrayOutputStream();
        try (DeflaterOutputStream stream = new DeflaterOutputStream(deflated, new Deflater(9))) {
            stream.write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return deflated.toByteArray();
    }

    static void chunk(ByteArrayOutputStream png, String type, byte[] content) {
        byte[] name = type.getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        CRC32 crc = new CRC32();
        crc.update(name);
        crc.update(content);
        try {
            DataOutputStream out = new DataOutputStream(png);
            out.writeInt(content.length);
            out.write(name);
            out.write(content);
            out.writeInt((int) crc.getValue());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static int[] pixel(Picture picture, int x, int y) {
        int at = 3 * (y * picture.width() + x);
        byte[] rgb = picture.rgb();
        return new int[] {rgb[at] & 0xff, rgb[at + 1] & 0xff, rgb[at + 2] & 0xff};
    }

    static double meanDifference(Picture a, Picture b) {
        if (a.width() != b.width() || a.height() != b.height()) {
            throw new AssertionError(a.width() + " x " + a.height() + " and " + b.width() + " x " + b.height());
        }
        long sum = 0;
        for (int i = 0; i < a.rgb().length; i++) {
            sum += Math.abs((a.rgb()[i] & 0xff) - (b.rgb()[i] & 0xff));
        }
        return (double) sum / a.rgb().length;
    }
}
