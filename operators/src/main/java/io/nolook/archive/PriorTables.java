package io.nolook.archive;

import static io.nolook.archive.TokenNeighbours.KINDS;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * What was learned offline of one tokenizer's tokens, as integers.
 *
 * <pre>
 *   tables  = first, rows, nodes, biases, weights       big-endian
 *   first   = {@value #UNITS} short                            4096ths; what every sum begins with
 *   rows    = {@value #ROWS} x {@value #UNITS} short                     4096ths; what is added for each fact, see {@link TokenPrior}
 *   nodes   = {@value #NODES} x {@value #UNITS} short                      4096ths; how the sums weigh in a bit's odds
 *   biases  = {@value #NODES} int                             256ths of log odds
 *   weights = {@value #WEIGHTS} int                            65536ths; the first weights of {@link TokenModel}
 * </pre>
 *
 * <p>The number travels; the bytes of a number never change. Loaded once in a process, immutable, 0.2 MB. Made by {@link PriorTraining}.
 */
final class PriorTables {
    static final int BITS = 18;
    static final int PERIOD = 8;
    static final int UNITS = 32;

    static final int FACTORS = 3;
    static final int FACTOR_BITS = BITS / FACTORS;
    static final int CODES = 1 << FACTOR_BITS;

    /** Tokens around that are looked at. */
    static final int AROUND = 9;
    /** Rows of a factor of a token around: each value, and none. */
    static final int VALUES = CODES + 1;

    /** Where the rows of the phase and the kinds begin. */
    static final int STATES = AROUND * FACTORS * VALUES;
    /** Where the rows of the token's own lower factors begin: the first for the second, both for the third. */
    static final int KNOWN = STATES + PERIOD * KINDS * KINDS * 2;

    static final int ROWS = KNOWN + 3 * CODES;
    /** A node for the bits of a factor that are known. */
    static final int NODES = FACTORS * CODES;

    static final int WEIGHTS = 3 * KINDS * BITS * TokenModel.MOST_INPUTS;

    /** Bytes of tables. */
    static final int BYTES = Short.BYTES * UNITS * (1 + ROWS + NODES) + Integer.BYTES * (NODES + WEIGHTS);

    /** The tables that are written with, and the only ones so far. */
    static final int NUMBER = 1;

    private static final String TOKENIZER = "nolook-small-4-2c4d8f7e6101";
    private static final String SHA_256 = "950bfb30d88e5a7795f0466a280c221a661ebc90e298fd1851686db796e166fd";

    final short[] first = new short[UNITS];
    final short[] rows = new short[ROWS * UNITS];
    final short[] nodes = new short[NODES * UNITS];
    final int[] biases = new int[NODES];
    final int[] weights = new int[WEIGHTS];

    /**
     * @param bytes {@value #BYTES} of them
     */
    PriorTables(ByteBuffer bytes) {
        if (bytes.remaining() != BYTES) {
            throw new IllegalArgumentException("found " + bytes.remaining() + " bytes of tables, expected " + BYTES);
        }
        shorts(bytes, first);
        shorts(bytes, rows);
        shorts(bytes, nodes);
        ints(bytes, biases);
        ints(bytes, weights);
    }

    /** Whether tables were made for such tokens. */
    static boolean know(String tokenizerId, TokenGrid grid, int phasePeriod) {
        return tokenizerId.equals(TOKENIZER) && fit(grid, phasePeriod);
    }

    /**
     * The tables that tokens were coded with.
     *
     * @throws SegmentException when this release has none of that number, or tokens have another shape
     */
    static PriorTables of(int number, TokenGrid grid, int phasePeriod) throws SegmentException {
        if (number != NUMBER) {
            throw new SegmentException(
                    "found tables " + number + ", expected " + NUMBER + "; upgrade the reader if the writer is newer");
        }
        if (!fit(grid, phasePeriod)) {
            throw new SegmentException("found tables " + number + " with tokens of " + grid.bits()
                    + " bits and phase period " + phasePeriod + ", expected " + BITS + " bits and period " + PERIOD);
        }
        return Shipped.TABLES;
    }

    private static boolean fit(TokenGrid grid, int phasePeriod) {
        return grid.bits() == BITS && phasePeriod == PERIOD;
    }

    private static void shorts(ByteBuffer bytes, short[] into) {
        bytes.asShortBuffer().get(into);
        bytes.position(bytes.position() + Short.BYTES * into.length);
    }

    private static void ints(ByteBuffer bytes, int[] into) {
        bytes.asIntBuffer().get(into);
        bytes.position(bytes.position() + Integer.BYTES * into.length);
    }

    /** Loaded when the first segment asks. */
    private static final class Shipped {
        static final PriorTables TABLES = load("/archive/prior-" + NUMBER + ".bin");

        private static PriorTables load(String resource) {
            try (InputStream in = PriorTables.class.getResourceAsStream(resource)) {
                if (in == null) {
                    throw new IllegalStateException("found no " + resource + " in the program's jars, expected it");
                }
                byte[] bytes = in.readAllBytes();
                String found = HexFormat.of()
                        .formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
                if (!found.equals(SHA_256)) {
                    throw new IllegalStateException("found " + resource + " of SHA-256 " + found + ", expected "
                            + SHA_256 + ": install nolook anew");
                }
                return new PriorTables(ByteBuffer.wrap(bytes));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
