package io.nolook.sequence;

import io.nolook.token.TokenFactors;
import java.util.Optional;

/**
 * The ids of a language model: special ones first, then visual ones, as VideoPoet has it.
 *
 * <p>Ids 0 to 255 are special. Visual ones begin at {@value #FIRST_VISUAL}: token t is id 256 + t. Factorized, a token is
 * two ids, 256 + first and 256 + 2^low + second, and a place of the sequence has both; a special id is then followed by
 * {@link #PADDING}. The embedding rule: the input at a place is the sum of the embeddings of its ids, that of padding
 * being zero; the output has a head for each id of a place. Source: Kondratyuk et al., "VideoPoet", 2023; Yu et al.,
 * "Language Model Beats Diffusion", 2023, on factorized tokens.
 */
public final class Vocabulary {
    /** Fills places that say nothing; its embedding is zero and no loss is taken there. */
    public static final int PADDING = 0;
    /** Before the first token frame of a clip. */
    public static final int BEGIN_CLIP = 1;
    /** After the last token frame of a clip. */
    public static final int END_CLIP = 2;
    /** Before the tokens of a token frame that follows another. */
    public static final int FRAME = 3;
    /** Before the tokens of a token frame that needs no past. */
    public static final int KEYFRAME = 4;
    /** Frames of the camera are missing here. */
    public static final int GAP = 5;
    /** Stands for a token that a masked model is to find; never written by the job. */
    public static final int MASK = 6;
    /** Parts what does not belong together when clips are put into one sequence; never written by the job. */
    public static final int DOCUMENT = 7;
    /** First of the ids that name a task to a model of several; never written by the job. */
    public static final int FIRST_TASK = 128;
    /** Last of them. */
    public static final int LAST_TASK = 255;
    /** First visual id. */
    public static final int FIRST_VISUAL = 256;

    private final int bits;
    private final Optional<TokenFactors> factors;

    /**
     * @param bits a token, 1 to 30
     * @param factors how a token is split, or not
     */
    public Vocabulary(int bits, Optional<TokenFactors> factors) {
        if (bits < 1 || bits > 30) {
            throw new IllegalArgumentException("found " + bits + " bits a token, expected 1 to 30");
        }
        factors.ifPresent(split -> {
            if (split.low() + split.high() != bits) {
                throw new IllegalArgumentException("found factors of " + split.low() + " and " + split.high()
                        + " bits for tokens of " + bits + ", expected as many in all");
            }
        });
        this.bits = bits;
        this.factors = factors;
    }

    /** How many ids there are. */
    public int size() {
        return FIRST_VISUAL
                + factors.map(split -> (1 << split.low()) + (1 << split.high())).orElse(1 << bits);
    }

    /** Ids of a place: 1, or 2 where tokens are factorized. */
    public int idsAPlace() {
        return factors.isPresent() ? 2 : 1;
    }

    public int bits() {
        return bits;
    }

    public Optional<TokenFactors> factors() {
        return factors;
    }

    /** Writes a token at an index of ids. */
    public void put(int token, int[] ids, int at) {
        if (factors.isEmpty()) {
            ids[at] = FIRST_VISUAL + token;
        } else {
            ids[at] = FIRST_VISUAL + factors.get().first(token);
            ids[at + 1] =
                    FIRST_VISUAL + (1 << factors.get().low()) + factors.get().second(token);
        }
    }

    /** Writes a special id at an index of ids. */
    public void putSpecial(int special, int[] ids, int at) {
        ids[at] = special;
        if (factors.isPresent()) {
            ids[at + 1] = PADDING;
        }
    }

    /**
     * The token of the ids at an index: the inverse of {@link #put}.
     *
     * @throws IllegalArgumentException when they are not those of a token
     */
    public int token(int[] ids, int at) {
        if (factors.isEmpty()) {
            return visual(ids[at], FIRST_VISUAL, 1 << bits);
        }
        TokenFactors split = factors.get();
        int second = FIRST_VISUAL + (1 << split.low());
        return split.join(
                visual(ids[at], FIRST_VISUAL, 1 << split.low()), visual(ids[at + 1], second, 1 << split.high()));
    }

    private static int visual(int id, int first, int count) {
        if (id < first || id - first >= count) {
            throw new IllegalArgumentException(
                    "found id " + id + ", expected a visual one, " + first + " to " + (first + count - 1));
        }
        return id - first;
    }
}
