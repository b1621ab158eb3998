package io.nolook.job.tokenize;

import io.nolook.flink.model.ModelLoader;
import io.nolook.flink.tokenize.OnnxTokenizerLoader;
import io.nolook.flink.tokenize.TokenizeOptions;
import io.nolook.flink.tokenize.TokenizeSettings;
import io.nolook.job.JobMain;
import io.nolook.job.KafkaJob;
import io.nolook.kafka.KafkaEnds;
import io.nolook.kafka.KafkaOptions;
import io.nolook.kafka.KafkaSettings;
import io.nolook.kafka.Topics;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The job between Kafka and Kafka: checks its options, then its topics, then runs. */
public final class TokenizeJob extends KafkaJob {
    private static final Logger LOG = LoggerFactory.getLogger(TokenizeJob.class);

    private final TokenizeSettings tokenize;
    private final boolean controlled;

    /**
     * @param configuration nolook's options and any of Flink's
     * @throws IllegalArgumentException naming the key of the first bad option
     */
    public TokenizeJob(Configuration configuration) {
        super(configuration, "nolook-tokenize");
        tokenize = TokenizeSettings.of(configuration());
        controlled = controlled(tokenize, kafka());
        boolean skip = tokenize.overload() == TokenizeOptions.Overload.SKIP;
        if (skip && kafka().delivery() == KafkaOptions.Delivery.AT_LEAST_ONCE) {
            throw new IllegalArgumentException(TokenizeOptions.OVERLOAD.key() + ": found skip with "
                    + KafkaOptions.DELIVERY.key() + " = at-least-once, expected exactly-once: a repeated run would skip"
                    + " other frames");
        }
        KafkaOptions.Stop stop = configuration().get(KafkaOptions.STOP);
        if (skip && stop != KafkaOptions.Stop.NEVER) {
            throw new IllegalArgumentException(TokenizeOptions.OVERLOAD.key() + ": found skip with "
                    + KafkaOptions.STOP.key() + " = " + stop.name().toLowerCase(Locale.ROOT)
                    + ", expected block: what is on the topic already is old, and would all be skipped");
        }
    }

    /**
     * Whether the job takes commands.
     *
     * @throws IllegalArgumentException when it is to, and cannot
     */
    private static boolean controlled(TokenizeSettings tokenize, KafkaSettings kafka) {
        boolean bounded = kafka.configuration().get(KafkaOptions.STOP) != KafkaOptions.Stop.NEVER;
        boolean can = kafka.canTakeCommands();
        if (!can && tokenize.controlled().orElse(false)) {
            throw new IllegalArgumentException(TokenizeOptions.CONTROL_ENABLED.key() + ": found true with "
                    + (bounded
                            ? KafkaOptions.STOP.key() + ", expected false: a job that ends does not wait for commands"
                            : KafkaOptions.DELIVERY.key() + " = at-least-once, expected exactly-once: a repeated run"
                                    + " could give a frame other tokens"));
        }
        return tokenize.controlled().orElse(can);
    }

    public TokenizeSettings tokenize() {
        return tokenize;
    }

    /** As {@link JobMain} has it. */
    public static void main(String[] arguments) throws Exception {
        JobMain.run(arguments, TokenizeJob::new);
    }

    @Override
    public List<ModelLoader<?>> models() {
        return List.of(new OnnxTokenizerLoader(tokenize));
    }

    @Override
    public void wire(StreamExecutionEnvironment environment) {
        Map<String, Integer> partitions = new Topics(kafka(), tokenize.frameMaxBytes()).ensure();
        LOG.info("topics and partitions: {}", partitions);
        reportSkew(environment.getParallelism());
        KafkaEnds ends = new KafkaEnds(kafka(), Topics.deadLetterBytes(tokenize.frameMaxBytes()));
        TokenizePipeline pipeline = new TokenizePipeline(tokenize, new OnnxTokenizerLoader(tokenize));
        if (controlled) {
            pipeline.controlledBy(commands(environment, ends), ends.controlReports());
        }
        pipeline.build(
                environment
                        .fromSource(ends.frames(), WatermarkStrategy.noWatermarks(), "frames")
                        .uid("frames"),
                partitions.get(kafka().framesTopic()),
                ends.tokens(),
                ends.deadLetters());
    }

    /** How unevenly key groups fall on tasks: at 720 groups the most loaded task has this much more than its share. */
    private void reportSkew(int parallelism) {
        int groups = configuration().get(PipelineOptions.MAX_PARALLELISM);
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
