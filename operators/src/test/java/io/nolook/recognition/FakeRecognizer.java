package io.nolook.recognition;

import io.nolook.frame.FrameSize;
import io.nolook.model.Activations;
import io.nolook.model.BatchSizes;
import io.nolook.model.ModelSpec;
import io.nolook.model.ModelStep;
import io.nolook.model.StreamModel;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A recognizer of two labels that remembers the last two token frames' first tokens. */
public final class FakeRecognizer implements StreamModel<int[], float[]> {
    public static final String TOKENIZER = "fake-tokenizer";
    private static final FrameSize SIZE = new FrameSize(16, 16);
    private final ModelSpec spec;
    private final String hash;

    public FakeRecognizer(Map<String, String> changed) {
        this(changed, "fa4e");
    }

    /**
     * @param hash of the file that it claims to be
     */
    public FakeRecognizer(Map<String, String> changed, String hash) {
        spec = spec(changed);
        this.hash = hash;
    }

    /** Metadata of a recognizer of 2 x 2 tokens of 4 bits that remembers two token frames. */
    public static ModelSpec spec(Map<String, String> changed) {
        Map<String, String> metadata = new HashMap<>(Map.of(
                "contract", "1",
                "model.name", "fake",
                "model.version", "1",
                "role", "recognizer",
                "tokenizer_id", TOKENIZER,
                "quantizer", "fsq",
                "codes", "16",
                "bits", "4"));
        metadata.putAll(Map.of(
                "clip.first_chunk", "repeat-first",
                "clip.tail", "repeat-last",
                "state.policy", "replay",
                "input.range", "0..255",
                "input.colour", "RGB",
                "chunk.frames", "4",
                "stride.time", "4",
                "stride.space", "8",
                "receptive_field", "12",
                "cache.last.shape", "2,1,1,1"));
        metadata.putAll(Map.of(
                "input.size", "16x16",
                "labels", "none\nshown",
                "label.background", "none",
                "trained.fps", "5",
                "clip.decision", "last"));
        metadata.putAll(changed);
        return ModelSpec.of(metadata);
    }

    @Override
    public List<float[]> run(List<ModelStep<int[]>> batch) {
        return batch.stream().map(FakeRecognizer::run).toList();
    }

    private static float[] run(ModelStep<int[]> work) {
        if (work.start() == ModelStep.Start.ZEROS) {
            work.activations().clear();
        }
        work.rebuild().forEach(past -> step(past, work.activations()));
        return step(work.input(), work.activations());
    }

    private static float[] step(int[] tokens, Activations activations) {
        FloatBuffer last = ByteBuffer.wrap(activations.tensor(0))
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
        float p = (tokens[0] + last.get(0) / 3 + last.get(1) / 7) / 32;
        last.put(1, last.get(0));
        last.put(0, tokens[0]);
        return new float[] {1 - p, p};
    }

    @Override
    public ModelSpec spec() {
        return spec;
    }

    @Override
    public FrameSize size() {
        return SIZE;
    }

    @Override
    public BatchSizes batchSizes() {
        return new BatchSizes(List.of(1, 2, 4));
    }

    @Override
    public String fileHash() {
        return hash;
    }

    @Override
    public long nativeBytes() {
        return 0;
    }

    @Override
    public String runtimeId() {
        return "fake";
    }

    @Override
    public void close() {
        // holds nothing
    }
}
