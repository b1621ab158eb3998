package io.nolook.frame;

/**
 * A picture and when it was taken.
 *
 * @param picture upright RGB
 * @param atMicros microseconds since the start of a recording, or since 1970 for a live source
 */
public record TimedPicture(Picture picture, long atMicros) {}
