package io.nolook.camera;

import io.nolook.frame.Picture;
import io.nolook.frame.PictureEncoder;
import io.nolook.schema.FrameEncoding;

/** How pictures are coded before they are sent. Not thread-safe. */
final class PictureCoding {
    /** Of a JPEG: little is seen of it at the size of a model. */
    private static final double QUALITY = 0.92;

    private final FrameEncoding encoding;
    private final PictureEncoder encoder = new PictureEncoder();

    PictureCoding(FrameEncoding encoding) {
        this.encoding = encoding;
    }

    FrameEncoding encoding() {
        return encoding;
    }

    byte[] payload(Picture picture) {
        return switch (encoding) {
            case JPEG -> encoder.jpeg(picture, QUALITY);
            case PNG -> encoder.png(picture);
            case RGB24 -> picture.rgb();
        };
    }
}
