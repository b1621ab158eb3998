package io.nolook.record;

import static org.assertj.core.api.Assertions.assertThat;

import io.nolook.frame.FrameFit;
import io.nolook.frame.FrameSize;
import io.nolook.model.VideoTokenizer;
import io.nolook.model.onnx.ModelFixtures;
import io.nolook.schema.TokenFrame;
import io.nolook.window.Chunk;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TokenFramesTest {

    @ParameterizedTest
    @CsvSource({"tiny, 1", "phased, 3"})
    void aTokenFrameSaysThePhasePeriodOfItsModel(String model, int period) {
        FrameSize size = new FrameSize(32, 32);
        Chunk.Span span = new Chunk.Span(41, 44, 4, 1, 2, false, 0, 640, 480);
        Chunk chunk = new Chunk("gate", 7, 40, 1, span, Optional.empty(), new byte[0], new byte[4 * size.rgbBytes()]);
        try (VideoTokenizer tokenizer = ModelFixtures.tokenizer(model, size, 1)) {
            TokenFrame frame = TokenFrames.of(chunk, new int[16], tokenizer, FrameFit.CROP);

            assertThat(frame.getPhasePeriod()).isEqualTo(period);
        }
    }
}
