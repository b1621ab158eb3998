package io.nolook.page.timeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Where segments lie in time: coverage, holes, moments, and what is forgotten. */
class TimelineTest {
    private static final long SECOND = 1_000_000;

    private final Timeline timeline = new Timeline(1 << 20);

    @Test
    void aRowSaysWhatIsCoveredAndWhatIsNot() {
        timeline.add(segment("gate", 1, 0, 100, 110, "FIRST_FRAME", 0));
        timeline.add(segment("gate", 1, 10, 110, 120, "", 0));
        timeline.add(segment("gate", 2, 0, 150, 160, "GAP", 7));
        timeline.add(segment("gate", 3, 0, 160, 165, "INTERVAL", 0));

        Timeline.Row row = timeline.row("gate", 100 * SECOND, 200 * SECOND, 10);

        assertThat(row.segments()).isEqualTo(4);
        assertThat(row.bytes()).isEqualTo(40);
        float[] expected = {1, 1, 0, 0, 0, 1, 0.5f, 0, 0, 0};
        for (int i = 0; i < expected.length; i++) {
            assertThat(row.covered()[i]).isCloseTo(expected[i], within(0.01f));
        }
        assertThat(row.holes()).containsExactly(new Timeline.Mark(120_000, 150_000, "GAP", 7));
        assertThat(row.keyframes()).extracting(Timeline.Mark::reason).containsExactly("FIRST_FRAME", "GAP");
        assertThat(timeline.row("nobody", 0, SECOND, 3).covered()).containsExactly(0, 0, 0);
    }

    @Test
    void aHoleThatBeganBeforeTheStretchIsTold() {
        timeline.add(segment("gate", 1, 0, 100, 110, "FIRST_FRAME", 0));
        timeline.add(segment("gate", 2, 0, 150, 160, "GAP", 7));

        assertThat(timeline.row("gate", 140 * SECOND, 200 * SECOND, 6).holes())
                .containsExactly(new Timeline.Mark(110_000, 150_000, "GAP", 7));
    }

    @Test
    void aMomentNeedsItsClipBackToTheKeyframe() {
        timeline.add(segment("gate", 1, 0, 100, 110, "FIRST_FRAME", 0));
        timeline.add(segment("gate", 1, 10, 110, 120, "", 0));
        timeline.add(segment("gate", 1, 20, 120, 130, "", 0));
        timeline.add(segment("gate", 2, 0, 150, 160, "GAP", 0));

        assertThat(timeline.moment("gate", 125 * SECOND, SECOND).segments())
                .extracting(ArchivedSegment::firstPosition)
                .containsExactly(0, 10, 20);
        assertThat(timeline.moment("gate", 151 * SECOND, SECOND).segments())
                .extracting(ArchivedSegment::firstPosition)
                .containsExactly(0);
        Timeline.Moment hole = timeline.moment("gate", 140 * SECOND, SECOND);
        assertThat(hole.segments()).isEmpty();
        assertThat(hole.beforeMicros()).isEqualTo(130 * SECOND);
        assertThat(hole.afterMicros()).isEqualTo(150 * SECOND);
        assertThat(timeline.moment("gate", 131 * SECOND, SECOND).segments()).hasSize(3);
        assertThat(timeline.moment("gate", 99 * SECOND, SECOND).afterMicros()).isEqualTo(100 * SECOND);
        assertThat(timeline.between("gate", 115 * SECOND, 155 * SECOND))
                .extracting(ArchivedSegment::fromMicros)
                .containsExactly(100 * SECOND, 110 * SECOND, 120 * SECOND, 150 * SECOND);
    }

    @Test
    void theOldestAreForgottenAndItIsSaid() {
        Timeline small = new Timeline(3L * ArchivedSegment.HEAP_BYTES);
        for (int i = 0; i < 5; i++) {
            small.add(segment(i < 2 ? "old" : "new", i, 0, 10 * i, 10 * i + 5, "FIRST_FRAME", 0));
        }

        assertThat(small.cameras()).containsExactly("new");
        assertThat(small.size()).isEqualTo(3);
        assertThat(small.forgottenToMillis()).isEqualTo(15_000);
        assertThat(small.newestMillis()).isEqualTo(45_000);
    }

    @Test
    void aSegmentThatIsReadAgainIsOne() {
        timeline.add(segment("gate", 1, 0, 100, 110, "FIRST_FRAME", 0));
        timeline.add(segment("gate", 1, 0, 100, 110, "FIRST_FRAME", 0));

        assertThat(timeline.size()).isEqualTo(1);
    }

    private static ArchivedSegment segment(
            String camera, long clip, int position, long from, long to, String begins, long missing) {
        return new ArchivedSegment(
                camera,
                0,
                clip * 100 + position,
                new ArchivedSegment.Clip(1, clip, "t"),
                position,
                10,
                40,
                from * SECOND,
                to * SECOND,
                Optional.of(begins).filter(reason -> !reason.isEmpty()),
                missing,
                10);
    }
}
