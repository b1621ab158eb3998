package io.nolook.job.backfill;

/**
 * A recording and how far it was read.
 *
 * @param location a video file or a folder of images
 * @param camera id of its frames
 * @param next sequence number of the next frame
 */
public record Recording(String location, String camera, long next) {}
