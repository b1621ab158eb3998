package io.nolook.archive;

import java.util.List;
import java.util.stream.Stream;

/** How the tokens of a segment are coded; the number travels and never changes its meaning. */
public enum PayloadCodec {
    /** Every token frame bit-packed, one after the other. */
    PACKED(0, new PackedPayload()),
    /** The same, deflated. */
    DEFLATE(1, new DeflatedPayload()),
    /** Bit by bit with the probabilities of a {@link TokenModel}. */
    CONTEXT(2, new ContextPayload()),
    /** The same, of a model that knows beforehand what the tokens of a tokenizer are like: {@link PriorTables}. */
    PRETRAINED(3, new PretrainedPayload());

    private final int id;
    private final Payload payload;

    PayloadCodec(int id, Payload payload) {
        this.id = id;
        this.payload = payload;
    }

    /** What travels. */
    public int id() {
        return id;
    }

    /**
     * @throws SegmentException when no codec of this release has the number
     */
    public static PayloadCodec of(int id) throws SegmentException {
        return Stream.of(values())
                .filter(codec -> codec.id == id)
                .findFirst()
                .orElseThrow(() -> new SegmentException("found payload codec " + id + ", expected 0 to "
                        + (values().length - 1) + "; upgrade the reader if the writer is newer"));
    }

    /** This codec, or {@link #CONTEXT} where it needs tables and there are none for such tokens. */
    public PayloadCodec suited(String tokenizerId, TokenGrid grid, int phasePeriod) {
        return this == PRETRAINED && !PriorTables.know(tokenizerId, grid, phasePeriod) ? CONTEXT : this;
    }

    /**
     * @param phasePeriod of the tokens; what stands still may come round after so many token frames
     * @param frames tokens of each token frame, in raster order
     * @throws IllegalArgumentException when it is not {@link #suited}
     */
    public byte[] encode(TokenGrid grid, int phasePeriod, List<int[]> frames) {
        return payload.encode(grid, phasePeriod, frames);
    }

    /**
     * The inverse of {@link #encode}; takes no more memory than bytes of this length can ask for.
     *
     * @param phasePeriod that they were coded with
     * @param count token frames, at least 1
     * @throws SegmentException when the bytes are not those of so many token frames
     */
    public List<int[]> decode(TokenGrid grid, int phasePeriod, int count, byte[] bytes) throws SegmentException {
        long bits = (long) grid.tokens() * grid.bits() * count;
        if (bits > payload.mostBits(bytes.length)) {
            throw new SegmentException("found " + bytes.length + " bytes of payload for " + count + " token frames of "
                    + grid.tokens() + " tokens, expected more");
        }
        if (count > SegmentCoder.mostTokenFrames(grid)) {
            throw new SegmentException("found " + count + " token frames of " + grid.tokens() + " tokens, which take "
                    + (long) Integer.BYTES * grid.tokens() * count + " bytes of memory, expected at most "
                    + SegmentCoder.mostTokenFrames(grid) + " token frames in a segment");
        }
        return payload.decode(grid, phasePeriod, count, bytes);
    }

    /** One way of coding. */
    interface Payload {
        byte[] encode(TokenGrid grid, int phasePeriod, List<int[]> frames);

        List<int[]> decode(TokenGrid grid, int phasePeriod, int count, byte[] bytes) throws SegmentException;

        /** Most bits of tokens that so many bytes can hold. */
        long mostBits(long bytes);
    }
}
