package io.nolook.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nolook.Fixtures;
import io.nolook.generation.Anomaly;
import io.nolook.generation.AnomalyDetector;
import io.nolook.generation.AnomalyThresholds;
import io.nolook.generation.Scored;
import io.nolook.generation.Watched;
import io.nolook.schema.SingleObject;
import io.nolook.schema.Surprise;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class KeptWatchTest {
    private static final SingleObject<Surprise> FORMAT = SingleObject.surprises();

    @Test
    void everyVersionIsReadAndTheNewestWritten() throws IOException {
        byte[] stored = Fixtures.bytes("kept-watch-v1.bin");
        KeptWatch kept = KeptWatch.decode(stored, FORMAT);

        assertThat(kept.arrivalMillis()).isEqualTo(1_700_000_000_000L);
        assertThat(kept.newest()).isEqualTo(surprise(80, 21));
        Anomaly active = kept.watched().active().orElseThrow();
        assertThat(active.kind()).isEqualTo(Anomaly.Kind.SURPRISING);
        assertThat(active.score()).isEqualTo(14);
        assertThat(active.high()).isEqualTo(7);
        assertThat(kept.encode(FORMAT)).isEqualTo(stored);
        assertThat(kept().encode(FORMAT)).isEqualTo(stored);
    }

    @Test
    void refusesANewerVersionAndMissingBytes() {
        byte[] whole = kept().encode(FORMAT);
        byte[] newer = whole.clone();
        newer[0]++;
        assertThatThrownBy(() -> KeptWatch.decode(newer, FORMAT))
                .hasMessageStartingWith(
                        "found a kept watch of version 2 and " + whole.length + " bytes, expected version 1");
        for (int length : new int[] {0, 1, 12, 60}) {
            assertThatThrownBy(() -> KeptWatch.decode(Arrays.copyOf(whole, length), FORMAT))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    /** Known, with an active event and half a block. */
    private static KeptWatch kept() {
        AnomalyDetector detector = new AnomalyDetector(new AnomalyThresholds(3, 1, 600_000_000));
        Watched watched = Watched.NEW;
        for (int i = 0; i < 80; i++) {
            watched = detector.step(watched, scored(i, 4 + i % 4)).after();
        }
        watched = detector.step(watched, scored(80, 21)).after();
        return new KeptWatch(1_700_000_000_000L, watched, surprise(80, 21));
    }

    private static Scored scored(int number, float level) {
        return SurpriseRecords.scored(surprise(number, level));
    }

    private static Surprise surprise(int number, float level) {
        return Surprise.newBuilder()
                .setCamera("gate")
                .setEpoch(4)
                .setTokenizerId("nolook-small-4")
                .setPredictor("nolook-next 1")
                .setPredictorHash("ab12")
                .setRuntimeId("runtime")
                .setClip(0)
                .setPosition(number + 2)
                .setFirstSequence(number * 4L)
                .setLastSequence(number * 4L + 3)
                .setFirstCapturedAtMicros(number * 160_000L)
                .setLastCapturedAtMicros(number * 160_000L + 120_000)
                .setClockJumpedMicros(3)
                .setBits(level)
                .setLevel(level)
                .setPeak(level)
                .setMap(List.of(level, 0.5f))
                .build();
    }
}
