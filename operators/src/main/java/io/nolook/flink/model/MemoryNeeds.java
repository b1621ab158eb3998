package io.nolook.flink.model;

import io.nolook.frame.FrameSize;
import io.nolook.model.ModelSpec;
import io.nolook.model.ModelSpec.Role;
import io.nolook.model.StreamModel;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.TaskManagerOptions;

/**
 * What an operator's tasks and their model take of one TaskManager: the formula of the guide on operations.
 *
 * <p>Activations, states between two checkpoints and waiting chunks are a task's, on the heap; the session, its weights and its step buffers are the
 * process's, beside the heap. The picture decoder, RocksDB and ONNX Runtime's arena are not in it.
 *
 * @param tasks of the operator in one process, at most
 * @param heapBytes of all of them, when all their bounds are reached
 * @param nativeBytes of the session: weights and step buffers
 */
public record MemoryNeeds(int tasks, long heapBytes, long nativeBytes) {
    private static final long PIXEL_BYTES = 3;

    static MemoryNeeds of(InferenceSettings settings, StreamModel<?, ?> model, int tasks) {
        long heap = taskHeapBytes(settings, model.spec(), model.size());
        return new MemoryNeeds(tasks, tasks * heap, model.nativeBytes());
    }

    /** What one task may take of the heap when all its bounds are reached. */
    public static long taskHeapBytes(InferenceSettings settings, ModelSpec spec, FrameSize size) {
        long chunk = spec.role() == Role.ENCODER
                ? spec.chunkFrames() * PIXEL_BYTES * size.width() * size.height()
                : (long) Integer.BYTES * spec.tokens(size);
        long queue = settings.batchLimits().queue() * ((spec.carries() ? 0 : spec.history()) + 1L) * chunk;
        return settings.activationsMaxBytes() + settings.stateHeldBytes() + queue;
    }

    /**
     * What of it does not fit, naming the keys.
     *
     * @param taskManager the process's configuration; a share that is not in it, or without limit, is not judged
     * @param mostHeapBytes the process may have, whatever its configuration says
     */
    List<String> shortages(Configuration taskManager, long mostHeapBytes) {
        List<String> shortages = new ArrayList<>();
        long heap = Math.min(mostHeapBytes, share(taskManager, TaskManagerOptions.TASK_HEAP_MEMORY));
        if (heapBytes > heap) {
            shortages.add(String.format(
                    Locale.ROOT,
                    "activations.max-bytes: found %s of heap for %d tasks (activations, held states and waiting chunks), expected at"
                            + " most the %s that there are: lower it, state.held-bytes or batch.queue, or raise"
                            + " taskmanager.memory.task.heap.size",
                    text(heapBytes),
                    tasks,
                    text(heap)));
        }
        long offHeap = share(taskManager, TaskManagerOptions.TASK_OFF_HEAP_MEMORY);
        if (nativeBytes > offHeap) {
            shortages.add(String.format(
                    Locale.ROOT,
                    "taskmanager.memory.task.off-heap.size: found %s, expected at least %s for the model's weights and"
                            + " step buffers, and room for ONNX Runtime's arena: raise it, or lower batch.size",
                    text(offHeap),
                    text(nativeBytes)));
        }
        return shortages;
    }

    private static long share(Configuration taskManager, ConfigOption<MemorySize> key) {
        return taskManager.getOptional(key).map(MemorySize::getBytes).orElse(Long.MAX_VALUE);
    }

    private static String text(long bytes) {
        return new MemorySize(bytes).toHumanReadableString();
    }
}
