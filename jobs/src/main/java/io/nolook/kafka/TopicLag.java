package io.nolook.kafka;

import java.util.Map;
import org.apache.kafka.common.IsolationLevel;

/** How far the ends of topics are apart. */
public final class TopicLag {

    private TopicLag() {}

    /** Records of the frames topic that no completed checkpoint of the job has read. */
    public static long uncheckpointedFrames(KafkaSettings settings) throws InterruptedException {
        Map<Integer, Long> committed = GroupOffsets.committed(settings, settings.framesTopic());
        return ends(settings, settings.framesTopic(), IsolationLevel.READ_UNCOMMITTED).entrySet().stream()
                .mapToLong(end -> end.getValue() - committed.getOrDefault(end.getKey(), 0L))
                .sum();
    }

    /** Committed token frames that no completed checkpoint of the job has read. */
    public static long uncheckpointedTokens(KafkaSettings settings) throws InterruptedException {
        Map<Integer, Long> committed = GroupOffsets.committed(settings, settings.tokensTopic());
        long[] count = {0};
        try (TopicReader reader = new TopicReader(settings, settings.tokensTopic(), IsolationLevel.READ_COMMITTED)) {
            reader.readToEnd(
                    record -> { // not by offsets: behind the last record of a transaction there is its end
                        if (record.offset() >= committed.getOrDefault(record.partition(), 0L)) {
                            count[0]++;
                        }
                    });
        }
        return count[0];
    }

    /** Records of the tokens topic from the oldest open transaction on. */
    public static long openTokens(KafkaSettings settings) {
        Map<Integer, Long> stable = ends(settings, settings.tokensTopic(), IsolationLevel.READ_COMMITTED);
        return ends(settings, settings.tokensTopic(), IsolationLevel.READ_UNCOMMITTED).entrySet().stream()
                .mapToLong(end -> end.getValue() - stable.getOrDefault(end.getKey(), 0L))
                .sum();
    }

    private static Map<Integer, Long> ends(KafkaSettings settings, String topic, IsolationLevel isolation) {
        try (TopicReader reader = new TopicReader(settings, topic, isolation)) {
            return reader.ends();
        }
    }
}
