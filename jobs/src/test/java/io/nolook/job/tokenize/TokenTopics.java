package io.nolook.job.tokenize;

import io.nolook.kafka.KafkaSettings;
import io.nolook.kafka.TopicReader;
import io.nolook.kafka.TopicRecords;
import io.nolook.schema.FailedFrame;
import io.nolook.schema.SingleObject;
import io.nolook.schema.TokenFrame;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.flink.configuration.Configuration;
import org.apache.kafka.common.IsolationLevel;
import org.awaitility.Awaitility;

/**
 * What a tokenizing job has read and written.
 *
 * @param options of the job, which may change until they are asked for
 */
record TokenTopics(Configuration options) {
    private static final Duration TIMEOUT = Duration.ofMinutes(3);

    /** Waits until uncommitted tokens of at least so many real frames were seen; a failed run may show more. */
    void awaitFrames(int frames) {
        Awaitility.await().atMost(TIMEOUT).pollInterval(Duration.ofMillis(100)).until(() -> {
            long seen = TopicRecords.read(
                            kafka(), kafka().tokensTopic(), IsolationLevel.READ_UNCOMMITTED, SingleObject.tokenFrames())
                    .stream()
                    .map(frame -> List.of(frame.getCamera(), frame.getClip(), frame.getPosition(), frame.getFrames()))
                    .distinct()
                    .mapToLong(place -> (Integer) place.get(3))
                    .sum();
            return seen >= frames;
        });
    }

    /** Committed, by camera. */
    Map<String, List<TokenFrame>> tokens() {
        return TopicRecords.tokens(kafka(), kafka().tokensTopic());
    }

    /** Committed. */
    List<FailedFrame> deadLetters() {
        return TopicRecords.read(
                kafka(), kafka().deadLettersTopic(), IsolationLevel.READ_COMMITTED, SingleObject.failedFrames());
    }

    /** Partitions of the frames topic that hold frames, by camera. */
    Map<String, Set<Integer>> partitionsUsed() {
        Map<String, Set<Integer>> used = new TreeMap<>();
        try (TopicReader reader = new TopicReader(kafka(), kafka().framesTopic(), IsolationLevel.READ_UNCOMMITTED)) {
            reader.readToEnd(record -> used.computeIfAbsent(
                            new String(record.key(), StandardCharsets.UTF_8), camera -> new HashSet<>())
                    .add(record.partition()));
        }
        return used;
    }

    private KafkaSettings kafka() {
        return new KafkaSettings(options);
    }
}
