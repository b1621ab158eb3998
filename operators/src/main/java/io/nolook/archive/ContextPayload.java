package io.nolook.archive;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;

/** Token frames, each bit coded by what the model makes of those before it. */
final class ContextPayload implements PayloadCodec.Payload {
    /** A bit costs 2^-11.47 bits at least, since no probability is nearer to 1 than 2^-12. */
    private static final int MOST_BITS_A_BYTE = 22_800;

    @Override
    public byte[] encode(TokenGrid grid, int phasePeriod, List<int[]> frames) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(grid.packedBytes() * frames.size());
        encode(new TokenModel(grid, phasePeriod), grid, frames, out);
        return out.toByteArray();
    }

    @Override
    public List<int[]> decode(TokenGrid grid, int phasePeriod, int count, byte[] bytes) throws SegmentException {
        return decode(new TokenModel(grid, phasePeriod), grid, count, bytes);
    }

    @Override
    public long mostBits(long bytes) {
        return (bytes + Long.BYTES) * MOST_BITS_A_BYTE;
    }

    /** Codes by a model that knows nothing of these token frames yet. */
    static void encode(TokenModel model, TokenGrid grid, List<int[]> frames, ByteArrayOutputStream out) {
        BinaryEncoder coder = new BinaryEncoder(out);
        for (int f = 0; f < frames.size(); f++) {
            int[] tokens = frames.get(f);
            model.begin(frames.subList(0, f), tokens);
            for (int i = 0; i < tokens.length; i++) {
                model.moveTo(i);
                int token = tokens[i];
                for (int bit = 0; bit < grid.bits(); bit++) {
                    int value = token >> bit & 1;
                    coder.encode(value, model.predict(bit, token & (1 << bit) - 1));
                    model.learn(value);
                }
            }
        }
        coder.finish();
    }

    /** The inverse, by a model in the same state. */
    static List<int[]> decode(TokenModel model, TokenGrid grid, int count, byte[] bytes) throws SegmentException {
        BinaryDecoder coder = new BinaryDecoder(bytes);
        List<int[]> frames = new ArrayList<>();
        for (int f = 0; f < count && !coder.isPastEnd(); f++) {
            int[] tokens = new int[grid.tokens()];
            model.begin(frames, tokens);
            for (int i = 0; i < tokens.length; i++) {
                model.moveTo(i);
                int token = 0;
                for (int bit = 0; bit < grid.bits(); bit++) {
                    int value = coder.decode(model.predict(bit, token));
                    model.learn(value);
                    token |= value << bit;
                }
                tokens[i] = token;
            }
            frames.add(tokens);
        }
        if (!coder.isAtEnd()) {
            throw new SegmentException("found " + bytes.length + " bytes of payload, expected "
                    + (coder.isPastEnd() ? "more" : "fewer") + " for " + count + " token frames");
        }
        return frames;
    }
}
