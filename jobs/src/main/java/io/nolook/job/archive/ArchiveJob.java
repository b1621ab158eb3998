package io.nolook.job.archive;

import io.nolook.flink.archive.ArchiveSettings;
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

/** The archive between Kafka and Kafka: checks its options, then its topics, then runs. */
public final class ArchiveJob extends KafkaJob {
    private static final String NAME = "nolook-archive";

    private final ArchiveSettings archive;

    /**
     * @param configuration nolook's options and any of Flink's
     * @throws IllegalArgumentException naming the key of the first bad option
     */
    public ArchiveJob(Configuration configuration) {
        super(configuration, NAME);
        archive = ArchiveSettings.of(configuration());
    }

    /** What the archive topic must be like. */
    public TopicNeeds archiveNeeds() {
        return new TopicNeeds(archive.maxRecordBytes(), Retention.UNLIMITED, "archive.segment-max-bytes");
    }

    /** As {@link JobMain} has it. */
    public static void main(String[] arguments) throws Exception {
        JobMain.run(arguments, ArchiveJob::new);
    }

    @Override
    public void wire(StreamExecutionEnvironment environment) {
        int letterBytes = Topics.deadLetterBytes(TokenFrameIntake.MAX_BYTES);
        Map<String, Integer> partitions = new Topics(
                        kafka(),
                        Map.of(
                                kafka().tokensTopic(), new TopicNeeds(0, Retention.ANY, ""),
                                kafka().archiveTopic(), archiveNeeds(),
                                kafka().deadLettersTopic(), new TopicNeeds(letterBytes, Retention.ANY, "nothing")))
                .ensure();
        KafkaEnds ends = new KafkaEnds(kafka(), Math.max(archive.maxRecordBytes(), letterBytes));
        new ArchivePipeline(archive)
                .build(
                        environment
                                .fromSource(ends.tokenRecords(), WatermarkStrategy.noWatermarks(), "tokens")
                                .uid("tokens"),
                        partitions.get(kafka().tokensTopic()),
                        ends.archive(),
                        ends.deadLetters());
    }
}
