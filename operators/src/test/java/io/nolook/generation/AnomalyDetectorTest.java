package io.nolook.generation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.nolook.generation.Anomaly.Kind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class AnomalyDetectorTest {
    private static final long STEP = 160_000; // us
    private static final AnomalyThresholds RULES = new AnomalyThresholds(3, 1, 60_000_000);

    private final AnomalyDetector detector = new AnomalyDetector(RULES);
    private final List<Anomaly> events = new ArrayList<>();
    private Watched watched = Watched.NEW;
    private long number;
    private long epoch = 1;

    private void see(float level, int count) {
        for (int i = 0; i < count; i++) {
            see(level, 10L);
        }
    }

    private void see(float level, long position) {
        long from = number * 4;
        long at = number * STEP;
        Scored scored = new Scored(
                epoch,
                (int) position,
                new Scored.Frames(from, from + 3, at, at + STEP * 3 / 4, 0),
                new Surprise(level, level, level, new float[] {level}));
        AnomalyDetector.Result result = detector.step(watched, scored);
        watched = WatchedCodec.decode(WatchedCodec.encode(result.after())); // as keyed state has it
        events.addAll(result.events());
        number++;
    }

    @Test
    void nothingIsUnusualWhileLittleIsKnown() {
        see(5, 30);
        see(25, 1);
        see(0, 20);

        assertThat(events).isEmpty();
    }

    @Test
    void aCutIsToldAtOnceAndIsOverSoon() {
        see(5, 80);
        see(9, 1);
        assertThat(events).hasSize(1);
        see(5, 7);
        assertThat(events).hasSize(1);
        see(5, 1);

        assertThat(events).extracting(Anomaly::kind).containsOnly(Kind.SURPRISING);
        assertThat(events).extracting(Anomaly::ended).containsExactly(false, true);
        Anomaly over = events.get(1);
        assertThat(over.score()).isEqualTo(4);
        assertThat(over.first().firstSequence()).isEqualTo(320);
        assertThat(over.last().lastSequence()).isEqualTo(323);
        assertThat(over.map()).containsExactly(9);
        assertThat(over.low()).isEqualTo(5);
        assertThat(over.high()).isEqualTo(5);
        assertThat(over.durationMicros()).isEqualTo(STEP * 3 / 4);
    }

    /** A covered lens surprises first, and is dull then. */
    @Test
    void dullnessIsAnEventOfItsOwn() {
        see(8, 80);
        see(12, 1);
        see(0, 8);
        see(8, 16);

        assertThat(events)
                .extracting(Anomaly::kind, Anomaly::ended)
                .containsExactly(
                        tuple(Kind.SURPRISING, false),
                        tuple(Kind.SURPRISING, true),
                        tuple(Kind.DULL, false),
                        tuple(Kind.DULL, true));
        assertThat(events.get(3).score()).isEqualTo(8);
    }

    @Test
    void betweenReleaseAndThresholdItGoesOnAndDoesNotBegin() {
        see(5, 80);
        see(7, 20);
        assertThat(events).isEmpty();
        see(12, 1);
        see(9, 20); // what was usual has moved to 7
        assertThat(events).hasSize(1);
    }

    @Test
    void whatIsUnusualDoesNotBecomeUsualUntilItLastsTooLong() {
        see(5, 80);
        see(15, 370); // 59 s
        assertThat(events).hasSize(1);
        assertThat(watched.usual().high()).isEqualTo(5);
        see(15, 10);
        assertThat(events).extracting(Anomaly::ended).containsExactly(false, true);
        assertThat(watched.usual().isKnown()).isFalse();
        see(15, 200);
        assertThat(events).hasSize(2);
    }

    @Test
    void noEventSpansTwoEpochs() {
        see(5, 80);
        see(15, 2);
        epoch = 2;
        see(15, 2);
        see(5, 8);

        assertThat(events)
                .extracting(Anomaly::epoch, Anomaly::ended)
                .containsExactly(tuple(1L, false), tuple(1L, true), tuple(2L, false), tuple(2L, true));
    }

    @Test
    void aClipsFirstTokenFramesAreNotLookedAt() {
        see(5, 80);
        Watched before = watched;
        see(25, 0L);
        see(25, 1L);

        assertThat(events).isEmpty();
        assertThat(WatchedCodec.encode(watched)).isEqualTo(WatchedCodec.encode(before));
        see(25, 2L);
        assertThat(events).hasSize(1);
    }

    @Test
    void whatIsActiveEndsWithTheStream() {
        see(5, 80);
        assertThat(detector.end(watched)).isEmpty();
        see(25, 2);
        assertThat(detector.end(watched)).hasSize(1).allMatch(Anomaly::ended);
    }

    @Test
    void stateIsReadWholeOrRefused() {
        see(5, 85);
        see(25, 2);
        byte[] whole = WatchedCodec.encode(watched);
        assertThat(whole.length).isLessThan(1024);
        for (int length : new int[] {0, 1, 30, whole.length - 1}) {
            assertThatThrownBy(() -> WatchedCodec.decode(Arrays.copyOf(whole, length)))
                    .isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> WatchedCodec.decode(Arrays.copyOf(whole, whole.length + 1)))
                .hasMessage("found 1 bytes after the state of a watched camera");
        whole[0]++;
        assertThatThrownBy(() -> WatchedCodec.decode(whole))
                .hasMessage(
                        "found the state of a watched camera of version 2, expected 1: restore with the release that"
                                + " wrote it, or a newer one");
    }

    /** Several minutes of state stay below a kilobyte. */
    @Test
    void stateIsSmall() {
        see(5, 3000);
        assertThat(WatchedCodec.encode(watched).length).isLessThan(1024);
    }

    @Test
    void thresholdsThatMeanNothingAreRefused() {
        assertThatThrownBy(() -> new AnomalyThresholds(0, 1, 1)).hasMessageContaining("anomaly.threshold: found 0.0");
        assertThatThrownBy(() -> new AnomalyThresholds(3, 4, 1)).hasMessageContaining("anomaly.release: found 4.0");
        assertThatThrownBy(() -> new AnomalyThresholds(3, 1, 0)).hasMessageContaining("anomaly.max-duration: found 0");
    }
}
