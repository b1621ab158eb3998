package io.nolook.tool.export;

import io.nolook.record.TokenFrames;
import io.nolook.schema.TokenFrame;
import io.nolook.sequence.Vocabulary;
import io.nolook.token.TokenFactors;
import java.util.Optional;

/**
 * What stands for a token in an export.
 *
 * @param factors how a token is split into two numbers, or not
 * @param offset where numbers begin
 */
public record TokenForm(Optional<TokenFactors> factors, Offset offset) {

    /** Where the numbers of tokens begin. */
    public enum Offset {
        /** At 0: tokens, or factors, as they are. */
        NONE,
        /** As ids of the {@link Vocabulary}, special ones below. */
        VOCABULARY
    }

    /** Numbers of a token: 1 or 2. */
    public int width() {
        return factors.isPresent() ? 2 : 1;
    }

    /** How many different numbers there are, for tokens of so many bits. */
    public int size(int bits) {
        int size = new Vocabulary(bits, factors).size();
        return offset == Offset.VOCABULARY ? size : size - Vocabulary.FIRST_VISUAL;
    }

    /** The numbers of a token frame, token after token in raster order. */
    public int[] numbers(TokenFrame frame) {
        int[] tokens = TokenFrames.tokens(frame);
        Vocabulary vocabulary = new Vocabulary(frame.getBits(), factors);
        int[] numbers = new int[tokens.length * width()];
        for (int i = 0; i < tokens.length; i++) {
            if (offset == Offset.VOCABULARY) {
                vocabulary.put(tokens[i], numbers, i * width());
            } else if (factors.isPresent()) {
                numbers[2 * i] = factors.get().first(tokens[i]);
                numbers[2 * i + 1] = factors.get().second(tokens[i]);
            } else {
                numbers[i] = tokens[i];
            }
        }
        return numbers;
    }
}
