package io.nolook.tool.fuzz;

import io.nolook.frame.Picture;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.metadata.IIOMetadata;
import javax.imageio.metadata.IIOMetadataNode;
import org.w3c.dom.Node;

/** JPEGs in the forms that cameras send: progressive, colour of any share, restart markers. */
final class JpegForms {
    private static final String METADATA = "javax_imageio_jpeg_image_1.0";

    private JpegForms() {}

    static byte[] progressive(Picture picture) throws IOException {
        ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
        ImageWriteParam param = writer.getDefaultWriteParam();
        param.setProgressiveMode(ImageWriteParam.MODE_DEFAULT);
        return write(writer, param, new IIOImage(image(picture), null, null));
    }

    /**
     * A baseline JPEG.
     *
     * @param across pixels side by side that share their colour: 1, 2 or 4
     * @param down pixels one above the other that share their colour
     * @param restartInterval MCUs between two restart markers, 0 for none
     */
    static byte[] baseline(Picture picture, int across, int down, int restartInterval) throws IOException {
        ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
        ImageWriteParam param = writer.getDefaultWriteParam();
        BufferedImage image = image(picture);
        IIOMetadata metadata = writer.getDefaultImageMetadata(new ImageTypeSpecifier(image), param);
        Node tree = metadata.getAsTree(METADATA);
        IIOMetadataNode markers = (IIOMetadataNode) tree.getLastChild();
        Node header = markers.getElementsByTagName("sof").item(0);
        IIOMetadataNode luma = (IIOMetadataNode) header.getFirstChild();
        luma.setAttribute("HsamplingFactor", String.valueOf(across));
        luma.setAttribute("VsamplingFactor", String.valueOf(down));
        if (restartInterval > 0) {
            IIOMetadataNode restarts = new IIOMetadataNode("dri");
            restarts.setAttribute("interval", String.valueOf(restartInterval));
            markers.insertBefore(restarts, header);
        }
        metadata.setFromTree(METADATA, tree);
        return write(writer, param, new IIOImage(image, null, metadata));
    }

    private static byte[] write(ImageWriter writer, ImageWriteParam param, IIOImage image) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (var out = ImageIO.createImageOutputStream(bytes)) {
            writer.setOutput(out);
            writer.write(null, image, param);
        } finally {
            writer.dispose();
        }
        return bytes.toByteArray();
    }

    private static BufferedImage image(Picture picture) {
        BufferedImage image = new BufferedImage(picture.width(), picture.height(), BufferedImage.TYPE_INT_RGB);
        byte[] rgb = picture.rgb();
        for (int i = 0; i < picture.width() * picture.height(); i++) {
            int value = (rgb[3 * i] & 0xff) << 16 | (rgb[3 * i + 1] & 0xff) << 8 | rgb[3 * i + 2] & 0xff;
            image.setRGB(i % picture.width(), i / picture.width(), value);
        }
        return image;
    }
}
