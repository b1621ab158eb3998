package io.nolook.generation;

import java.util.Arrays;

/**
 * What levels of surprise are usual for a camera; immutable.
 *
 * <pre>
 *   level, level, ... --{@value #BLOCK} of them--> block: its largest, its mean --> the newest {@value #BLOCKS} blocks
 *                                                  95th of the largest = high,   5th of the means = low
 * </pre>
 *
 * <p>So a twentieth of what was seen may be anything at all and moves neither border. Levels are kept in eighths of a bit,
 * in bytes: {@value #BLOCKS} blocks of {@value #BLOCK} token frames are some minutes in half a kilobyte.
 */
public final class Usual {
    /** Token frames of a block: as long as a refining tokenizer takes to say all that it knows. */
    public static final int BLOCK = 8;

    /** Blocks that are remembered. */
    public static final int BLOCKS = 240;

    /** Blocks before anything is known. */
    public static final int LEAST = 8;

    /** Before anything was seen. */
    public static final Usual UNKNOWN = new Usual(new byte[0], new byte[0], 0, 0, new byte[0]);

    private static final float STEPS = 8; // of a bit
    private static final int MOST = 255;

    private final byte[] highs;
    private final byte[] means;
    private final int next;
    private final int count;
    private final byte[] block;

    Usual(byte[] highs, byte[] means, int next, int count, byte[] block) {
        boolean whole = highs.length == means.length && highs.length == count && count <= BLOCKS;
        if (!whole || next < 0 || next > count || next >= BLOCKS || block.length >= BLOCK) {
            throw new IllegalArgumentException("found " + highs.length + " and " + means.length + " blocks of " + count
                    + ", the next of them " + next + ", and " + block.length
                    + " levels, expected as many of each, at most "
                    + BLOCKS + ", and fewer levels than " + BLOCK);
        }
        this.highs = highs;
        this.means = means;
        this.next = next;
        this.count = count;
        this.block = block;
    }

    /** After one more token frame of this level, bits. */
    Usual with(float level) {
        byte[] longer = Arrays.copyOf(block, block.length + 1);
        longer[block.length] = stored(level);
        if (longer.length < BLOCK) {
            return new Usual(highs, means, next, count, longer);
        }
        int high = 0;
        int sum = 0;
        for (byte each : longer) {
            high = Math.max(high, each & MOST);
            sum += each & MOST;
        }
        int longerBy = count < BLOCKS ? 1 : 0;
        byte[] newHighs = Arrays.copyOf(highs, count + longerBy);
        byte[] newMeans = Arrays.copyOf(means, count + longerBy);
        newHighs[next] = (byte) high;
        newMeans[next] = (byte) Math.round((float) sum / BLOCK);
        return new Usual(newHighs, newMeans, (next + 1) % BLOCKS, count + longerBy, new byte[0]);
    }

    private static byte stored(float level) {
        return (byte) Math.max(0, Math.min(MOST, Math.round(level * STEPS)));
    }

    /** Whether enough was seen to tell what is unusual. */
    boolean isKnown() {
        return count >= LEAST;
    }

    /** The level that hardly a block exceeds, bits; known. */
    float high() {
        return rank(highs, 0.95);
    }

    /** The mean level that hardly a block is below, bits; known. */
    float low() {
        return rank(means, 0.05);
    }

    private static float rank(byte[] values, double share) {
        int[] sorted = new int[values.length];
        for (int i = 0; i < sorted.length; i++) {
            sorted[i] = values[i] & MOST;
        }
        Arrays.sort(sorted);
        return sorted[(int) Math.round(share * (sorted.length - 1))] / STEPS;
    }

    byte[] highs() {
        return highs.clone();
    }

    byte[] means() {
        return means.clone();
    }

    int next() {
        return next;
    }

    byte[] block() {
        return block.clone();
    }
}
