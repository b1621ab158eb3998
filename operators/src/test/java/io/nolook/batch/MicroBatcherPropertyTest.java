package io.nolook.batch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

/** What holds for any order of offers and batches. */
class MicroBatcherPropertyTest {

    /** What happens next. */
    private enum Kind {
        OFFER,
        DUE,
        FULL,
        DRAIN
    }

    /** @param camera that offers, @param millis that pass before */
    private record Event(Kind kind, int camera, int millis) {}

    /** One item of work. */
    private record Item(String camera, int number, long sinceMillis) {}

    @Provide
    Arbitrary<BatchLimits> limits() {
        return Combinators.combine(
                        Arbitraries.integers().between(1, 5),
                        Arbitraries.longs().between(0, 40),
                        Arbitraries.integers().between(0, 9))
                .as((size, delay, room) -> new BatchLimits(size, delay, size + room));
    }

    @Provide
    Arbitrary<List<Event>> schedules() {
        Arbitrary<Kind> kinds = Arbitraries.frequency(
                Tuple.of(8, Kind.OFFER), Tuple.of(4, Kind.DUE), Tuple.of(1, Kind.FULL), Tuple.of(1, Kind.DRAIN));
        return Combinators.combine(
                        kinds,
                        Arbitraries.integers().between(0, 6),
                        Arbitraries.integers().between(0, 15))
                .as(Event::new)
                .list()
                .ofMaxSize(150);
    }

    @Property(tries = 1000, edgeCases = EdgeCasesMode.NONE)
    void everythingOfferedComesOutOnceAndInOrderOfItsCamera(
            @ForAll("limits") BatchLimits limits, @ForAll("schedules") List<Event> schedule) {
        Schedule run = new Schedule(limits);
        schedule.forEach(run::happens);
        run.drainAll();

        Map<String, List<Integer>> numbers = new HashMap<>();
        run.taken.forEach(item ->
                numbers.computeIfAbsent(item.camera(), any -> new ArrayList<>()).add(item.number()));
        assertThat(run.taken).containsExactlyInAnyOrderElementsOf(run.offered);
        numbers.forEach(
                (camera, order) -> assertThat(order).as(camera).isSorted().doesNotHaveDuplicates());
        assertThat(run.batcher.waiting()).isZero();
        assertThat(run.batcher.deadline()).isEmpty();
    }

    @Property(tries = 1000, edgeCases = EdgeCasesMode.NONE)
    void batchesAreDueExactlyWhenFullOrAtTheDeadline(
            @ForAll("limits") BatchLimits limits, @ForAll("schedules") List<Event> schedule) {
        Schedule run = new Schedule(limits);
        for (Event event : schedule) {
            List<Item> ready = run.ready();
            OptionalLong deadline = run.batcher.deadline();
            assertThat(deadline.isPresent()).isEqualTo(!ready.isEmpty());
            if (!ready.isEmpty()) {
                assertThat(deadline).hasValue(ready.get(0).sinceMillis() + limits.maxDelayMillis());
            }

            Optional<List<Item>> batch = run.happens(event);

            boolean late = deadline.isPresent() && run.nowMillis >= deadline.getAsLong();
            boolean wanted = switch (event.kind()) {
                case DUE -> late || ready.size() == limits.size();
                case FULL -> ready.size() == limits.size();
                case DRAIN -> true;
                default -> false;
            };
            assertThat(batch.orElse(List.of())).isEqualTo(wanted ? ready : List.of());
        }
    }

    /** A batcher in use, and a slow reference of what waits. */
    private static final class Schedule {
        final MicroBatcher<Item> batcher;
        final List<Item> offered = new ArrayList<>();
        final List<Item> taken = new ArrayList<>();
        long nowMillis;

        private final BatchLimits limits;
        private final List<Item> waiting = new ArrayList<>();

        Schedule(BatchLimits limits) {
            this.limits = limits;
            batcher = new MicroBatcher<>(limits, Item::camera);
        }

        /** The batch that was asked for, if one was. */
        Optional<List<Item>> happens(Event event) {
            nowMillis += event.millis();
            assertThat(batcher.waiting()).isEqualTo(waiting.size());
            assertThat(batcher.queueFull()).isEqualTo(waiting.size() == limits.queue());
            switch (event.kind()) {
                case OFFER -> offer("camera-" + event.camera());
                default -> {
                    return Optional.of(took(
                            switch (event.kind()) {
                                case DUE -> batcher.due(nowMillis);
                                case FULL -> batcher.full();
                                default -> batcher.drain();
                            }));
                }
            }
            return Optional.empty();
        }

        /** The oldest item of each camera, as many as a batch holds. */
        List<Item> ready() {
            Set<String> seen = new HashSet<>();
            return waiting.stream()
                    .filter(item -> seen.add(item.camera()))
                    .limit(limits.size())
                    .toList();
        }

        void drainAll() {
            while (batcher.waiting() > 0) {
                took(batcher.drain());
            }
        }

        private void offer(String camera) {
            if (!batcher.queueFull()) {
                Item item = new Item(camera, offered.size(), nowMillis);
                offered.add(item);
                waiting.add(item);
                batcher.offer(item, nowMillis);
            }
        }

        private List<Item> took(List<Item> batch) {
            if (!batch.isEmpty()) {
                assertThat(batch).hasSizeLessThanOrEqualTo(limits.size());
                assertThat(batch.stream().map(Item::camera)).doesNotHaveDuplicates();
                waiting.removeAll(batch);
                taken.addAll(batch);
            }
            return batch;
        }
    }
}
