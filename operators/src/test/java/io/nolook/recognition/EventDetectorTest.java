package io.nolook.recognition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nolook.recognition.CameraTokens.Span;
import io.nolook.recognition.EventDetector.Seen;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class EventDetectorTest {
    private static final EventThresholds RULES = new EventThresholds(0.6, 0.4, 0, 0);

    @Test
    void anActionBeginsAboveTheThresholdAndEndsBelowTheRelease() {
        List<Action> events = events(RULES, 0.1, 0.5, 0.7, 0.5, 0.45, 0.3, 0.5);
        assertThat(events).extracting(Action::ended).containsExactly(false, true);
        assertThat(events).extracting(Action::label).containsOnly(1);
        assertThat(events.get(0).firstSequence()).isEqualTo(8);
        assertThat(events.get(1).firstSequence()).isEqualTo(8);
        assertThat(events.get(1).lastSequence()).isEqualTo(19);
        assertThat(events.get(1).confidence()).isEqualTo(0.7f);
    }

    @Test
    void shorterThanTheLeastDurationIsNotTold() {
        EventThresholds longer = new EventThresholds(0.6, 0.4, 350, 0);
        assertThat(events(longer, 0.7, 0.1, 0.1)).isEmpty();
        assertThat(events(longer, 0.7, 0.7, 0.1)).extracting(Action::ended).containsExactly(false, true);
        assertThat(events(longer, 0.7, 0.7, 0.1).get(0).lastSequence()).isEqualTo(7);
    }

    @Test
    void theBackgroundIsNeverTold() {
        assertThat(events(RULES, 0.0, 0.0)).isEmpty();
    }

    @Test
    void anotherLabelTakesOver() {
        EventDetector detector = new EventDetector(new EventThresholds(0.6, 0.1, 0, -1));
        EventDetector.Result first = detector.step(Optional.empty(), scores(0, 0, 0.1f, 0.8f, 0.1f));
        EventDetector.Result second = detector.step(first.seen(), scores(0, 1, 0.05f, 0.25f, 0.7f));
        assertThat(second.events()).extracting(Action::label).containsExactly(1, 2);
        assertThat(second.events()).extracting(Action::ended).containsExactly(true, false);
    }

    @Test
    void noActionSpansAGap() {
        EventDetector detector = new EventDetector(RULES);
        EventDetector.Result first = detector.step(Optional.empty(), scores(0, 3, 0.1f, 0.9f));
        EventDetector.Result second = detector.step(first.seen(), scores(90, 0, 0.1f, 0.9f));
        assertThat(second.events()).extracting(Action::ended).containsExactly(true, false);
        assertThat(second.events().get(1).firstSequence()).isEqualTo(90);
    }

    @Test
    void whatIsSeenAtTheEndEnds() {
        EventDetector detector = new EventDetector(RULES);
        Optional<Seen> seen =
                detector.step(Optional.empty(), scores(0, 0, 0.1f, 0.9f)).seen();
        assertThat(detector.end(seen)).extracting(Action::ended).containsExactly(true);
        assertThat(detector.end(Optional.empty())).isEmpty();
        Optional<Seen> candidate = new EventDetector(new EventThresholds(0.6, 0.4, 10_000, 0))
                .step(Optional.empty(), scores(0, 0, 0.1f, 0.9f))
                .seen();
        assertThat(detector.end(candidate)).as("never told").isEmpty();
    }

    /** Whatever the scores: beginnings and ends alternate, and an end is of what began. */
    @Property
    void everyEndHasItsBeginning(@ForAll @Size(max = 60) List<Float> raw) {
        EventDetector detector = new EventDetector(new EventThresholds(0.5, 0.3, 150, 0));
        Optional<Seen> seen = Optional.empty();
        List<Action> events = new ArrayList<>();
        for (int i = 0; i < raw.size(); i++) {
            float p = Float.isFinite(raw.get(i)) ? Math.abs(raw.get(i) % 1f) : 0;
            EventDetector.Result result = detector.step(seen, scores(0, i, 1 - p, p * 0.7f, p * 0.3f));
            seen = result.seen();
            events.addAll(result.events());
        }
        events.addAll(detector.end(seen));
        for (int i = 0; i < events.size(); i++) {
            assertThat(events.get(i).ended()).isEqualTo(i % 2 == 1);
            if (i % 2 == 1) {
                assertThat(events.get(i).label()).isEqualTo(events.get(i - 1).label());
                assertThat(events.get(i).firstSequence())
                        .isEqualTo(events.get(i - 1).firstSequence());
            }
        }
        assertThat(events.size() % 2).isZero();
    }

    @Test
    void rulesThatCannotBeAreRefused() {
        assertThatThrownBy(() -> new EventThresholds(0, 0.4, 0, 0)).hasMessageContaining("action.threshold: found 0.0");
        assertThatThrownBy(() -> new EventThresholds(0.5, 0.6, 0, 0)).hasMessageContaining("action.release: found 0.6");
        assertThatThrownBy(() -> new EventThresholds(0.5, 0.4, -1, 0)).hasMessageContaining("action.min-duration");
    }

    @Test
    void stateIsReadBack() {
        Seen seen = new Seen(new Action(3, false, 1, 2, 3, 4, 5, 6, 7, 0.5f), true);
        assertThat(SeenCodec.decode(SeenCodec.encode(seen))).isEqualTo(seen);
        byte[] newer = SeenCodec.encode(seen);
        newer[0] = 9;
        assertThatThrownBy(() -> SeenCodec.decode(newer)).hasMessageContaining("version 9");
        assertThatThrownBy(() -> SeenCodec.decode(Arrays.copyOf(SeenCodec.encode(seen), 7)))
                .hasMessageContaining("7 bytes");
        assertThatThrownBy(() -> SeenCodec.decode(new byte[0])).hasMessageContaining("0 bytes");
    }

    /** A clock that was set ahead while something was seen does not make it last. */
    @Test
    void durationsAreThoseOfAClockThatDoesNotJump() {
        EventDetector detector = new EventDetector(new EventThresholds(0.6, 0.4, 400, 0));
        Scores first = scores(0, 0, 0.1f, 0.9f);
        Optional<Seen> seen = detector.step(Optional.empty(), first).seen();
        Scores second = new Scores(1, 0, 1, new Span(4, 7, 1_000_200, 1_000_350, 1_000_000), new float[] {0.1f, 0.9f});
        EventDetector.Result result = detector.step(seen, second);
        assertThat(result.events()).isEmpty();
        Scores third = new Scores(1, 0, 2, new Span(8, 11, 400, 550, 0), new float[] {0.1f, 0.9f});
        Action told = detector.step(result.seen(), third).events().get(0);
        assertThat(told.durationMicros()).isEqualTo(550);
        assertThat(told.endMicros()).isEqualTo(550);
    }

    @Test
    void readsAndWritesTheStateOfVersionTwo() throws IOException {
        Seen seen = new Seen(new Action(3, false, 1, 2, 3, 4, 5, 6, 7, 0.5f), true);
        try (InputStream in = getClass().getResourceAsStream("/fixtures/action-seen-v2.bin")) {
            byte[] bytes = in.readAllBytes();
            assertThat(SeenCodec.decode(bytes)).isEqualTo(seen);
            assertThat(SeenCodec.encode(seen)).isEqualTo(bytes);
        }
    }

    /** Written by version 1, and kept: 1, told, label, epoch, two sequence numbers, two times, confidence. */
    @Test
    void stateOfTheFirstVersionIsRead() {
        ByteBuffer kept = ByteBuffer.allocate(50).put((byte) 1).put((byte) 1).putInt(3);
        kept.putLong(1).putLong(2).putLong(3).putLong(4).putLong(9).putFloat(0.5f);
        Seen seen = SeenCodec.decode(kept.array());
        assertThat(seen).isEqualTo(new Seen(new Action(3, false, 1, 2, 3, 4, 9, 4, 9, 0.5f), true));
        assertThat(seen.action().durationMicros()).isEqualTo(5);
    }

    /** Scores of one label beside the background, a token frame of four frames each. */
    private static List<Action> events(EventThresholds rules, double... probabilities) {
        EventDetector detector = new EventDetector(rules);
        Optional<Seen> seen = Optional.empty();
        List<Action> events = new ArrayList<>();
        for (int i = 0; i < probabilities.length; i++) {
            float p = (float) probabilities[i];
            EventDetector.Result result = detector.step(seen, scores(0, i, 1 - p, p));
            seen = result.seen();
            events.addAll(result.events());
        }
        return events;
    }

    private static Scores scores(long run, int position, float... probabilities) {
        long first = run + 4L * position;
        return new Scores(1, run, position, new Span(first, first + 3, first * 50, first * 50 + 150, 0), probabilities);
    }
}
