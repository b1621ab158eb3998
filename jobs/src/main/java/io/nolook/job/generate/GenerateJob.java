package io.nolook.job.generate;

import io.nolook.flink.generate.GenerateSettings;
import io.nolook.flink.generate.OnnxPredictorLoader;
import io.nolook.flink.model.ModelLoader;
import io.nolook.job.JobMain;
import io.nolook.job.KafkaJob;
import io.nolook.kafka.KafkaEnds;
import io.nolook.kafka.TopicNeeds;
import io.nolook.kafka.TopicNeeds.Retention;
import io.nolook.kafka.Topics;
import io.nolook.record.DeadLetters;
import io.nolook.record.TokenFrameIntake;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tokens to surprise and anomalies, by a language model of tokens, between Kafka and Kafka. */
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
        return List.of(new OnnxPredictorLoader(generate));
    }

    @Override
    public void wire(StreamExecutionEnvironment environment) {
        int deadLetter = Topics.deadLetterBytes(TokenFrameIntake.MAX_BYTES);
        TopicNeeds small = new TopicNeeds(DeadLetters.ENVELOPE_BYTES, Retention.ANY, "nothing");
        Map<String, Integer> partitions = new Topics(
                        kafka(),
                        Map.of(
                                kafka().tokensTopic(), small,
                                kafka().surpriseTopic(), small,
                                kafka().anomaliesTopic(), small,
                                kafka().deadLettersTopic(), new TopicNeeds(deadLetter, Retention.ANY, "nothing")))
                .ensure();
        LOG.info("topics and partitions: {}", partitions);
        KafkaEnds ends = new KafkaEnds(kafka(), deadLetter);
        new GeneratePipeline(generate, new OnnxPredictorLoader(generate))
                .build(
                        environment
                                .fromSource(ends.tokenRecords(), WatermarkStrategy.noWatermarks(), "tokens")
                                .uid("tokens"),
                        partitions.get(kafka().tokensTopic()),
                        new GeneratePipeline.Ends(ends.surprises(), ends.anomalies(), ends.deadLetters()));
    }
}
