package io.nolook.kafka;

import java.util.Map;
import org.apache.kafka.common.IsolationLevel;

/** How far the ends of topics are apart. */
public final class TopicLag {

    private TopicLag() {}

    /** Records of the frames topic that no completed checkpoint of the job has read. */
    public static long uncheckpointedFrames(KafkaSettings settings) throws InterruptedException {
        Map<Integer, Long> committed = GroupOffsets.committed(settings);
        return ends(settings, settings.framesTopic(), IsolationLevel.READ_UNCOMMITTED).entrySet().stream()
                .mapToLong(end -> end.getValue() - committed.getOrDefault(end.getKey(), 0L))
                .sum();
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
