package io.nolook.archive;

import java.util.List;

/** Bit-packed token frames, deflated. */
final class DeflatedPayload implements PayloadCodec.Payload {
    private final PackedPayload packed = new PackedPayload();

    @Override
    public byte[] encode(TokenGrid grid, int phasePeriod, List<int[]> frames) {
        return Deflated.deflate(packed.encode(grid, phasePeriod, frames));
    }

    @Override
    public List<int[]> decode(TokenGrid grid, int phasePeriod, int count, byte[] bytes) throws SegmentException {
        int expected = Math.toIntExact((long) grid.packedBytes() * count);
        return packed.decode(grid, phasePeriod, count, Deflated.inflate(bytes, expected));
    }

    @Override
    public long mostBits(long bytes) {
        return bytes * Deflated.MOST_RATIO * 8;
    }
}
