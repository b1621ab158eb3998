package io.nolook.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.nolook.flink.tokenize.TokenizeSettings;
import io.nolook.local.EmbeddedBroker;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.flink.configuration.Configuration;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.Test;

class TopicsITCase {

    /** Topics that somebody made with nothing but Kafka's defaults fit the job's defaults. */
    @Test
    void topicsOfKafkasDefaultsAreTaken() throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.start(Map.of("message.max.bytes", "1048588"))) {
            Configuration options = new Configuration();
            options.set(KafkaOptions.BOOTSTRAP_SERVERS, broker.bootstrapServers());
            KafkaSettings kafka = new KafkaSettings(options);
            List<NewTopic> topics = Stream.of("frames", "tokens", "dead-letters")
                    .map(name -> new NewTopic(name, 3, (short) 1))
                    .toList();
            try (Admin admin = Admin.create(kafka.client())) {
                admin.createTopics(topics).all().get();
            }
            int frameMaxBytes = TokenizeSettings.of(options).frameMaxBytes();
            assertThat(new Topics(kafka, frameMaxBytes).ensure()).containsEntry("frames", 3);
        }
    }

    /** A job and its cameras start at the same time, each making what is missing. */
    @Test
    void manyMayMakeTheSameTopicsAtOnce() throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.start(Map.of())) {
            for (int round = 0; round < 2; round++) {
                Configuration options = new Configuration();
                options.set(KafkaOptions.BOOTSTRAP_SERVERS, broker.bootstrapServers());
                options.set(KafkaOptions.FRAMES_TOPIC, "frames-" + round);
                options.set(KafkaOptions.TOKENS_TOPIC, "tokens-" + round);
                options.set(KafkaOptions.DEAD_LETTERS_TOPIC, "dead-letters-" + round);
                List<CompletableFuture<Map<String, Integer>>> makers = IntStream.range(0, 8)
                        .mapToObj(maker -> CompletableFuture.supplyAsync(
                                () -> new Topics(new KafkaSettings(options), 1 << 20).ensure(),
                                task -> new Thread(task).start()))
                        .toList();
                for (CompletableFuture<Map<String, Integer>> maker : makers) {
                    assertThat(maker.get()).hasSize(3).containsEntry("frames-" + round, 8);
                }
            }
        }
    }
}
