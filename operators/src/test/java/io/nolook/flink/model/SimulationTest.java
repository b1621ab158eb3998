package io.nolook.flink.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.nolook.window.KeyframeReason;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * The core and the operator that runs it, under random histories in virtual time: no Kafka, no cluster, no real model.
 *
 * <p>In a history are one to four cameras, with repeated, late, lost and corrupt frames, epochs up and down, jumping
 * times, other sizes and silence; one to three subtasks; batches of any limits, a model that answers when chance says so,
 * timers that are due in the midst of a frame; barriers that complete or fail; crashes that replay what came after the
 * last one; restores with another parallelism, other options or another model; overload that skips; an end of the input,
 * or silence of all. Checked at its end, for each camera: its committed token frames are, each once and in order, those
 * that {@link io.nolook.window.WindowReference} and the model's own definition ask for; every record has one fate; the
 * operator's counters, of what was committed, are those of the rules; silence was silence; after it no state and no timer
 * is left.
 *
 * <p>Not covered: Kafka and its transactions, the network and its buffers, unaligned barriers, RocksDB, a lost local disk,
 * ONNX Runtime, and the other operators: integration tests and {@code nolook chaos} run those. The inference thread is a
 * real one, but chance of the machine has no part in what it does here.
 *
 * <p>{@code -Dsimulation.histories=100000} runs as many, from {@code -Dsimulation.seed=N} on; {@code -Dsimulation.seed=N}
 * alone runs one.
 */
class SimulationTest {
    private static final long SEED = Long.getLong("simulation.seed", 1);
    private static final int HISTORIES =
            Integer.getInteger("simulation.histories", System.getProperty("simulation.seed") == null ? 1000 : 1);
    /** Below so many histories not everything need come up. */
    private static final int ENOUGH = 1000;

    private static final int LAST_WORDS = 60;

    @Test
    void tokensAreThoseOfTheFramesWhateverHappens() throws Exception {
        Map<String, Long> counts = new TreeMap<>();
        for (long seed = SEED; seed < SEED + HISTORIES; seed++) {
            Simulation simulation = new Simulation(seed);
            Optional<String> failure = simulation.run();
            if (failure.isPresent()) {
                List<String> trace = simulation.trace();
                throw new AssertionError("reproduce with -Dsimulation.seed=" + seed + ": " + failure.get() + "\nafter\n"
                        + String.join("\n", trace.subList(Math.max(0, trace.size() - LAST_WORDS), trace.size())));
            }
            simulation.counts().forEach((name, count) -> counts.merge(name, count, Long::sum));
        }
        if (HISTORIES >= ENOUGH) {
            assertEverythingCameUp(counts);
        }
    }

    /** Histories in which something never happened would prove nothing of it. */
    private static void assertEverythingCameUp(Map<String, Long> counts) {
        List<String> wanted = new ArrayList<>(List.of(
                "dead letters",
                "framesAbandoned",
                "framesDuplicate",
                "framesLate",
                "framesSampled",
                "framesSkipped",
                "barrier",
                "barrier that fails",
                "crash",
                "end of input"));
        Arrays.stream(KeyframeReason.values()).forEach(reason -> wanted.add(reason.name()));
        assertThat(wanted)
                .allSatisfy(name -> assertThat(counts.getOrDefault(name, 0L))
                        .as("%s, of %s", name, counts)
                        .isGreaterThan(HISTORIES / 20));
    }

    /** The same seed is the same history, and comes to the same. */
    @Test
    void aSeedIsOneHistory() throws Exception {
        for (long seed = 1; seed <= 50; seed++) {
            Simulation once = new Simulation(seed);
            Simulation again = new Simulation(seed);
            assertThat(once.run()).isEqualTo(again.run()).isEmpty();
            assertThat(again.trace()).isEqualTo(once.trace());
            assertThat(again.counts()).isEqualTo(once.counts());
        }
    }
}
