package io.nolook.frame;

/**
 * A picture of the model's size and when it was taken.
 *
 * @param fitted with the size that it was made of
 * @param atMicros as of {@link TimedPicture}
 */
public record TimedFit(FittedPicture fitted, long atMicros) {}
