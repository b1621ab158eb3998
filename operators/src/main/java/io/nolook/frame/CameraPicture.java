package io.nolook.frame;

/**
 * A picture of a camera, as it came or decoded and made smaller.
 *
 * @param atMicros when it was taken: microseconds since 1970 of a live source, since the start of a recording
 * @param sourceWidth pixels that the camera gave
 * @param sourceHeight pixels that the camera gave
 * @param width pixels of this picture
 * @param height pixels of this picture
 * @param encoding of the payload: RGB24 when it was decoded, JPEG when it is the camera's own
 * @param payload owned by the picture, not to be changed
 */
public record CameraPicture(
        long atMicros,
        int sourceWidth,
        int sourceHeight,
        int width,
        int height,
        FrameEncoding encoding,
        byte[] payload) {}
