package io.nolook.frame;

/** How a frame's payload is coded. */
public enum FrameEncoding {
    JPEG,
    PNG,
    /** Three bytes a pixel, rows from the top, no header. */
    RGB24
}
