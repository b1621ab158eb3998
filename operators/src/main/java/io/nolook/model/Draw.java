package io.nolook.model;

/**
 * What a sampler is asked: to draw the next token frame of a camera.
 *
 * @param numbers [factors,h,w] in [0, 1): which of its values each factor of each token takes, by its distribution function
 * @param temperature above 0: below 1 likely values become likelier, above 1 less likely
 * @param kept of each factor only so many of its likeliest values, at least 1
 * @param first phase of the first token frame that is drawn behind {@code begin}
 * @param begin window [planes,h,w] to begin with, empty to go on from the token frame that was drawn last
 */
public record Draw(float[] numbers, float temperature, int kept, int first, byte[] begin) {}
