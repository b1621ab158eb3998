package io.nolook.frame;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.metadata.IIOMetadata;
import javax.imageio.metadata.IIOMetadataNode;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.w3c.dom.Node;

/** JPEGs of every kind that cameras send. */
final class TestJpegs {
    private static final String FORMAT = "javax_imageio_jpeg_image_1.0";

    private TestJpegs() {}

    /**
     * A baseline JPEG.
     *
     * @param across pixels side by side that share their colour: 1, 2 or 4
     * @param down pixels one above the other that share their colour
     * @param restartInterval MCUs between two restart markers, 0 for none
     */
    static byte[] sampled(Picture picture, int across, int down, int restartInterval) {
        ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (MemoryCacheImageOutputStream stream = new MemoryCacheImageOutputStream(bytes)) {
            ImageWriteParam param = writer.getDefaultWriteParam();
            param.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
            param.setCompressionQuality(0.9f);
            BufferedImage image = image(picture);
            IIOMetadata metadata = writer.getDefaultImageMetadata(new ImageTypeSpecifier(image), param);
            Node tree = metadata.getAsTree(FORMAT);
            Node markers = tree.getLastChild();
            IIOMetadataNode header = (IIOMetadataNode)
                    ((IIOMetadataNode) markers).getElementsByTagName("sof").item(0);
            IIOMetadataNode luma = (IIOMetadataNode) header.getFirstChild();
            luma.setAttribute("HsamplingFactor", String.valueOf(across));
            luma.setAttribute("VsamplingFactor", String.valueOf(down));
            if (restartInterval > 0) {
                IIOMetadataNode restarts = new IIOMetadataNode("dri");
                restarts.setAttribute("interval", String.valueOf(restartInterval));
                markers.insertBefore(restarts, header);
            }
            metadata.setFromTree(FORMAT, tree);
            writer.setOutput(stream);
            writer.write(null, new IIOImage(image, null, metadata), param);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            writer.dispose();
        }
        return bytes.toByteArray();
    }

    /** As some webcams send it: the usual Huffman tables are left out. */
    static byte[] withoutTables(byte[] jpeg) {
        int tables = TestPictures.segment(jpeg, 0xc4);
        ByteArrayOutputStream to = new ByteArrayOutputStream();
        to.write(jpeg, 0, tables);
        int at = tables;
        while (jpeg[at + 1] == (byte) 0xc4) {
            at += 2 + ((jpeg[at + 2] & 0xff) << 8 | jpeg[at + 3] & 0xff);
        }
        to.write(jpeg, at, jpeg.length - at);
        return to.toByteArray();
    }

    static BufferedImage image(Picture picture) {
        BufferedImage image = new BufferedImage(picture.width(), picture.height(), BufferedImage.TYPE_INT_RGB);
        byte[] rgb = picture.rgb();
        for (int i = 0; i < rgb.length; i += 3) {
            int pixel = (rgb[i] & 0xff) << 16 | (rgb[i + 1] & 0xff) << 8 | rgb[i + 2] & 0xff;
            image.setRGB(i / 3 % picture.width(), i / 3 / picture.width(), pixel);
        }
        return image;
    }
}
