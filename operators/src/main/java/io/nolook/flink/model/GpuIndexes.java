package io.nolook.flink.model;

import java.util.OptionalInt;
import java.util.Set;
import org.apache.flink.api.common.externalresource.ExternalResourceInfo;
import org.apache.flink.api.common.functions.RuntimeContext;

/**
 * The GPU that Flink hands a task, where it hands out any.
 *
 * <p>As Flink's GPU plugin names them: the external resource {@code gpu}, whose property {@code index} is the number of a
 * CUDA device. A TaskManager's tasks see all of its GPUs and take them by turns.
 */
final class GpuIndexes {
    private static final String RESOURCE = "gpu";
    private static final String INDEX = "index";

    private GpuIndexes() {}

    static OptionalInt of(RuntimeContext context) {
        return of(
                context.getExternalResourceInfos(RESOURCE),
                context.getTaskInfo().getIndexOfThisSubtask());
    }

    /**
     * @param task number of the parallel task, from 0 on
     */
    static OptionalInt of(Set<ExternalResourceInfo> gpus, int task) {
        int[] indexes = gpus.stream()
                .map(gpu -> gpu.getProperty(INDEX).orElse("?"))
                .mapToInt(GpuIndexes::number)
                .sorted()
                .toArray();
        return indexes.length == 0 ? OptionalInt.empty() : OptionalInt.of(indexes[task % indexes.length]);
    }

    private static int number(String index) {
        if (!index.matches("\\d{1,4}")) {
            throw new IllegalArgumentException("external-resource.gpu: found a GPU with the index '" + index
                    + "', expected the number of a CUDA device");
        }
        return Integer.parseInt(index);
    }
}
