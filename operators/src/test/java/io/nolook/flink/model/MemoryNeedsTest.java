package io.nolook.flink.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.nolook.frame.FrameSize;
import io.nolook.model.VideoTokenizer;
import io.nolook.model.onnx.ModelFixtures;
import java.util.List;
import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.Test;

/** The formula of the guide on operations: S x (activations.max-bytes + batch.queue x (P + 1) x T x H x W x 3). */
class MemoryNeedsTest {
    private static final long MIB = 1 << 20;

    @Test
    void heapIsATasksAndTheSessionTheProcesses() {
        InferenceSettings settings = InferenceSettings.of(Configuration.fromMap(Map.of(
                "activations.max-bytes",
                "90 mb",
                "state.held-bytes",
                "10 mb",
                "batch.queue",
                "20",
                "batch.size",
                "4")));
        try (VideoTokenizer tokenizer = ModelFixtures.tokenizer(new FrameSize(32, 16), 4)) {
            int history = tokenizer.spec().history();
            int chunkFrames = tokenizer.spec().chunkFrames();

            MemoryNeeds one = MemoryNeeds.of(settings, tokenizer, 1);
            MemoryNeeds three = MemoryNeeds.of(settings, tokenizer, 3);

            assertThat(one.heapBytes()).isEqualTo(100 * MIB + 20L * (history + 1) * chunkFrames * 32 * 16 * 3);
            assertThat(three.heapBytes()).isEqualTo(3 * one.heapBytes());
            assertThat(three.nativeBytes()).isEqualTo(one.nativeBytes()).isEqualTo(tokenizer.nativeBytes());
            assertThat(one.nativeBytes())
                    .isGreaterThan(2L * ModelFixtures.bytes("tiny-encoder").length
                            + 4 * 2 * tokenizer.spec().activationBytes(tokenizer.size()));
        }
    }

    @Test
    void whatDoesNotFitIsNamedWithItsKeys() {
        MemoryNeeds needs = new MemoryNeeds(2, 600 * MIB, 40 * MIB);
        Configuration small = Configuration.fromMap(
                Map.of("taskmanager.memory.task.heap.size", "512 mb", "taskmanager.memory.task.off-heap.size", "0 b"));

        assertThat(needs.shortages(small, 4096 * MIB))
                .containsExactly(
                        "activations.max-bytes: found 600.000mb (629145600 bytes) of heap for 2 tasks (activations, held"
                                + " states and waiting chunks), expected at most the 512.000mb (536870912 bytes) that"
                                + " there are: lower it, state.held-bytes or batch.queue, or raise"
                                + " taskmanager.memory.task.heap.size",
                        "taskmanager.memory.task.off-heap.size: found 0 bytes, expected at least 40.000mb (41943040"
                                + " bytes) for the model's weights and step buffers, and room for ONNX Runtime's arena:"
                                + " raise it, or lower batch.size");
    }

    @Test
    void whatFitsOrIsNotKnownIsNot() {
        MemoryNeeds needs = new MemoryNeeds(2, 600 * MIB, 40 * MIB);
        Configuration enough = Configuration.fromMap(Map.of(
                "taskmanager.memory.task.heap.size", "600 mb", "taskmanager.memory.task.off-heap.size", "40 mb"));

        assertThat(needs.shortages(enough, 600 * MIB)).isEqualTo(List.of());
        assertThat(needs.shortages(new Configuration(), 600 * MIB)).isEmpty();
        assertThat(needs.shortages(new Configuration(), 599 * MIB)).hasSize(1);
    }
}
