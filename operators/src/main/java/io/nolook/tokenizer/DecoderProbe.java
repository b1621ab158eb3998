package io.nolook.tokenizer;

import io.nolook.frame.FrameSize;
import io.nolook.tokenizer.ModelRefusedException.Reason;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** How a decoder is tried: random tokens, pictures, pictures stated in the file. */
final class DecoderProbe implements ModelProbe<int[], byte[]> {

    @Override
    public ModelSpec.Role role() {
        return ModelSpec.Role.DECODER;
    }

    @Override
    public int[] draw(Random random, ModelSpec spec, FrameSize size) {
        return random.ints(spec.tokens(size), 0, spec.codes()).toArray();
    }

    @Override
    public boolean same(byte[] a, byte[] b) {
        return Arrays.equals(a, b);
    }

    @Override
    public void checkOutput(ModelSpec spec, byte[] output) {
        // every byte is a pixel value
    }

    /** Pictures of the file's tokens may differ by 1 from the training framework's: rounding may fall either way. */
    @Override
    public void check(StepModel<int[], byte[]> model) {
        ModelSpec spec = model.spec();
        Map<String, String> metadata = spec.metadata();
        int rows = ModelSpec.number(metadata, "check.height", 1, 4096);
        int columns = ModelSpec.number(metadata, "check.width", 1, 4096);
        FrameSize size = new FrameSize(columns * spec.spatialStride(), rows * spec.spatialStride());
        CheckStream stream = new CheckStream(Long.parseLong(ModelSpec.text(metadata, "check.seed")));
        byte[] expected = Base64.getDecoder().decode(ModelSpec.text(metadata, "check.expected"));
        int step = spec.chunkFrames() * size.rgbBytes();
        int tokenFrames = ModelSpec.number(metadata, "check.tokens", 1, 1000);
        if (expected.length != tokenFrames * step) {
            throw new ModelRefusedException(
                    Reason.METADATA,
                    "check.expected: found " + expected.length + " bytes, expected " + tokenFrames * step);
        }
        Activations activations = Activations.zeros(spec, size);
        for (int t = 0; t < tokenFrames; t++) {
            int[] tokens = new int[rows * columns];
            Arrays.setAll(tokens, i -> stream.next(spec.bits()) % spec.codes());
            byte[] found =
                    model.step(size, List.of(tokens), List.of(activations)).get(0);
            for (int i = 0; i < step; i++) {
                int difference = Math.abs((found[i] & 0xff) - (expected[t * step + i] & 0xff));
                if (difference > 1) {
                    throw new ModelRefusedException(
                            Reason.CHECK_VECTOR,
                            "check.expected: found a pixel value " + difference + " away at byte " + (t * step + i)
                                    + ", expected at most 1; the file was changed after its export");
                }
            }
        }
    }
}
