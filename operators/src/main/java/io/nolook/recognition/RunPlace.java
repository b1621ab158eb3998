package io.nolook.recognition;

/**
 * A token frame, and where it stands in its run.
 *
 * @param tokens of the step
 * @param run sequence number of the first frame since the last gap
 * @param position steps of the run before it
 */
public record RunPlace(CameraTokens tokens, long run, int position) {}
