package io.nolook.job;

import io.nolook.flink.model.ModelLoader;
import io.nolook.kafka.KafkaEnds;
import io.nolook.kafka.KafkaOptions;
import io.nolook.kafka.KafkaSettings;
import io.nolook.kafka.Topics;
import io.nolook.record.ReceivedRecord;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.RuntimeExecutionMode;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ExecutionOptions;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.core.execution.CheckpointingMode;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** A job between Kafka and Kafka, its options checked. */
public abstract class KafkaJob {

    /** Most parallelism that a job can ever be rescaled to; part of every savepoint. */
    private static final int MAX_PARALLELISM = 720;

    /** Under which a job says on its cluster what it is. */
    public static final String KIND = "nolook.job";

    /** What the state of sources and sinks depends on: another value needs another state. */
    public static final List<ConfigOption<?>> BOUND = List.of(KafkaOptions.TRANSACTION_PREFIX, KafkaOptions.DELIVERY);

    private final Configuration configuration;
    private final KafkaSettings kafka;

    /**
     * @param given nolook's options and any of Flink's
     * @param name of the job, of its consumer group, and before its transactional ids
     * @throws IllegalArgumentException naming the key of the first bad option
     */
    protected KafkaJob(Configuration given, String name) {
        configuration = withDefaults(given, name);
        kafka = new KafkaSettings(configuration);
        requireWhatDeliveryNeeds();
    }

    /** Tokens are committed with checkpoints, and are those of one when every barrier waits for the rest. */
    private void requireWhatDeliveryNeeds() {
        if (kafka.delivery() != KafkaOptions.Delivery.EXACTLY_ONCE) {
            return;
        }
        CheckpointingMode mode = configuration.get(CheckpointingOptions.CHECKPOINTING_CONSISTENCY_MODE);
        if (mode != CheckpointingMode.EXACTLY_ONCE) {
            throw new IllegalArgumentException(
                    CheckpointingOptions.CHECKPOINTING_CONSISTENCY_MODE.key() + ": found " + mode + " with "
                            + KafkaOptions.DELIVERY.key() + " = exactly-once, expected EXACTLY_ONCE: records would"
                            + " repeat after a failure; set delivery = at-least-once if they may");
        }
        Duration interval = configuration.get(CheckpointingOptions.CHECKPOINTING_INTERVAL);
        Duration timeout = configuration.get(KafkaOptions.TRANSACTION_TIMEOUT);
        if (interval.isZero() || interval.compareTo(timeout) >= 0) {
            throw new IllegalArgumentException(CheckpointingOptions.CHECKPOINTING_INTERVAL.key() + ": found "
                    + interval.toMillis() + " ms with " + KafkaOptions.DELIVERY.key()
                    + " = exactly-once, expected above 0 and below " + KafkaOptions.TRANSACTION_TIMEOUT.key() + " = "
                    + timeout.toMillis() + " ms: records are committed with checkpoints, and are lost when their"
                    + " transaction ends before");
        }
    }

    /** The job's name on the cluster. */
    public final String name() {
        return configuration.get(PipelineOptions.NAME);
    }

    /** The options, given ones over the job's defaults: what its environment is made with. */
    public final Configuration configuration() {
        return configuration;
    }

    public final KafkaSettings kafka() {
        return kafka;
    }

    /** Loaders of the models that it opens on TaskManagers. */
    public List<ModelLoader<?>> models() {
        return List.of();
    }

    /** Checks the topics and adds the job's graph to an environment. */
    public abstract void wire(StreamExecutionEnvironment environment);

    /** Makes the topics of commands if they are missing, and reads the commands, in their order. */
    protected final DataStream<ReceivedRecord> commands(StreamExecutionEnvironment environment, KafkaEnds ends) {
        Topics.ofControl(kafka).ensure();
        return environment
                .fromSource(ends.control(), WatermarkStrategy.noWatermarks(), "control")
                .uid("control")
                .setParallelism(1);
    }

    /** Checks the topics and starts the job. */
    public final JobClient start(StreamExecutionEnvironment environment) throws Exception {
        wire(environment);
        return environment.executeAsync(name());
    }

    /**
     * Given options over the defaults of a job.
     *
     * <p>A bounded job begins at the start of the topic, whatever was committed, and has a group and transactions of its
     * own, so that it may run beside the live one.
     *
     * @throws IllegalArgumentException when Flink would sort the input by key
     */
    private static Configuration withDefaults(Configuration given, String name) {
        RuntimeExecutionMode mode = given.get(ExecutionOptions.RUNTIME_MODE);
        if (mode != RuntimeExecutionMode.STREAMING) {
            throw new IllegalArgumentException(ExecutionOptions.RUNTIME_MODE.key() + ": found " + mode
                    + ", expected STREAMING: batches across cameras need all keys at once");
        }
        Configuration configuration = new Configuration();
        configuration.set(PipelineOptions.NAME, name);
        configuration.set(PipelineOptions.MAX_PARALLELISM, MAX_PARALLELISM);
        configuration.set(PipelineOptions.GENERIC_TYPES, false);
        configuration.set(PipelineOptions.OBJECT_REUSE, true);
        configuration.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, Duration.ofSeconds(10));
        configuration.set(CheckpointingOptions.CHECKPOINTING_CONSISTENCY_MODE, CheckpointingMode.EXACTLY_ONCE);
        boolean bounded = given.get(KafkaOptions.STOP) != KafkaOptions.Stop.NEVER;
        configuration.set(KafkaOptions.GROUP_ID, bounded ? name + "-bounded" : name);
        configuration.set(KafkaOptions.TRANSACTION_PREFIX, bounded ? name + "-bounded" : name);
        if (bounded) {
            configuration.set(KafkaOptions.START, KafkaOptions.Start.TIMESTAMP);
        }
        configuration.addAll(given);
        configuration.set(PipelineOptions.GLOBAL_JOB_PARAMETERS, told(configuration, name));
        return configuration;
    }

    /** What the job says of itself on its cluster, beside what it was given to say. */
    private static Map<String, String> told(Configuration configuration, String name) {
        Map<String, String> told = new HashMap<>(
                configuration.getOptional(PipelineOptions.GLOBAL_JOB_PARAMETERS).orElse(Map.of()));
        told.put(KIND, name);
        for (ConfigOption<?> bound : BOUND) {
            told.put(bound.key(), String.valueOf(configuration.get(bound)));
        }
        return told;
    }
}
