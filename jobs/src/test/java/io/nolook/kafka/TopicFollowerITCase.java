package io.nolook.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.nolook.kafka.TopicFollower.Begin;
import io.nolook.kafka.TopicFollower.Followed;
import io.nolook.local.EmbeddedBroker;
import io.nolook.record.ReceivedRecord;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.apache.flink.configuration.Configuration;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Topics are followed past what becomes of them. */
class TopicFollowerITCase {
    private static final Duration PATIENCE = Duration.ofSeconds(40);
    private static EmbeddedBroker broker;
    private static KafkaSettings kafka;
    private static Admin admin;
    private static KafkaProducer<byte[], byte[]> producer;

    private final Queue<String> got = new ConcurrentLinkedQueue<>();

    @BeforeAll
    static void open() throws Exception {
        broker = EmbeddedBroker.start(Map.of());
        Configuration options = new Configuration();
        options.set(KafkaOptions.BOOTSTRAP_SERVERS, broker.bootstrapServers());
        kafka = new KafkaSettings(options);
        admin = Admin.create(kafka.client());
        producer = new KafkaProducer<>(kafka.client(), new ByteArraySerializer(), new ByteArraySerializer());
    }

    @AfterAll
    static void close() {
        producer.close();
        admin.close();
        broker.close();
    }

    private static void make(String topic) {
        Awaitility.await().atMost(PATIENCE).ignoreExceptions().until(() -> {
            admin.createTopics(List.of(new NewTopic(topic, 1, (short) 1))).all().get();
            return true;
        });
    }

    private static void send(String topic, String... values) {
        for (String value : values) {
            byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
            Awaitility.await().atMost(PATIENCE).ignoreExceptions().until(() -> {
                producer.send(new ProducerRecord<>(topic, 0, null, bytes)).get();
                return true;
            });
        }
    }

    private TopicFollower follow(String topic, Begin begin, Consumer<String> each) {
        Followed followed = new Followed(topic, begin, Duration.ofHours(1));
        Consumer<ReceivedRecord> takes = record -> each.accept(new String(record.value(), StandardCharsets.UTF_8));
        return new TopicFollower(kafka, "test", IsolationLevel.READ_COMMITTED, List.of(followed), takes).start();
    }

    private static void waitFor(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void await(String... values) {
        Awaitility.await().atMost(PATIENCE).untilAsserted(() -> assertThat(got).contains(values));
    }

    /** With fewer records than the old one had, and with more. */
    @ParameterizedTest
    @CsvSource({"FIRST, 2", "FIRST, 9", "BACK, 2", "BACK, 9", "END, 2", "END, 9"})
    void aTopicMadeAnewIsReadFromItsStart(Begin begin, int records) throws Exception {
        String topic = "anew-" + begin + "-" + records;
        make(topic);
        CountDownLatch madeAnew = new CountDownLatch(1); // else it would find it empty, and be at its start by chance
        try (TopicFollower follower = follow(topic, begin, value -> {
            got.add(value);
            if (value.equals("old-4")) {
                waitFor(madeAnew);
            }
        })) {
            Awaitility.await().atMost(PATIENCE).until(() -> follower.away().isEmpty());
            send(topic, "old-0", "old-1", "old-2", "old-3", "old-4");
            await("old-4");

            admin.deleteTopics(List.of(topic)).all().get();
            make(topic);
            String[] values =
                    IntStream.range(0, records).mapToObj(i -> "new-" + i).toArray(String[]::new);
            send(topic, values);
            madeAnew.countDown();

            await(values);
            send(topic, "next");
            await("next");
        }
    }

    @Test
    void aTopicThatIsGoneForAWhileIsReadFromItsStart() throws Exception {
        make("gone");
        make("stays");
        List<Followed> both = List.of(Followed.fromFirst("gone"), Followed.fromFirst("stays"));
        try (TopicFollower follower = new TopicFollower(
                        kafka,
                        "test",
                        IsolationLevel.READ_COMMITTED,
                        both,
                        record -> got.add(new String(record.value(), StandardCharsets.UTF_8)))
                .start()) {
            send("gone", "old-0", "old-1");
            send("stays", "a");
            await("old-1", "a");
            admin.deleteTopics(List.of("gone")).all().get();
            Awaitility.await()
                    .during(Duration.ofSeconds(4))
                    .atMost(PATIENCE)
                    .until(() -> follower.away().isEmpty());
            send("stays", "b");
            make("gone");
            send("gone", "new-0");

            await("b", "new-0");
            assertThat(got).containsOnlyOnce("a", "b", "new-0");
        }
    }

    @Test
    void anErrorIsSaidAndTheThreadGoesOn() {
        make("errors");
        send("errors", "fine", "wrong", "fine again");
        try (TopicFollower follower = follow("errors", Begin.FIRST, value -> {
            if (value.equals("wrong")) {
                throw new LinkageError("no such class");
            }
            got.add(value);
        })) {
            Awaitility.await()
                    .atMost(PATIENCE)
                    .pollInterval(Duration.ofMillis(20))
                    .until(() -> follower.away()
                            .filter(away -> away.isOwn() && away.reason().endsWith("LinkageError: no such class"))
                            .isPresent());

            await("fine", "fine again");
            Awaitility.await().atMost(PATIENCE).until(() -> follower.away().isEmpty());
        }
    }
}
