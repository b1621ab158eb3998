package io.nolook.model.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nolook.frame.FrameSize;
import io.nolook.model.ModelRefusedException;
import io.nolook.model.ModelRefusedException.Reason;
import io.nolook.model.ModelSpec;
import io.nolook.model.VideoDetokenizer;
import io.nolook.model.VideoTokenizer;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every planted bad model is refused with its reason; the good ones are admitted. */
class AdmissionTest {
    private static final FrameSize SIZE = new FrameSize(32, 32);

    @ParameterizedTest
    @CsvSource({
        "rows-mixed, ROWS_INFLUENCE_EACH_OTHER, changing row",
        "row-index, ROWS_INFLUENCE_EACH_OTHER, another place of the batch",
        "nondeterministic, NOT_DETERMINISTIC, other results for the same inputs",
        "long-memory, REMEMBERS_LONGER_THAN_STATED, receptive_field",
        "wrong-check, CHECK_VECTOR, check.digest",
        "too-many-codes, OUTPUT_OUT_OF_RANGE, codes: found tokens from"
    })
    void refusesPlantedModel(String model, Reason reason, String told) {
        for (int maxBatch : new int[] {1, 4}) {
            assertThatThrownBy(() -> admit(model, maxBatch))
                    .isInstanceOfSatisfying(
                            ModelRefusedException.class,
                            e -> assertThat(e.reason()).isEqualTo(reason))
                    .hasMessageContaining(told)
                    .hasMessageContaining("expected");
        }
    }

    @Test
    void aLoneModelIsPaddedWhereOnlyTheBatchSizeMatters() {
        try (VideoTokenizer tokenizer = admit("batch-size", 1)) {
            assertThat(tokenizer.batchSizes()).hasToString("[2]");
        }
    }

    @Test
    void aModelThatAgreesWithItselfAtOneSizeOnlyIsPaddedToIt() {
        try (VideoTokenizer tokenizer = admit("one-size", 4)) {
            assertThat(tokenizer.batchSizes()).hasToString("[4]");
            assertThat(tokenizer.batchSizes().padded(1)).isEqualTo(4);
        }
    }

    @Test
    void restrictsModelToBatchSizesThatAgree() {
        try (VideoTokenizer tokenizer = admit("batch-size", 4)) {
            assertThat(tokenizer.batchSizes()).hasToString("[2, 3, 4]");
            assertThat(tokenizer.batchSizes().padded(1)).isEqualTo(2);
        }
    }

    @Test
    void admitsGoodModelsAtEverySize() {
        try (VideoTokenizer tokenizer = admit("tiny-encoder", 12);
                VideoDetokenizer detokenizer = ModelFixtures.detokenizer(SIZE)) {
            assertThat(tokenizer.batchSizes()).hasToString("[1, 2, 3, 4, 5, 6, 7, 8, 12]");
            assertThat(tokenizer.spec().tokenizerId())
                    .isEqualTo(detokenizer.spec().tokenizerId());
            assertThat(tokenizer.fileHash()).matches("[0-9a-f]{64}");
            assertThat(tokenizer.runtimeId()).startsWith("onnxruntime-").contains("/cpu/");
        }
    }

    /** Nothing in Java knows these models: other strides, another quantizer, no caches but a window, half precision. */
    @ParameterizedTest
    @CsvSource({"fsq-windowed, fsq, 64000, 16, 4, 8, 8", "lfq16, lfq, 262144, 18, 2, 16, 4"})
    void admitsTokenizersOfOthers(
            String model, String quantizer, int codes, int bits, int chunk, int stride, int receptiveField) {
        try (VideoTokenizer tokenizer = ModelFixtures.tokenizer(model, SIZE, 8);
                VideoDetokenizer detokenizer = ModelFixtures.detokenizer(model, SIZE)) {
            ModelSpec spec = tokenizer.spec();
            assertThat(tokenizer.batchSizes()).hasToString("[1, 2, 3, 4, 5, 6, 7, 8]");
            assertThat(spec.quantizer()).isEqualTo(quantizer);
            assertThat(new int[] {spec.codes(), spec.bits(), spec.chunkFrames(), spec.spatialStride()})
                    .containsExactly(codes, bits, chunk, stride);
            assertThat(spec.receptiveField()).isEqualTo(receptiveField);
            assertThat(detokenizer.spec().tokenizerId()).isEqualTo(spec.tokenizerId());
        }
    }

    @Test
    void refusesDecoderAsEncoder() {
        assertThatThrownBy(() -> OnnxVideoTokenizer.open(ModelFixtures.bytes("tiny-decoder"), SessionSettings.cpu(1)))
                .isInstanceOf(ModelRefusedException.class)
                .hasMessageContaining("graph inputs");
    }

    @Test
    void refusesBytesThatAreNoModel() {
        assertThatThrownBy(() -> OnnxVideoTokenizer.open(new byte[] {1, 2, 3}, SessionSettings.cpu(1)))
                .isInstanceOfSatisfying(
                        ModelRefusedException.class, e -> assertThat(e.reason()).isEqualTo(Reason.UNREADABLE))
                .hasMessageContaining("3 bytes");
    }

    @Test
    void refusesFrameSizeBetweenTheStrides() {
        assertThatThrownBy(() -> admit("tiny-encoder", 1, new FrameSize(30, 32)))
                .isInstanceOfSatisfying(
                        ModelRefusedException.class, e -> assertThat(e.reason()).isEqualTo(Reason.SIZE))
                .hasMessageContaining("frame.size: found 30x32, expected multiples of 8");
    }

    @Test
    void cudaWithoutItsLibrariesNamesWhatIsMissing() {
        SessionSettings cuda = new SessionSettings(Device.CUDA, 0, 1, 1L << 30, Optional.empty());
        assertThatThrownBy(() -> OnnxVideoTokenizer.open(ModelFixtures.bytes("tiny-encoder"), cuda))
                .isInstanceOfSatisfying(
                        ModelRefusedException.class, e -> assertThat(e.reason()).isEqualTo(Reason.PROVIDER))
                .hasMessageContaining("inference.device=cuda")
                .hasMessageContaining("missing lib");
    }

    @Test
    void autoFallsBackToTheCpu() {
        SessionSettings auto = new SessionSettings(Device.AUTO, 0, 1, 1L << 30, Optional.empty());
        try (OnnxVideoTokenizer tokenizer = OnnxVideoTokenizer.open(ModelFixtures.bytes("tiny-encoder"), auto)) {
            assertThat(tokenizer.runtimeId()).contains("/cpu/");
        }
    }

    private static VideoTokenizer admit(String model, int maxBatch) {
        return admit(model, maxBatch, SIZE);
    }

    private static VideoTokenizer admit(String model, int maxBatch, FrameSize size) {
        return VideoTokenizer.admit(
                OnnxVideoTokenizer.open(ModelFixtures.bytes(model), SessionSettings.cpu(1)), size, maxBatch);
    }
}
