package io.nolook.model;

import io.nolook.frame.FrameSize;
import io.nolook.model.ModelRefusedException.Reason;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
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
