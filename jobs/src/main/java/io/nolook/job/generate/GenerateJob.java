package io.nolook.job.generate;

import io.nolook.flink.generate.GenerateSettings;
import io.nolook.flink.generate.OnnxPredictorLoader;
import io.nolook.flink.generate.OnnxSamplerLoader;
import io.nolook.flink.model.ModelLoader;
import io.nolook.job.JobMain;
import io.nolook.job.KafkaJob;
import io.nolook.kafka.KafkaEnds;
import io.nolook.kafka.Topics;
import io.nolook.record.TokenFrameIntake;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tokens to surprise, anomalies and continuations, by a language model of tokens, between Kafka and Kafka. */
public final class GenerateJob extends KafkaJob {
    private static final Logger LOG = LoggerFactory.getLogger(GenerateJob.class);

    private final GenerateSettings generate;

    /**
     * @param configuration nolook's options and any of Flink's
     * @throws IllegalArgumentException naming the key of the first bad option
     */
    public GenerateJob(Configuration configuration) {
        super(configuration, "nolook-generate");
        generate = GenerateSettings.of(configuration());
    }

    /** As {@link JobMain} has it. */
    public static void main(String[] arguments) throws Exception {
        JobMain.run(arguments, GenerateJob::new);
    }

    @Override
    public List<ModelLoader<?>> models() {
        return generate.generates()
                ? List.of(new OnnxPredictorLoader(generate), new OnnxSamplerLoader(generate))
                : List.of(new OnnxPredictorLoader(generate));
    }

    @Override
    public void wire(StreamExecutionEnvironment environment) {
        Map<String, Integer> partitions = Topics.ofGenerating(kafka()).ensure();
        LOG.info("topics and partitions: {}", partitions);
        KafkaEnds ends = new KafkaEnds(kafka(), Topics.deadLetterBytes(TokenFrameIntake.MAX_BYTES));
        GeneratePipeline pipeline = new GeneratePipeline(generate, new OnnxPredictorLoader(generate));
        if (generate.generates()) {
            pipeline.continuedBy(new GeneratePipeline.Continued(
                    new OnnxSamplerLoader(generate),
                    kafka().canTakeCommands() ? Optional.of(commands(environment, ends)) : Optional.empty(),
                    ends.generated()));
        }
        pipeline.build(
                environment
                        .fromSource(ends.tokenRecords(), WatermarkStrategy.noWatermarks(), "tokens")
                        .uid("tokens"),
                partitions.get(kafka().tokensTopic()),
                new GeneratePipeline.Ends(ends.surprises(), ends.anomalies(), ends.deadLetters()));
    }
}
