package io.nolook.model;

import io.nolook.frame.FrameSize;
import io.nolook.model.ModelRefusedException.Reason;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Token frames stated in a file by their seed, and what the training framework made of them.
 *
 * @param size of the pictures behind the token frames, pixels
 * @param tokenFrames in order, each in raster order
 * @param stated the outputs' bytes
 */
public record CheckVector(FrameSize size, List<int[]> tokenFrames, byte[] stated) {

    /**
     * Reads the check vector of a model that takes tokens.
     *
     * @throws ModelRefusedException when the file states none
     */
    public static CheckVector ofTokens(ModelSpec spec) {
        Map<String, String> metadata = spec.metadata();
        int rows = ModelSpec.number(metadata, "check.height", 1, 4096);
        int columns = ModelSpec.number(metadata, "check.width", 1, 4096);
        CheckStream stream = new CheckStream(Long.parseLong(spec.text("check.seed")));
        List<int[]> tokenFrames = Stream.generate(() -> {
                    int[] tokens = new int[rows * columns];
                    Arrays.setAll(tokens, i -> stream.next(spec.bits()) % spec.codes());
                    return tokens;
                })
                .limit(ModelSpec.number(metadata, "check.tokens", 1, 1000))
                .toList();
        return new CheckVector(
                new FrameSize(columns * spec.spatialStride(), rows * spec.spatialStride()),
                tokenFrames,
                Base64.getDecoder().decode(spec.text("check.expected")));
    }

    /**
     * Runs the token frames of a model's file: every number is as near as this to the training framework's.
     *
     * @param each numbers of one token frame's output
     * @param tolerance largest difference
     * @param found names a number in a message: format of the number, and of its token frame's place
     * @throws ModelRefusedException when one is not, or the file states none
     */
    public static void requireClose(StepModel<int[], float[]> model, int each, double tolerance, String found) {
        CheckVector vector = ofTokens(model.spec());
        FloatBuffer expected = ByteBuffer.wrap(vector.expected(each * Float.BYTES))
                .order(ByteOrder.LITTLE_ENDIAN)
                .asFloatBuffer();
        Activations activations = Activations.zeros(model.spec(), vector.size());
        for (int t = 0; t < vector.tokenFrames().size(); t++) {
            List<int[]> tokens = List.of(vector.tokenFrames().get(t));
            for (float number :
                    model.step(vector.size(), tokens, List.of(activations)).get(0)) {
                float stated = expected.get();
                if (!(Math.abs(number - stated) <= tolerance)) {
                    throw new ModelRefusedException(
                            Reason.CHECK_VECTOR,
                            "check.expected: found " + String.format(Locale.ROOT, found, number, t) + ", expected "
                                    + stated + "; the file was changed after its export");
                }
            }
        }
    }

    /**
     * The stated bytes, which are as many as they must be.
     *
     * @param each bytes of one token frame's output
     */
    public byte[] expected(int each) {
        if (stated.length != tokenFrames.size() * each) {
            throw new ModelRefusedException(
                    Reason.METADATA,
                    "check.expected: found " + stated.length + " bytes, expected " + tokenFrames.size() * each);
        }
        return stated;
    }
}
