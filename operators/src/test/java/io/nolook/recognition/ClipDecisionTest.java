package io.nolook.recognition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.nolook.model.ModelRefusedException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClipDecisionTest {

    @Test
    void theLastStepDecides() {
        RecognizerSpec spec = RecognizerSpec.of(FakeRecognizer.spec(Map.of("clip.decision", "last")));
        double[] found = ClipDecision.of(spec, List.of(new float[] {1, 0}, new float[] {0.25f, 0.75f}));
        assertThat(found[0]).isCloseTo(0.25, within(1e-6));
        assertThat(ClipDecision.best(found)).isEqualTo(1);
    }

    @Test
    void theMeanOfLogarithmsIsTheGeometricMeanMadeToSumToOne() {
        RecognizerSpec spec = RecognizerSpec.of(FakeRecognizer.spec(Map.of("clip.decision", "mean-log")));
        double[] found = ClipDecision.of(spec, List.of(new float[] {0.5f, 0.5f}, new float[] {0.9f, 0.1f}));
        double first = Math.sqrt(0.45);
        assertThat(found[0]).isCloseTo(first / (first + Math.sqrt(0.05)), within(1e-6));
        double[] certain = ClipDecision.of(spec, List.of(new float[] {1, 0}, new float[] {0.9f, 0.1f}));
        assertThat(certain[1]).isPositive();
    }

    @Test
    void aClipOfNothingIsRefused() {
        RecognizerSpec spec = RecognizerSpec.of(FakeRecognizer.spec(Map.of()));
        assertThatThrownBy(() -> ClipDecision.of(spec, List.of())).hasMessageContaining("no token frames");
    }

    @ParameterizedTest
    @CsvSource({
        "labels, one, at least two",
        "label.background, other, one of [none",
        "trained.fps, fast, a number above 0",
        "trained.fps, 0, a number above 0",
        "clip.decision, first, last or mean-log"
    })
    void badMetadataIsRefusedByItsKey(String key, String value, String expected) {
        assertThatThrownBy(() -> RecognizerSpec.of(FakeRecognizer.spec(Map.of(key, value))))
                .isInstanceOf(ModelRefusedException.class)
                .hasMessageContaining(key + ": found '")
                .hasMessageContaining(expected);
    }
}
