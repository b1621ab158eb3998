package io.nolook.frame;

/**
 * A decoded picture: uint8 RGB 0..255, rows from the top.
 *
 * @param width pixels, at least 1
 * @param height pixels, at least 1
 * @param rgb {@code 3 * width * height} bytes [H,W,3]; owned by the picture, not to be changed
 */
public record Picture(int width, int height, byte[] rgb) {

    public Picture {
        if (width < 1 || height < 1 || rgb.length != 3L * width * height) {
            throw new IllegalArgumentException("found " + rgb.length + " bytes for " + width + " x " + height
                    + " pixels, expected 3 bytes a pixel and at least one pixel");
        }
    }
}
