package io.nolook.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

/** An item is written as its camera's letter and its number: {@code a0}. */
class MicroBatcherTest {
    private final MicroBatcher<String> batcher = batcher(3, 20, 8);

    @Test
    void nothingIsDueOfNothing() {
        assertThat(batcher.due(1000)).isEmpty();
        assertThat(batcher.full()).isEmpty();
        assertThat(batcher.drain()).isEmpty();
        assertThat(batcher.deadline()).isEmpty();
        assertThat(batcher.idle()).isTrue();
    }

    @Test
    void isDueWhenFull() {
        offer(0, "a0", "b0");
        assertThat(batcher.due(19)).isEmpty();
        assertThat(batcher.full()).isEmpty();
        offer(19, "c0");

        assertThat(batcher.due(19)).containsExactly("a0", "b0", "c0");
        assertThat(batcher.waiting()).isZero();
        assertThat(batcher.idle()).as("while it runs").isFalse();
    }

    @Test
    void isDueWhenTheOldestHasWaitedLongEnough() {
        offer(5, "a0");
        offer(20, "b0");

        assertThat(batcher.deadline()).hasValue(25);
        assertThat(batcher.due(24)).isEmpty();
        assertThat(batcher.due(25)).containsExactly("a0", "b0");
        assertThat(batcher.deadline()).isEmpty();
    }

    @Test
    void aDeadlineOfZeroWaitsForNothing() {
        MicroBatcher<String> eager = batcher(3, 0, 8);
        eager.offer("a0", 7);

        assertThat(eager.due(7)).containsExactly("a0");
        eager.offer("a1", 7);
        assertThat(eager.due(7)).as("held back").isEmpty();
    }

    @Test
    void takesTheOldestFirst() {
        offer(0, "c0", "a0", "d0", "b0");

        assertThat(batcher.full()).containsExactly("c0", "a0", "d0");
        assertThat(batcher.drain()).containsExactly("b0");
    }

    @Test
    void neverTakesTwoOfOneCamera() {
        offer(0, "a0", "a1", "a2", "b0");

        assertThat(batcher.full()).isEmpty();
        assertThat(batcher.drain()).containsExactly("a0", "b0");
        assertThat(batcher.waiting()).isEqualTo(2);
    }

    @Test
    void holdsBackCamerasThatRun() {
        offer(0, "a0", "b0", "c0", "a1", "d0");
        List<String> running = batcher.full();

        assertThat(running).containsExactly("a0", "b0", "c0");
        assertThat(batcher.deadline()).as("of d0, not of a1").hasValue(20);
        assertThat(batcher.drain()).containsExactly("d0");
        assertThat(batcher.drain()).isEmpty();
        assertThat(batcher.due(1000)).isEmpty();
        assertThat(batcher.deadline()).isEmpty();

        batcher.finished(running);
        assertThat(batcher.drain()).containsExactly("a1");
    }

    @Test
    void whatIsHeldBackKeepsItsPlaceAndItsDeadline() {
        offer(0, "a0");
        List<String> running = batcher.drain();
        offer(1, "a1");
        offer(9, "b0");

        assertThat(batcher.deadline()).hasValue(29);
        assertThat(batcher.due(28)).isEmpty();
        batcher.finished(running);
        assertThat(batcher.deadline()).hasValue(21);
        assertThat(batcher.due(21)).containsExactly("a1", "b0");
    }

    @Test
    void finishingOneBatchLeavesTheOtherRunning() {
        offer(0, "a0", "b0", "c0", "d0", "a1", "d1");
        List<String> first = batcher.full();
        List<String> second = batcher.drain();

        assertThat(second).containsExactly("d0");
        batcher.finished(first);

        assertThat(batcher.drain()).containsExactly("a1");
        assertThat(batcher.waiting()).isEqualTo(1);
    }

    @Test
    void isIdleWhenNothingWaitsOrRuns() {
        offer(0, "a0");
        assertThat(batcher.idle()).isFalse();
        List<String> running = batcher.drain();
        assertThat(batcher.idle()).isFalse();
        batcher.finished(running);
        assertThat(batcher.idle()).isTrue();
    }

    @Test
    void takesNoMoreThanItsQueueHolds() {
        MicroBatcher<String> small = batcher(2, 20, 3);
        for (int i = 0; i < 3; i++) {
            assertThat(small.queueFull()).isFalse();
            small.offer("a" + i, 0);
        }

        assertThat(small.queueFull()).isTrue();
        assertThatThrownBy(() -> small.offer("b0", 0))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("found batch.queue = 3 items waiting, expected fewer");
        assertThat(small.waiting()).isEqualTo(3);
        assertThat(small.drain()).containsExactly("a0");
        assertThat(small.queueFull()).isFalse();
    }

    @Test
    void equalItemsAreNotTheSame() {
        MicroBatcher<Integer> anonymous = new MicroBatcher<>(new BatchLimits(2, 0, 8), item -> "camera");
        anonymous.offer(1000, 0);
        anonymous.offer(1000, 0);

        List<Integer> first = anonymous.drain();
        assertThat(anonymous.waiting()).isEqualTo(1);
        anonymous.finished(first);
        assertThat(anonymous.drain()).containsExactly(1000);
    }

    private void offer(long nowMillis, String... items) {
        for (String item : items) {
            batcher.offer(item, nowMillis);
        }
    }

    static MicroBatcher<String> batcher(int size, long maxDelayMillis, int queue) {
        return new MicroBatcher<>(new BatchLimits(size, maxDelayMillis, queue), item -> item.substring(0, 1));
    }
}
