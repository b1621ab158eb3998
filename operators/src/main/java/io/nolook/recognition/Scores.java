package io.nolook.recognition;

/**
 * What a recognizer says after one token frame.
 *
 * @param epoch of the token frame
 * @param run sequence number of the run's first frame
 * @param position token frames of the run before it
 * @param span the frames of the token frame
 * @param probabilities of the labels, summing to 1
 */
public record Scores(long epoch, long run, int position, CameraTokens.Span span, float[] probabilities) {}
