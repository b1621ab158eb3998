package io.nolook.notify;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import io.nolook.kafka.KafkaOptions;
import io.nolook.kafka.KafkaSettings;
import io.nolook.kafka.TopicNeeds;
import io.nolook.kafka.TopicNeeds.Retention;
import io.nolook.kafka.Topics;
import io.nolook.local.EmbeddedBroker;
import io.nolook.option.NotifyOptions;
import io.nolook.page.TestActions;
import io.nolook.record.DeadLetters;
import io.nolook.schema.ActionEvent;
import io.nolook.schema.ActionState;
import io.nolook.schema.SingleObject;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.flink.configuration.Configuration;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Actions reach a webhook that fails, refuses and is away: none is lost, and a new process goes on. */
class NotifierITCase {
    private final List<JsonNode> taken = new CopyOnWriteArrayList<>();
    private final List<String> authorizations = new CopyOnWriteArrayList<>();
    private final List<String> said = new CopyOnWriteArrayList<>();
    private final AtomicInteger failing = new AtomicInteger();

    @TempDir
    private Path folder;

    private EmbeddedBroker broker;
    private HttpServer server;
    private Configuration options;

    @BeforeEach
    void open() throws Exception {
        broker = EmbeddedBroker.start(Map.of());
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/hook", exchange -> {
            JsonNode notice = new ObjectMapper().readTree(exchange.getRequestBody());
            int status = failing.getAndDecrement() > 0
                    ? 503
                    : notice.get("label").asText().equals("nonsense") ? 400 : 204;
            if (status == 204) {
                taken.add(notice);
                authorizations.add(exchange.getRequestHeaders().getFirst("Authorization"));
            }
            exchange.sendResponseHeaders(status, -1);
            exchange.close();
        });
        server.start();
        options = new Configuration();
        options.set(KafkaOptions.BOOTSTRAP_SERVERS, broker.bootstrapServers());
        options.set(KafkaOptions.TOPIC_REPLICATION, 1);
        options.set(KafkaOptions.TOPIC_PARTITIONS, 2);
        options.set(
                NotifyOptions.WEBHOOK, "http://127.0.0.1:" + server.getAddress().getPort() + "/hook");
        Path token = folder.resolve("token");
        Files.writeString(token, "secret\n");
        options.set(NotifyOptions.TOKEN_FILE, token.toString());
        KafkaSettings kafka = new KafkaSettings(options);
        new Topics(kafka, Map.of(kafka.actionsTopic(), new TopicNeeds(DeadLetters.ENVELOPE_BYTES, Retention.ANY, "")))
                .ensure();
    }

    @AfterEach
    void close() {
        server.stop(0);
        broker.close();
    }

    @Test
    void everyActionIsToldAlthoughTheWebhookFails() throws Exception {
        options.set(NotifyOptions.CONFIDENCE, 0.5);
        AtomicBoolean goesOn = new AtomicBoolean(true);
        Thread running = start(goesOn);
        send("warm-up", "wave", ActionState.BEGUN, 0.9f); // the group is there when it arrives
        awaitTaken(1, () -> send("warm-up", "wave", ActionState.BEGUN, 0.9f));
        taken.clear();

        failing.set(2);
        send("gate", "wave", ActionState.BEGUN, 0.9f);
        send("gate", "nonsense", ActionState.BEGUN, 0.9f);
        send("gate", "run", ActionState.BEGUN, 0.2f);
        send("gate", "wave", ActionState.ENDED, 0.9f);
        send("gate", "jump", ActionState.BEGUN, 0.8f);
        awaitTaken(2, () -> {});

        assertThat(taken).extracting(notice -> notice.get("label").asText()).containsExactly("wave", "jump");
        assertThat(taken.get(0).get("key").asText()).isEqualTo("gate/1/1000000/wave/begun");
        assertThat(authorizations).containsOnly("Bearer secret");
        assertThat(said)
                .anyMatch(line -> line.startsWith("not taken yet: gate/1/1000000/wave/begun: found status 503"));
        assertThat(said).anyMatch(line -> line.startsWith("refused: gate/1/1000000/nonsense/begun: found status 400"));
        goesOn.set(false);
        running.join();
        send("gate", "fall", ActionState.BEGUN, 0.9f); // while nobody listens
        taken.clear();

        AtomicBoolean again = new AtomicBoolean(true);
        Thread second = start(again);
        awaitTaken(1, () -> {});
        again.set(false);
        second.join();
        assertThat(taken).extracting(notice -> notice.get("label").asText()).containsExactly("fall");
    }

    private Thread start(AtomicBoolean goesOn) {
        Notifier notifier = new Notifier(NotifySettings.of(options), new KafkaSettings(options), said::add);
        Thread thread = new Thread(
                () -> {
                    try {
                        notifier.run(goesOn::get);
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                },
                "notifier");
        thread.start();
        return thread;
    }

    private void awaitTaken(int count, Runnable meanwhile) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(500))
                .until(() -> {
                    if (taken.size() < count) {
                        meanwhile.run();
                    }
                    return taken.size() >= count;
                });
    }

    private void send(String camera, String label, ActionState state, float confidence) {
        ActionEvent event = TestActions.of(camera, 1, label, state, 1_000_000, 2_000_000, confidence);
        KafkaSettings kafka = new KafkaSettings(options);
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(kafka.client(), new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(
                    kafka.actionsTopic(),
                    camera.getBytes(StandardCharsets.UTF_8),
                    SingleObject.actionEvents().encode(event)));
        }
    }
}
