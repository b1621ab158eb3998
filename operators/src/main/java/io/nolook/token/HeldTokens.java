package io.nolook.token;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;

/**
 * Of each block the newest token that is no escape: what a camera's token frames say once escapes are resolved.
 *
 * <p>A tokenizer that refines what stands still writes, in place of a block's code, escapes: tokens with all bits of
 * {@code escape.bits} set, whose other bits say finer things of the block as it stands. A reader of codes alone reads
 * the code before them. Immutable; empty until a token frame with escapes to know was seen.
 */
public final class HeldTokens {
    /** Nothing is known. */
    public static final HeldTokens NONE = new HeldTokens(new int[0]);

    private static final int MOST = 1 << 24; // tokens: pictures of 32768 x 32768 pixels in blocks of 8

    private final int[] tokens;

    private HeldTokens(int[] tokens) {
        this.tokens = tokens;
    }

    /**
     * After the next token frame.
     *
     * @param next in raster order; what is not known of another size, or not known yet, stays as it came
     * @param escapes the bits that all escapes have set; 0 for a tokenizer without
     * @return {@link #NONE} without escapes
     */
    public HeldTokens after(int[] next, int escapes) {
        if (escapes == 0) {
            return NONE;
        }
        int[] held = next.clone();
        if (tokens.length == next.length) {
            for (int i = 0; i < held.length; i++) {
                held[i] = (held[i] & escapes) == escapes ? tokens[i] : held[i];
            }
        }
        return new HeldTokens(held);
    }

    public boolean isEmpty() {
        return tokens.length == 0;
    }

    /** The caller's own, in raster order. */
    public int[] tokens() {
        return tokens.clone();
    }

    /** {@code held = count token*}, four bytes each, highest first. */
    public void write(DataOutput out) throws IOException {
        out.writeInt(tokens.length);
        for (int token : tokens) {
            out.writeInt(token);
        }
    }

    /**
     * What {@link #write} wrote.
     *
     * @throws IOException when bytes are missing, or the count is none
     */
    public static HeldTokens read(DataInput in) throws IOException {
        int count = in.readInt();
        if (count < 0 || count > MOST) {
            throw new IOException("found " + count + " held tokens, expected 0 to " + MOST);
        }
        int[] tokens = new int[count];
        for (int i = 0; i < count; i++) {
            tokens[i] = in.readInt();
        }
        return count == 0 ? NONE : new HeldTokens(tokens);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof HeldTokens held && Arrays.equals(tokens, held.tokens);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(tokens);
    }

    @Override
    public String toString() {
        return tokens.length + " held tokens";
    }
}
