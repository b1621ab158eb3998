package io.nolook.archive;

import io.nolook.token.TokenPacking;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Token frames bit-packed, each to whole bytes. */
final class PackedPayload implements PayloadCodec.Payload {

    @Override
    public byte[] encode(TokenGrid grid, int phasePeriod, List<int[]> frames) {
        ByteBuffer packed = ByteBuffer.allocate(Math.multiplyExact(grid.packedBytes(), frames.size()));
        frames.forEach(tokens -> packed.put(TokenPacking.pack(tokens, grid.bits())));
        return packed.array();
    }

    @Override
    public List<int[]> decode(TokenGrid grid, int phasePeriod, int count, byte[] bytes) throws SegmentException {
        long expected = (long) grid.packedBytes() * count;
        if (bytes.length != expected) {
            throw new SegmentException("found " + bytes.length + " bytes of packed tokens, expected " + expected);
        }
        List<int[]> frames = new ArrayList<>();
        ByteBuffer packed = ByteBuffer.wrap(bytes);
        byte[] frame = new byte[grid.packedBytes()];
        for (int i = 0; i < count; i++) {
            packed.get(frame);
            try {
                frames.add(TokenPacking.unpack(frame, grid.tokens(), grid.bits()));
            } catch (IllegalArgumentException e) {
                throw new SegmentException("token frame " + i + " of the segment: " + e.getMessage(), e);
            }
        }
        return frames;
    }

    @Override
    public long mostBits(long bytes) {
        return bytes * 8;
    }
}
