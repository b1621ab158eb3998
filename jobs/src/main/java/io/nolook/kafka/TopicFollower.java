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
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.InvalidOffsetException;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows topics as they grow, past brokers that are away, without a group.
 *
 * <p>One thread of its own, which hands over the records. It looks every
 * {@value #LOOK_MILLIS} ms whether a broker answers, and which topics and partitions there are; topics that are missing
 * may come. One that was deleted and made anew, as its id says, is read from its first record. Whatever fails, even an
 * {@link Error}, is said by {@link #away} until it goes on. Memory: what one fetch holds, {@value #FETCH_BYTES} bytes at most but for one larger record.
 */
public final class TopicFollower implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TopicFollower.class);
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
    private final Map<TopicPartition, Long> positions = new HashMap<>();
    private final Map<String, Uuid> ids = new HashMap<>();
    private final Set<String> madeAnew = new HashSet<>();
    private volatile Away away = new Away(System.currentTimeMillis(), "no broker has answered yet", false);

    /**
     * Why nothing is read.
     *
     * @param sinceMillis when a broker answered last, milliseconds since 1970; 0 while one answers
     * @param reason for people; empty while one answers
     * @param isOwn whether no broker is to blame: what takes the records failed
     */
    public record Away(long sinceMillis, String reason, boolean isOwn) {
        static final Away NOT = new Away(0, "", false);
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
        properties = settings.consumer(isolation, "none"); // where to go on is decided here
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
        while (closed.getCount() > 0) {
            try (Admin admin = Admin.create(settings.client());
                    KafkaConsumer<byte[], byte[]> consumer = RecordClients.consumer(settings, properties)) {
                follow(admin, consumer);
            } catch (RuntimeException e) { // whatever it is, it goes on
                away(e, !(e instanceof KafkaException));
            } catch (Error e) { // else the thread would end, and nobody see it
                away(e, true);
                LOG.error("{} failed, and begins again", thread.getName(), e);
            }
            pause(AGAIN_MILLIS);
        }
    }

    private void follow(Admin admin, KafkaConsumer<byte[], byte[]> consumer) {
        long look = 0;
        while (closed.getCount() > 0) {
            long now = System.currentTimeMillis();
            if (Math.abs(now - look) >= LOOK_MILLIS) {
                look(admin, consumer, now);
                look = now;
            }
            if (consumer.assignment().isEmpty()) { // there is no topic yet
                pause(POLL.toMillis());
                continue;
            }
            for (ConsumerRecord<byte[], byte[]> record : poll(consumer)) {
                TopicPartition partition = new TopicPartition(record.topic(), record.partition());
                newest.put(partition, record.timestamp());
                positions.put(partition, record.offset() + 1);
                each.accept(ReceivedRecords.of(record));
            }
        }
    }

    /** What has come; none where a place is no more, which is left for the oldest record, or the newest. */
    private ConsumerRecords<byte[], byte[]> poll(KafkaConsumer<byte[], byte[]> consumer) {
        try {
            return RecordClients.poll(consumer, POLL);
        } catch (InvalidOffsetException e) {
            e.partitions().forEach(partition -> {
                if (topics.get(partition.topic()).begin() == Begin.END && !madeAnew.contains(partition.topic())) {
                    consumer.seekToEnd(List.of(partition));
                } else {
                    consumer.seekToBeginning(List.of(partition));
                }
            });
            return ConsumerRecords.empty();
        }
    }

    private void look(Admin admin, KafkaConsumer<byte[], byte[]> consumer, long now) {
        try {
            Set<TopicPartition> found = new HashSet<>();
            Set<String> anew = new HashSet<>();
            for (TopicDescription topic : described(admin)) {
                Uuid before = ids.put(topic.name(), topic.topicId());
                if (before != null && !before.equals(topic.topicId())) {
                    anew.add(topic.name());
                }
                topic.partitions()
                        .forEach(partition -> found.add(new TopicPartition(topic.name(), partition.partition())));
            }
            forget(consumer, anew);
            assign(consumer, found, now);
            leaveOut(consumer, now);
            away = Away.NOT;
        } catch (TimeoutException e) {
            away(e, false);
        }
    }

    /** The topics that are there and may be read. */
    private List<TopicDescription> described(Admin admin) {
        DescribeTopicsOptions patience = new DescribeTopicsOptions().timeoutMs((int) ANSWER.toMillis());
        List<TopicDescription> found = new ArrayList<>();
        for (KafkaFuture<TopicDescription> topic : admin.describeTopics(topics.keySet(), patience)
                .topicNameValues()
                .values()) {
            try {
                found.add(topic.get());
            } catch (ExecutionException e) {
                boolean isNotThere = e.getCause() instanceof UnknownTopicOrPartitionException
                        || e.getCause() instanceof TopicAuthorizationException;
                if (!isNotThere) {
                    throw e.getCause() instanceof RuntimeException cause ? cause : new KafkaException(e.getCause());
                }
            } catch (InterruptedException e) {
                throw new InterruptException(e);
            }
        }
        return found;
    }

    /** Nothing that is known of the places of a topic holds for the one that took its name. */
    private void forget(KafkaConsumer<byte[], byte[]> consumer, Set<String> anew) {
        if (anew.isEmpty()) {
            return;
        }
        madeAnew.addAll(anew);
        positions.keySet().removeIf(partition -> anew.contains(partition.topic()));
        newest.keySet().removeIf(partition -> anew.contains(partition.topic()));
        consumer.assign(consumer.assignment().stream()
                .filter(partition -> !anew.contains(partition.topic()))
                .toList());
    }

    private void away(Throwable e, boolean isOwn) {
        Away before = away;
        long since = before == Away.NOT ? System.currentTimeMillis() : before.sinceMillis();
        away = new Away(since, isOwn ? e.toString() : String.valueOf(e.getMessage()), isOwn);
    }

    private void assign(KafkaConsumer<byte[], byte[]> consumer, Set<TopicPartition> found, long now) {
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
        if (followed.begin() == Begin.FIRST || madeAnew.contains(partition.topic())) {
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
