package io.nolook.flink.model;

import io.nolook.digest.Sha256;
import io.nolook.frame.FrameSize;
import io.nolook.model.Activations;
import io.nolook.model.AdmittedForTest;
import io.nolook.model.BatchSizes;
import io.nolook.model.ModelSpec;
import io.nolook.model.StepModel;
import io.nolook.model.StreamModel;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A cheap encoder whose tokens are a digest of its chunk and of the P chunks before it in the clip, in order.
 *
 * <p>Its caches hold the digests of those chunks, zeros before the clip; they may be carried: as with a real model of finite receptive field,
 * a chunk too few, too many, of another clip or camera, or in another order gives other tokens.
 */
final class RememberingModel implements StepModel<byte[], int[]> {
    static final FrameSize SIZE = new FrameSize(16, 8);
    private static final int TOKENS = 2;
    private static final int BITS = 18;
    private static final int DIGEST_BYTES = 6;
    /** Stands for zero in a cache of bytes. */
    private static final byte START = 7;

    private final String name;
    private final String hash;
    private final int chunkFrames;
    private final int history;
    private final ModelSpec spec;

    /**
     * @param name whose hash is its file's
     * @param chunkFrames T
     * @param history P, at least 1
     * @param policy replay with caches of floats, or carry with caches of bytes
     */
    RememberingModel(String name, int chunkFrames, int history, String policy) {
        this.name = name;
        hash = Sha256.hex(name.getBytes(StandardCharsets.UTF_8));
        this.chunkFrames = chunkFrames;
        this.history = history;
        spec = spec(name, chunkFrames, history, policy);
    }

    int chunkFrames() {
        return chunkFrames;
    }

    /** The model as admission would leave it, for batches of these sizes. */
    StreamModel<byte[], int[]> admitted(BatchSizes sizes) {
        return AdmittedForTest.of(this, SIZE, sizes);
    }

    /** What the tokens of a chunk are, from the chunks of its clip up to it. */
    int[] tokens(List<byte[]> clip) {
        long[] digests = new long[history];
        int last = clip.size() - 1;
        for (int back = 1; back <= Math.min(history, last); back++) {
            digests[back - 1] = digest(clip.get(last - back));
        }
        return tokens(digest(clip.get(last)), digests);
    }

    private int[] tokens(long chunk, long[] before) {
        long mixed = mix(name.hashCode() ^ chunk);
        for (long digest : before) {
            mixed = mix(mixed * 31 + digest);
        }
        int[] tokens = new int[TOKENS];
        for (int t = 0; t < TOKENS; t++) {
            mixed = mix(mixed + t);
            tokens[t] = (int) (mixed >>> (64 - BITS));
        }
        return tokens;
    }

    @Override
    public List<int[]> step(FrameSize size, List<byte[]> inputs, List<Activations> activations) {
        List<int[]> outputs = new ArrayList<>();
        for (int row = 0; row < inputs.size(); row++) {
            Cells past = new Cells(activations.get(row).tensor(0), spec.carries());
            long[] before = new long[history];
            for (int p = 0; p < history; p++) {
                before[p] = past.digest(p);
            }
            long chunk = digest(inputs.get(row));
            outputs.add(tokens(chunk, before));
            for (int p = history - 1; p > 0; p--) {
                past.set(p, before[p - 1]);
            }
            past.set(0, chunk);
        }
        return outputs;
    }

    /** Six numbers of 8 bits a digest, as bytes from {@link #START} on or as floats. */
    private record Cells(byte[] tensor, boolean bytes) {

        long digest(int p) {
            long digest = 0;
            for (int i = p * DIGEST_BYTES; i < (p + 1) * DIGEST_BYTES; i++) {
                int cell = bytes ? tensor[i] - START & 0xff : (int) floats().get(i);
                digest = digest << Byte.SIZE | cell;
            }
            return digest;
        }

        void set(int p, long digest) {
            for (int i = 0; i < DIGEST_BYTES; i++) {
                int cell = (int) (digest >>> Byte.SIZE * (DIGEST_BYTES - 1 - i)) & 0xff;
                if (bytes) {
                    tensor[p * DIGEST_BYTES + i] = (byte) (cell + START);
                } else {
                    floats().put(p * DIGEST_BYTES + i, cell);
                }
            }
        }

        private FloatBuffer floats() {
            return ByteBuffer.wrap(tensor).order(ByteOrder.nativeOrder()).asFloatBuffer();
        }
    }

    /** 48 bits, never 0. */
    private static long digest(byte[] chunk) {
        long digest = chunk.length;
        for (byte pixel : chunk) {
            digest = digest * 0x5DEECE66DL + pixel + 11;
        }
        return mix(digest) >>> (Long.SIZE - DIGEST_BYTES * Byte.SIZE) | 1;
    }

    private static long mix(long z) {
        long once = (z ^ z >>> 30) * 0xbf58476d1ce4e5b9L;
        long twice = (once ^ once >>> 27) * 0x94d049bb133111ebL;
        return twice ^ twice >>> 31;
    }

    private static ModelSpec spec(String name, int chunkFrames, int history, String policy) {
        Map<String, String> metadata = new HashMap<>(Map.of(
                "contract", "1",
                "model.name", name,
                "model.version", "1",
                "role", "encoder",
                "tokenizer_id", "remembering",
                "quantizer", "fsq",
                "bits", Integer.toString(BITS)));
        metadata.putAll(Map.of(
                "clip.first_chunk",
                "repeat-first",
                "clip.tail",
                "repeat-last",
                "state.policy",
                policy,
                "input.range",
                "0..255",
                "input.colour",
                "RGB",
                "chunk.frames",
                Integer.toString(chunkFrames),
                "stride.time",
                Integer.toString(chunkFrames),
                "stride.space",
                "8",
                "receptive_field",
                Integer.toString((history + 1) * chunkFrames),
                "cache.past.shape",
                history + "," + DIGEST_BYTES + ",1,1"));
        if (policy.equals("carry")) {
            metadata.putAll(Map.of("cache.past.type", "uint8", "cache.past.start", Byte.toString(START)));
        }
        return ModelSpec.of(metadata);
    }

    @Override
    public ModelSpec spec() {
        return spec;
    }

    @Override
    public String fileHash() {
        return hash;
    }

    @Override
    public String runtimeId() {
        return "remembering";
    }

    @Override
    public long nativeBytes() {
        return 0;
    }

    @Override
    public void close() {
        // holds nothing
    }
}
