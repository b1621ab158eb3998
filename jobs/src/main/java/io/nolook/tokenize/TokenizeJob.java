package io.nolook.tokenize;

import io.nolook.flink.OnnxTokenizerLoader;
import io.nolook.flink.TokenizeOptions;
import io.nolook.flink.TokenizeSettings;
import io.nolook.kafka.KafkaEnds;
import io.nolook.kafka.KafkaJob;
import io.nolook.kafka.KafkaOptions;
import io.nolook.kafka.KafkaSettings;
import io.nolook.kafka.Topics;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import org.apache.flink.api.common.RuntimeExecutionMode;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ExecutionOptions;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.core.execution.CheckpointingMode;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The job between Kafka and Kafka: checks its options, then its topics, then runs. */
public final class TokenizeJob implements KafkaJob {
    private static final Logger LOG = LoggerFactory.getLogger(TokenizeJob.class);

    /** Most parallelism that the job can ever be rescaled to; part of every savepoint. */
    public static final int MAX_PARALLELISM = 720;

    private final Configuration configuration;
    private final TokenizeSettings tokenize;
    private final KafkaSettings kafka;

    /**
     * @param configuration nolook's options and any of Flink's
     * @throws IllegalArgumentException naming the key of the first bad option
     */
    public TokenizeJob(Configuration configuration) {
        this.configuration = withDefaults(configuration);
        tokenize = TokenizeSettings.of(this.configuration);
        kafka = new KafkaSettings(this.configuration);
        boolean skip = tokenize.overload() == TokenizeOptions.Overload.SKIP;
        if (skip && kafka.delivery() == KafkaOptions.Delivery.AT_LEAST_ONCE) {
            throw new IllegalArgumentException(TokenizeOptions.OVERLOAD.key() + ": found skip with "
                    + KafkaOptions.DELIVERY.key() + " = at-least-once, expected exactly-once: a repeated run would skip"
                    + " other frames");
        }
    }

    /** The configuration for an environment: given options over this job's defaults. */
    public static Configuration withDefaults(Configuration given) {
        return withDefaults(given, "nolook-tokenize");
    }

    /**
     * The same for another job over the same topics.
     *
     * <p>A bounded one begins at the start of the topic, whatever was committed, and has a group and transactions of its
     * own, so that it may run beside the live one.
     *
     * @param name of the job, its consumer group and the prefix of its transactions
     */
    public static Configuration withDefaults(Configuration given, String name) {
        RuntimeExecutionMode mode = given.get(ExecutionOptions.RUNTIME_MODE);
        if (mode != RuntimeExecutionMode.STREAMING) {
            throw new IllegalArgumentException(ExecutionOptions.RUNTIME_MODE.key() + ": found " + mode
                    + ", expected STREAMING: batches across cameras need all keys at once");
        }
        Configuration configuration = new Configuration();
        configuration.set(PipelineOptions.NAME, name);
        boolean bounded = given.get(KafkaOptions.STOP) != KafkaOptions.Stop.NEVER;
        configuration.set(KafkaOptions.GROUP_ID, bounded ? name + "-bounded" : name);
        configuration.set(KafkaOptions.TRANSACTION_PREFIX, bounded ? name + "-bounded" : name);
        if (bounded) {
            configuration.set(KafkaOptions.START, KafkaOptions.Start.TIMESTAMP);
        }
        configuration.set(PipelineOptions.MAX_PARALLELISM, MAX_PARALLELISM);
        configuration.set(PipelineOptions.GENERIC_TYPES, false);
        configuration.set(PipelineOptions.OBJECT_REUSE, true);
        configuration.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, Duration.ofSeconds(10));
        configuration.set(CheckpointingOptions.CHECKPOINTING_CONSISTENCY_MODE, CheckpointingMode.EXACTLY_ONCE);
        configuration.addAll(given);
        return configuration;
    }

    @Override
    public Configuration configuration() {
        return configuration;
    }

    public TokenizeSettings tokenize() {
        return tokenize;
    }

    public KafkaSettings kafka() {
        return kafka;
    }

    /**
     * Checks the topics and starts the job.
     *
     * @param environment made with {@link #configuration}
     */
    @Override
    public JobClient start(StreamExecutionEnvironment environment) throws Exception {
        wire(environment);
        return environment.executeAsync(configuration.get(PipelineOptions.NAME));
    }

    @Override
    public void wire(StreamExecutionEnvironment environment) {
        Map<String, Integer> partitions = new Topics(kafka, tokenize.frameMaxBytes()).ensure();
        LOG.info("topics and partitions: {}", partitions);
        reportSkew(environment.getParallelism());
        KafkaEnds ends = new KafkaEnds(kafka, Topics.deadLetterBytes(tokenize.frameMaxBytes()));
        new TokenizePipeline(tokenize, new OnnxTokenizerLoader(tokenize))
                .build(
                        environment
                                .fromSource(ends.frames(), WatermarkStrategy.noWatermarks(), "frames")
                                .uid("frames"),
                        partitions.get(kafka.framesTopic()),
                        ends.tokens(),
                        ends.deadLetters());
    }

    /** How unevenly key groups fall on tasks: at 720 groups the most loaded task has this much more than its share. */
    private void reportSkew(int parallelism) {
        int groups = configuration.get(PipelineOptions.MAX_PARALLELISM);
        int[] load = new int[parallelism];
        for (int group = 0; group < groups; group++) {
            load[KeyGroupRangeAssignment.computeOperatorIndexForKeyGroup(groups, parallelism, group)]++;
        }
        int most = Arrays.stream(load).max().orElse(0);
        LOG.info(
                "{} key groups on {} tasks: the largest share is {} % above the mean",
                groups, parallelism, Math.round(100.0 * most * parallelism / groups - 100));
    }
}
