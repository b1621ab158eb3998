package io.nolook.flink.model;

import io.nolook.record.ReceivedRecord;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.java.functions.KeySelector;
import org.apache.flink.runtime.io.disk.iomanager.IOManager;
import org.apache.flink.runtime.io.disk.iomanager.IOManagerAsync;
import org.apache.flink.runtime.operators.testutils.MockEnvironmentBuilder;
import org.apache.flink.runtime.state.AbstractKeyedStateBackend;
import org.apache.flink.runtime.state.heap.HeapKeyedStateBackend;
import org.apache.flink.streaming.api.operators.BoundedMultiInput;
import org.apache.flink.streaming.api.operators.StreamOperatorFactory;
import org.apache.flink.streaming.api.operators.TwoInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.AbstractStreamOperatorTestHarness;

/**
 * Flink's harness of a keyed operator without the threads and folders for spilled files, which take most of its time.
 *
 * <p>All harnesses of a process share those; nothing that is tested spills.
 */
final class LightHarness<K, I, O> extends AbstractStreamOperatorTestHarness<O> {

    private static final IOManager SHARED = new IOManagerAsync() {
        @Override
        public void close() {
            // it stays for the next harness
        }
    };

    LightHarness(
            StreamOperatorFactory<O> factory,
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

    @SuppressWarnings("unchecked")
    private TwoInputStreamOperator<I, ReceivedRecord, O> both() {
        return (TwoInputStreamOperator<I, ReceivedRecord, O>) (Object) getOperator();
    }

    void processElement(I event) throws Exception {
        StreamRecord<I> element = new StreamRecord<>(event, 0);
        getOperator().setKeyContextElement1(element);
        both().processElement1(element);
    }

    void command(ReceivedRecord record) throws Exception {
        both().processElement2(new StreamRecord<>(record, 0));
    }

    void endInput() throws Exception {
        ((BoundedMultiInput) (Object) getOperator()).endInput(2);
        ((BoundedMultiInput) (Object) getOperator()).endInput(1);
    }

    int numKeyedStateEntries() {
        AbstractKeyedStateBackend<?> backend =
                (AbstractKeyedStateBackend<?>) getOperator().<K>getKeyedStateBackend();
        return ((HeapKeyedStateBackend<?>) backend).numKeyValueStateEntries();
    }
}
