package io.nolook.model.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import io.nolook.frame.FrameSize;
import io.nolook.model.ModelStep;
import io.nolook.model.VideoDetokenizer;
import io.nolook.model.VideoTokenizer;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The contract on a tokenizer that asks where in its clip a step is, modulo 3. */
class PhasedTokenizerTest extends VideoTokenizerContract {

    @Override
    VideoTokenizer tokenizer(FrameSize size, int maxBatch) {
        return ModelFixtures.tokenizer("phased", size, maxBatch);
    }

    @Override
    VideoDetokenizer detokenizer(FrameSize size) {
        return ModelFixtures.detokenizer(size);
    }

    @Test
    void aStepIsToldItsPositionModuloThePeriod() {
        FrameSize size = new FrameSize(32, 32);
        try (VideoTokenizer tokenizer = tokenizer(size, 4)) {
            byte[] chunk = new byte[4 * size.rgbBytes()];
            new Random(5).nextBytes(chunk);

            List<int[]> found = tokenizer.run(List.of(
                    at(tokenizer, chunk, 0),
                    at(tokenizer, chunk, 1),
                    at(tokenizer, chunk, 2),
                    at(tokenizer, chunk, 3)));

            assertThat(tokenizer.spec().phasePeriod()).isEqualTo(3);
            assertThat(found.get(1)).isNotEqualTo(found.get(0));
            assertThat(found.get(2)).isNotEqualTo(found.get(1));
            assertThat(found.get(3)).isEqualTo(found.get(0));
        }
    }

    private static ModelStep<byte[]> at(VideoTokenizer tokenizer, byte[] chunk, int position) {
        return new ModelStep<>(chunk, List.of(), ModelStep.Start.ZEROS, position, tokenizer.newActivations());
    }
}
