package io.nolook.flink.model;

import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.java.functions.KeySelector;
import org.apache.flink.runtime.io.disk.iomanager.IOManager;
import org.apache.flink.runtime.io.disk.iomanager.IOManagerAsync;
import org.apache.flink.runtime.operators.testutils.MockEnvironmentBuilder;
import org.apache.flink.runtime.state.AbstractKeyedStateBackend;
import org.apache.flink.runtime.state.heap.HeapKeyedStateBackend;
import org.apache.flink.streaming.api.operators.OneInputStreamOperatorFactory;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;

/**
 * Flink's harness of a keyed operator without the threads and folders for spilled files, which take most of its time.
 *
 * <p>All harnesses of a process share those; nothing that is tested spills.
 */
final class LightHarness<K, I, O> extends OneInputStreamOperatorTestHarness<I, O> {

    private static final IOManager SHARED = new IOManagerAsync() {
        @Override
        public void close() {
            // it stays for the next harness
        }
    };

    LightHarness(
            OneInputStreamOperatorFactory<I, O> factory,
            KeySelector<I, K> key,
            TypeInformation<K> keyType,
            int maxParallelism,
            int parallelism,
            int subtask)
            throws Exception {
        super(
                factory,
                new MockEnvironmentBuilder()
                        .setTaskName("light")
                        .setIOManager(SHARED)
                        .setMaxParallelism(maxParallelism)
                        .setParallelism(parallelism)
                        .setSubtaskIndex(subtask)
                        .build());
        config.setStatePartitioner(0, key);
        config.setStateKeySerializer(keyType.createSerializer(executionConfig.getSerializerConfig()));
        config.serializeAllConfigs();
    }

    int numKeyedStateEntries() {
        AbstractKeyedStateBackend<?> backend =
                (AbstractKeyedStateBackend<?>) getOperator().<K>getKeyedStateBackend();
        return ((HeapKeyedStateBackend<?>) backend).numKeyValueStateEntries();
    }
}
