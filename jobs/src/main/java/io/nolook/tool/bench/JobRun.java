package io.nolook.tool.bench;

import io.nolook.kafka.KafkaOptions;
import io.nolook.kafka.KafkaSettings;
import io.nolook.kafka.TopicReader;
import io.nolook.local.LocalJob;
import java.util.function.LongConsumer;
import org.apache.flink.configuration.Configuration;
import org.apache.kafka.common.IsolationLevel;

/**
 * The tokenizing job over a frames topic that is full, at full speed.
 *
 * @param pace of its token frames, read_uncommitted
 * @param compared all of them, with the offline ones where there are some
 */
public record JobRun(Pace pace, OfflineTokens.Comparison compared) {

    /**
     * Runs it until the clock has stopped.
     *
     * @param topics filled
     * @param run names its tokens topic
     * @param changes options of the job, over those of the topics
     * @param expected its tokens
     */
    public static JobRun of(
            BenchTopics topics, String run, Configuration changes, Pace.Clock clock, OfflineTokens expected)
            throws Exception {
        Pace pace = pace(topics, run, changes, clock, frames -> {});
        return new JobRun(
                pace, expected.compare(BenchTopics.tokens(topics.kafka(run), IsolationLevel.READ_UNCOMMITTED)));
    }

    static Pace pace(BenchTopics topics, String run, Configuration changes, Pace.Clock clock, LongConsumer arrived)
            throws Exception {
        KafkaSettings kafka = topics.kafka(run);
        Configuration own = topics.options(run);
        own.addAll(changes);
        try (var job = LocalJob.start(own.get(KafkaOptions.BOOTSTRAP_SERVERS), own);
                TopicReader reader = new TopicReader(kafka, kafka.tokensTopic(), IsolationLevel.READ_UNCOMMITTED)) {
            return Pace.tokens(reader, clock, Pace.Worker.HERE, arrived);
        }
    }
}
