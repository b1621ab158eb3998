package io.nolook.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.nolook.local.EmbeddedBroker;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.Test;

class TopicsITCase {

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
