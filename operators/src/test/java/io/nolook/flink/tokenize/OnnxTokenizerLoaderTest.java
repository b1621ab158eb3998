package io.nolook.flink.tokenize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.nolook.flink.model.ModelOperatorFactory;
import io.nolook.flink.type.CodecSerializer;
import io.nolook.flink.type.OutgoingTokensCodec;
import io.nolook.model.ModelRefusedException;
import io.nolook.model.ModelUnavailableException;
import io.nolook.window.CameraFrame;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;

/** What becomes of a job whose model cannot be opened. */
class OnnxTokenizerLoaderTest {

    /** A volume that is mounted late is waited for, by Flink's restart strategy; a refused model is not tried again. */
    @Test
    void onlyARefusedModelEndsTheJobForGood() throws Exception {
        Configuration options = new Configuration();
        options.set(TokenizeOptions.MODEL_ENCODER, "/nowhere/encoder.onnx");
        assertThat(failure(options))
                .isInstanceOf(ModelUnavailableException.class)
                .hasMessageContaining("found no file at '/nowhere/encoder.onnx'");
        options.set(TokenizeOptions.MODEL_ENCODER, "src/test/resources/models/rows-mixed.onnx");
        assertThat(failure(options))
                .isInstanceOf(SuppressRestartsException.class)
                .hasRootCauseInstanceOf(ModelRefusedException.class);
    }

    private static Throwable failure(Configuration options) throws Exception {
        options.set(TokenizeOptions.FRAME_SIZE, "16x16");
        TokenizeSettings settings = TokenizeSettings.of(options);
        try (var harness = new KeyedOneInputStreamOperatorTestHarness<>(
                new ModelOperatorFactory<>(
                        new TokenizeRules(settings), new OnnxTokenizerLoader(settings), settings.inference()),
                CameraFrame::camera,
                Types.STRING)) {
            harness.setup(new CodecSerializer<>(new OutgoingTokensCodec()));
            return catchThrowable(harness::open);
        }
    }
}
