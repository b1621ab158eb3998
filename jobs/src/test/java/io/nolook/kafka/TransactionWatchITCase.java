package io.nolook.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nolook.local.EmbeddedBroker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.flink.configuration.Configuration;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Transactions on a broker: what a crash leaves open, and what a running job does. */
class TransactionWatchITCase {
    private static final String TOPIC = "watched";

    /** Ends with the first transaction that is seen; a machine that is busy may take its time. */
    private static final Duration LONG = Duration.ofMinutes(1);

    private static EmbeddedBroker broker;

    private final List<String> said = new ArrayList<>();

    @BeforeAll
    static void start() throws Exception {
        broker = EmbeddedBroker.start(Map.of());
        new Topics(settings("any"), Map.of(TOPIC, new TopicNeeds(0, TopicNeeds.Retention.ANY, "nothing"))).ensure();
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    @Test
    void aPrefixThatNobodyUsedTakesNoTime() throws InterruptedException {
        new TransactionWatch(settings("unused")).requireUnused(said::add);

        assertThat(said).isEmpty();
    }

    @Test
    void whatACrashLeftOpenIsNotInUse() throws Exception {
        try (KafkaProducer<byte[], byte[]> crashed = producer("crashed-tokens-0-0")) {
            crashed.beginTransaction();
            crashed.send(new ProducerRecord<>(TOPIC, new byte[1])).get();

            new TransactionWatch(settings("crashed")).requireUnused(said::add);

            assertThat(said).singleElement().asString().contains("watching for 1.5 s", "crashed");
            crashed.close(Duration.ZERO);
        }
    }

    @Test
    void aJobThatCommitsIsNamed() throws Exception {
        try (KafkaProducer<byte[], byte[]> running = producer("running-tokens-0-0")) {
            AtomicBoolean runs = new AtomicBoolean(true);
            Thread job = new Thread(() -> {
                while (runs.get()) {
                    running.beginTransaction();
                    running.send(new ProducerRecord<>(TOPIC, new byte[1]));
                    running.commitTransaction();
                }
            });
            job.start();
            try {
                assertThatThrownBy(() -> new TransactionWatch(settings("running", LONG)).requireUnused(said::add))
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("delivery.transaction-prefix: found running in use on this broker:"
                                + " transaction running-tokens-0-0 ");
            } finally {
                runs.set(false);
                job.join();
            }
        }
    }

    private static KafkaSettings settings(String prefix) {
        return settings(prefix, Duration.ofMillis(1500));
    }

    private static KafkaSettings settings(String prefix, Duration watch) {
        Configuration options = new Configuration();
        options.set(KafkaOptions.BOOTSTRAP_SERVERS, broker.bootstrapServers());
        options.set(KafkaOptions.TOPIC_PARTITIONS, 1);
        options.set(KafkaOptions.TOPIC_REPLICATION, 1);
        options.set(KafkaOptions.TRANSACTION_PREFIX, prefix);
        options.set(KafkaOptions.TRANSACTION_WATCH, watch);
        return new KafkaSettings(options);
    }

    private static KafkaProducer<byte[], byte[]> producer(String id) {
        Properties properties = settings("any").client();
        properties.setProperty("transactional.id", id);
        KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
        producer.initTransactions();
        return producer;
    }
}
