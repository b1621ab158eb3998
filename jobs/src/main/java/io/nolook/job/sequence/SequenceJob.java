package io.nolook.job.sequence;

import io.nolook.flink.sequence.SequenceSettings;
import io.nolook.job.JobMain;
import io.nolook.job.KafkaJob;
import io.nolook.kafka.KafkaEnds;
import io.nolook.kafka.TopicNeeds;
import io.nolook.kafka.TopicNeeds.Retention;
import io.nolook.kafka.Topics;
import io.nolook.record.TokenFrameIntake;
import java.util.Map;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** Sequences between Kafka and Kafka: checks its options, then its topics, then runs. */
public final class SequenceJob extends KafkaJob {
    private static final String NAME = "nolook-sequence";

    private final SequenceSettings sequence;

    /**
     * @param configuration nolook's options and any of Flink's
     * @throws IllegalArgumentException naming the key of the first bad option
     */
    public SequenceJob(Configuration configuration) {
        super(configuration, NAME);
        sequence = SequenceSettings.of(configuration());
    }

    /** As {@link JobMain} has it. */
    public static void main(String[] arguments) throws Exception {
        JobMain.run(arguments, SequenceJob::new);
    }

    @Override
    public void wire(StreamExecutionEnvironment environment) {
        int letterBytes = Topics.deadLetterBytes(TokenFrameIntake.MAX_BYTES);
        int bytes = sequence.maxRecordBytes();
        Map<String, Integer> partitions = new Topics(
                        kafka(),
                        Map.of(
                                kafka().tokensTopic(), new TopicNeeds(0, Retention.ANY, ""),
                                kafka().sequencesTopic(),
                                        new TopicNeeds(bytes, Retention.ANY, "sequence.context-length"),
                                kafka().deadLettersTopic(), new TopicNeeds(letterBytes, Retention.ANY, "nothing")))
                .ensure();
        KafkaEnds ends = new KafkaEnds(kafka(), Math.max(bytes, letterBytes));
        new SequencePipeline(sequence)
                .build(
                        environment
                                .fromSource(ends.tokenRecords(), WatermarkStrategy.noWatermarks(), "tokens")
                                .uid("tokens"),
                        partitions.get(kafka().tokensTopic()),
                        ends.sequences(),
                        ends.deadLetters());
    }
}
