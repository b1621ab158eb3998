package io.nolook.sequence;

import io.nolook.token.TokenFactors;
import java.util.Optional;

/**
 * How sequences are cut; checked.
 *
 * @param factors how a token is split into ids, or not
 * @param contextLength places of a window, 2 to {@value #MOST_PLACES}
 * @param overlap places at a window's start that end the window before, below contextLength
 * @param tail what is made of the last window of a clip
 */
public record SequenceSpec(Optional<TokenFactors> factors, int contextLength, int overlap, Tail tail) {
    /** Most places of a window. */
    public static final int MOST_PLACES = 1 << 16;

    /** The last window of a clip. */
    public enum Tail {
        /** As short as it is. */
        SHORT,
        /** Filled with padding. */
        PADDED
    }

    public SequenceSpec {
        if (contextLength < 2 || contextLength > MOST_PLACES) {
            throw new IllegalArgumentException(
                    "found a context length of " + contextLength + " places, expected 2 to " + MOST_PLACES);
        }
        if (overlap < 0 || overlap >= contextLength) {
            throw new IllegalArgumentException(
                    "found an overlap of " + overlap + " places, expected 0 to " + (contextLength - 1));
        }
    }

    /**
     * Factors as they are written: {@code none}, or bits of the first and second such as {@code 9+9}.
     *
     * @throws IllegalArgumentException when they are written otherwise
     */
    public static Optional<TokenFactors> parseFactors(String text) {
        if (text.equals("none")) {
            return Optional.empty();
        }
        if (text.matches("\\d{1,2}\\+\\d{1,2}")) {
            int plus = text.indexOf('+');
            return Optional.of(new TokenFactors(
                    Integer.parseInt(text.substring(0, plus)), Integer.parseInt(text.substring(plus + 1))));
        }
        throw new IllegalArgumentException("found '" + text + "', expected none, 9+9 or 6+12");
    }
}
