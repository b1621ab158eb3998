package io.nolook.kafka;

import io.nolook.record.ReceivedRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;

/**
 * Follows topics as they grow, past brokers that are away, without a group.
 *
 * <p>One thread of its own, which hands over the records. It looks every
 * {@value #LOOK_MILLIS} ms whether a broker answers, and which topics and partitions there are; topics that are missing
 * may come. Memory: what one fetch holds, {@value #FETCH_BYTES} bytes at most but for one larger record.
 */
public final class TopicFollower implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration ANSWER = Duration.ofSeconds(3);
    private static final long LOOK_MILLIS = 3_000;
    private static final long AGAIN_MILLIS = 1_000;
    private static final long MOST_BEHIND_MILLIS = 10_000;
    private static final int FETCH_BYTES = 8 << 20;
    private static final long STOP_MILLIS = 5_000;

    /** Where a topic is begun, and what becomes of a backlog. */
    public enum Begin {
        /** With its first record. */
        FIRST,
        /** A while back; a backlog is read. */
        BACK,
        /** At its end; of a backlog of more than {@value TopicFollower#MOST_BEHIND_MILLIS} ms all is left out. */
        END
    }

    /**
     * A topic that is followed.
     *
     * @param back how long ago, by Kafka's timestamps, it is begun; of {@link Begin#BACK} alone
     */
    public record Followed(String topic, Begin begin, Duration back) {

        public static Followed fromFirst(String topic) {
            return new Followed(topic, Begin.FIRST, Duration.ZERO);
        }

        public static Followed back(String topic, Duration back) {
            return new Followed(topic, Begin.BACK, back);
        }

        public static Followed fromEnd(String topic) {
            return new Followed(topic, Begin.END, Duration.ZERO);
        }
    }

    private final KafkaSettings settings;
    private final Properties properties;
    private final Map<String, Followed> topics;
    private final Consumer<ReceivedRecord> each;
    private final Thread thread;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Map<TopicPartition, Long> newest = new HashMap<>();
    private volatile Away away = new Away(System.currentTimeMillis(), "no broker has answered yet");

    /**
     * Why nothing is read.
     *
     * @param sinceMillis when a broker answered last, milliseconds since 1970; 0 while one answers
     * @param reason for people; empty while one answers
     */
    public record Away(long sinceMillis, String reason) {
        static final Away NOT = new Away(0, "");
    }

    /**
     * @param name of the thread
     * @param isolation whether those of transactions that are open are handed over, too
     * @param each takes the records, on the follower's thread; what it throws makes it begin again
     */
    public TopicFollower(
            KafkaSettings settings,
            String name,
            IsolationLevel isolation,
            List<Followed> topics,
            Consumer<ReceivedRecord> each) {
        this.settings = settings;
        this.topics = topics.stream().collect(Collectors.toMap(Followed::topic, followed -> followed));
        this.each = each;
        properties = settings.consumer(isolation, "latest");
        properties.setProperty("fetch.max.bytes", Integer.toString(FETCH_BYTES));
        thread = new Thread(this::run, name);
        thread.setDaemon(true);
    }

    /** Begins, and returns at once. */
    public TopicFollower start() {
        thread.start();
        return this;
    }

    /** Why nothing is read; empty while a broker answers. */
    public Optional<Away> away() {
        return away == Away.NOT ? Optional.empty() : Optional.of(away);
    }

    private void run() {
        Map<TopicPartition, Long> positions = new HashMap<>();
        while (closed.getCount() > 0) {
            try (KafkaConsumer<byte[], byte[]> consumer = settings.open(properties)) {
                follow(consumer, positions);
            } catch (RuntimeException e) { // whatever it is, it goes on
                away(e);
            }
            pause(AGAIN_MILLIS);
        }
    }

    private void follow(KafkaConsumer<byte[], byte[]> consumer, Map<TopicPartition, Long> positions) {
        long look = 0;
        while (closed.getCount() > 0) {
            long now = System.currentTimeMillis();
            if (Math.abs(now - look) >= LOOK_MILLIS) {
                look(consumer, positions, now);
                look = now;
            }
            if (consumer.assignment().isEmpty()) { // there is no topic yet
                pause(POLL.toMillis());
                continue;
            }
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                TopicPartition partition = new TopicPartition(record.topic(), record.partition());
                newest.put(partition, record.timestamp());
                positions.put(partition, record.offset() + 1);
                each.accept(ReceivedRecords.of(record));
            }
        }
    }

    private void look(KafkaConsumer<byte[], byte[]> consumer, Map<TopicPartition, Long> positions, long now) {
        try {
            Set<TopicPartition> found = new HashSet<>();
            for (Map.Entry<String, List<PartitionInfo>> topic :
                    consumer.listTopics(ANSWER).entrySet()) {
                if (topics.containsKey(topic.getKey())) {
                    topic.getValue()
                            .forEach(partition ->
                                    found.add(new TopicPartition(partition.topic(), partition.partition())));
                }
            }
            assign(consumer, found, positions, now);
            leaveOut(consumer, now);
            away = Away.NOT;
        } catch (org.apache.kafka.common.errors.TimeoutException e) {
            away(e);
        }
    }

    private void away(RuntimeException e) {
        Away before = away;
        String reason = String.valueOf(e.getMessage());
        away = new Away(before == Away.NOT ? System.currentTimeMillis() : before.sinceMillis(), reason);
    }

    private void assign(
            KafkaConsumer<byte[], byte[]> consumer,
            Set<TopicPartition> found,
            Map<TopicPartition, Long> positions,
            long now) {
        if (found.equals(consumer.assignment())) {
            return;
        }
        Set<TopicPartition> before = Set.copyOf(consumer.assignment()); // else what is assigned now
        consumer.assign(found);
        for (TopicPartition partition : found) {
            if (!before.contains(partition)) {
                Long position = positions.get(partition);
                if (position != null) {
                    consumer.seek(partition, position);
                } else {
                    begin(consumer, partition, now);
                }
            }
        }
    }

    private void begin(KafkaConsumer<byte[], byte[]> consumer, TopicPartition partition, long now) {
        Followed followed = topics.get(partition.topic());
        if (followed.begin() == Begin.FIRST) {
            consumer.seekToBeginning(List.of(partition));
            return;
        }
        // by its number: what comes between this and the next poll is not to be left out
        long end = consumer.endOffsets(List.of(partition), ANSWER).get(partition);
        long from = Math.max(0, now - followed.back().toMillis());
        var back = followed.begin() == Begin.BACK
                ? consumer.offsetsForTimes(Map.of(partition, from), ANSWER).get(partition)
                : null;
        consumer.seek(partition, back == null ? end : Math.min(end, back.offset()));
    }

    /** A backlog of what is followed from its end is of no use any more. */
    private void leaveOut(KafkaConsumer<byte[], byte[]> consumer, long now) {
        List<TopicPartition> behind = new ArrayList<>();
        for (TopicPartition partition : consumer.assignment()) {
            Long last = newest.get(partition);
            boolean old = last != null && now - last > MOST_BEHIND_MILLIS;
            if (old && topics.get(partition.topic()).begin() == Begin.END) {
                behind.add(partition);
            }
        }
        if (!behind.isEmpty()) { // none would be all
            consumer.seekToEnd(behind);
            behind.forEach(newest::remove);
        }
    }

    private void pause(long millis) {
        try {
            closed.await(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            closed.countDown();
        }
    }

    @Override
    public void close() {
        closed.countDown();
        try {
            thread.join(STOP_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
