package io.nolook.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelSpecTest {

    @Test
    void takesAnyQuantizerAndItsNumberOfCodes() {
        ModelSpec fsq = ModelSpec.of(metadata(Map.of("quantizer", "fsq", "bits", "16", "codes", "64000")));
        assertThat(fsq.quantizer()).isEqualTo("fsq");
        assertThat(fsq.codes()).isEqualTo(64_000);
        assertThat(fsq.knows(new int[] {0, 63_999})).isTrue();
        assertThat(fsq.knows(new int[] {64_000})).isFalse();
        assertThat(fsq.knows(new int[] {-1})).isFalse();
        ModelSpec own = ModelSpec.of(metadata(Map.of("quantizer", "my-own", "bits", "1", "codes", "2")));
        assertThat(own.codes()).isEqualTo(2);
    }

    @Test
    void filesThatDoNotSayHowManyCodesUseAllTheirBits() {
        assertThat(ModelSpec.of(metadata(Map.of("bits", "18"))).codes()).isEqualTo(262_144);
        assertThat(ModelSpec.of(metadata(Map.of("bits", "30"))).codes()).isEqualTo(1 << 30);
    }

    @ParameterizedTest
    @CsvSource({
        "codes, 65537, a number from 2 to 65536",
        "codes, 1, a number from 2 to 65536",
        "codes, many, a number from 2 to 65536",
        "bits, 31, a number from 1 to 30",
        "phase.period, 0, a number from 1 to 64",
        "escape.bits, '6,12,17', 'numbers from 1 to 16, separated by commas'",
        "escape.bits, '6,,12', 'numbers from 1 to 16, separated by commas'",
        "escape.bits, 0, 'numbers from 1 to 16, separated by commas'"
    })
    void refusesNumbersThatDoNotFit(String key, String value, String expected) {
        Map<String, String> changed = new HashMap<>(Map.of("quantizer", "fsq", "bits", "16", "codes", "64000"));
        changed.put(key, value);
        assertThatThrownBy(() -> ModelSpec.of(metadata(changed)))
                .isInstanceOf(ModelRefusedException.class)
                .hasMessageContaining(key + ": found '" + value + "', expected " + expected);
    }

    @Test
    void escapesHaveAllTheirBitsSet() {
        assertThat(ModelSpec.of(metadata(Map.of("bits", "18"))).escapes()).isZero();
        assertThat(ModelSpec.of(metadata(Map.of("bits", "18", "escape.bits", "6,12,18")))
                        .escapes())
                .isEqualTo(1 << 5 | 1 << 11 | 1 << 17);
    }

    @Test
    void quantizerMustHaveName() {
        assertThatThrownBy(() -> ModelSpec.of(metadata(Map.of("quantizer", "", "bits", "16"))))
                .isInstanceOf(ModelRefusedException.class)
                .hasMessageContaining("quantizer: found nothing");
    }

    @ParameterizedTest
    @CsvSource({"bit_order, msb-first, lsb-first", "threshold, 1, 0", "codes, 64000, 65536"})
    void signsStillHaveOneOrderOneThresholdAndAllCodes(String key, String value, String expected) {
        Map<String, String> changed = new HashMap<>(Map.of("bits", "16"));
        changed.put(key, value);
        assertThatThrownBy(() -> ModelSpec.of(metadata(changed)))
                .isInstanceOf(ModelRefusedException.class)
                .hasMessageContaining(key + ": found '" + value + "', expected " + expected);
    }

    private static Map<String, String> metadata(Map<String, String> changed) {
        Map<String, String> metadata = new HashMap<>(Map.of(
                "contract", "1",
                "model.name", "model",
                "model.version", "1",
                "role", "encoder",
                "tokenizer_id", "id",
                "quantizer", "lfq",
                "bit_order", "lsb-first",
                "threshold", "0"));
        metadata.putAll(Map.of(
                "clip.first_chunk", "repeat-first",
                "clip.tail", "repeat-last",
                "state.policy", "replay",
                "input.range", "0..255",
                "input.colour", "RGB",
                "chunk.frames", "4",
                "stride.time", "4",
                "stride.space", "8",
                "receptive_field", "19"));
        metadata.putAll(changed);
        return metadata;
    }
}
