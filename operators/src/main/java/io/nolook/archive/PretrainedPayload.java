package io.nolook.archive;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.List;

/**
 * As {@link ContextPayload}, by a model that begins with {@link PriorTables}.
 *
 * <pre>
 *   payload = number of the tables (a byte), coded bits
 * </pre>
 */
final class PretrainedPayload implements PayloadCodec.Payload {
    private final ContextPayload context = new ContextPayload();

    @Override
    public byte[] encode(TokenGrid grid, int phasePeriod, List<int[]> frames) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(1 + grid.packedBytes() * frames.size());
        out.write(PriorTables.NUMBER);
        try {
            PriorTables tables = PriorTables.of(PriorTables.NUMBER, grid, phasePeriod);
            ContextPayload.encode(new TokenModel(grid, phasePeriod, tables), grid, frames, out);
        } catch (SegmentException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
        return out.toByteArray();
    }

    @Override
    public List<int[]> decode(TokenGrid grid, int phasePeriod, int count, byte[] bytes) throws SegmentException {
        if (bytes.length == 0) {
            throw new SegmentException("found no payload, expected the number of its tables first");
        }
        PriorTables tables = PriorTables.of(bytes[0] & 0xff, grid, phasePeriod);
        TokenModel model = new TokenModel(grid, phasePeriod, tables);
        return ContextPayload.decode(model, grid, count, Arrays.copyOfRange(bytes, 1, bytes.length));
    }

    @Override
    public long mostBits(long bytes) {
        return context.mostBits(bytes);
    }
}
