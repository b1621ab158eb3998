package io.nolook.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
        assertThat(batcher.waiting()).isZero();
    }

    @Test
    void isDueWhenFull() {
        offer(0, "a0", "b0");
        assertThat(batcher.due(19)).isEmpty();
        assertThat(batcher.full()).isEmpty();
        offer(19, "c0");

        assertThat(batcher.due(19)).containsExactly("a0", "b0", "c0");
        assertThat(batcher.waiting()).isZero();
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
        assertThat(eager.due(7)).as("while the one before runs").containsExactly("a1");
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
    void aCamerasItemsLeaveInTheirOrderEachInAnotherBatch() {
        offer(0, "a0", "b0", "c0", "a1", "d0", "b1", "a2");

        assertThat(batcher.full()).containsExactly("a0", "b0", "c0");
        assertThat(batcher.full()).containsExactly("a1", "d0", "b1");
        assertThat(batcher.full()).isEmpty();
        assertThat(batcher.drain()).containsExactly("a2");
    }

    @Test
    void whatWasLeftKeepsItsPlaceAndItsDeadline() {
        offer(0, "a0");
        offer(1, "a1");
        batcher.drain();
        offer(9, "b0");

        assertThat(batcher.deadline()).hasValue(21);
        assertThat(batcher.due(20)).isEmpty();
        assertThat(batcher.due(21)).containsExactly("a1", "b0");
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

        assertThat(anonymous.drain()).containsExactly(1000);
        assertThat(anonymous.waiting()).isEqualTo(1);
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
