package io.nolook.local;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nolook.job.archive.ArchiveJob;
import io.nolook.kafka.KafkaOptions;
import java.time.Duration;
import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.Test;

class LocalJobITCase {
    @Test
    void aJobThatEndedIsToldFromOneThatRuns() throws Exception {
        Configuration options = new Configuration();
        options.set(KafkaOptions.TOPIC_REPLICATION, 1);
        options.set(KafkaOptions.TOPIC_PARTITIONS, 1);
        try (EmbeddedBroker broker = EmbeddedBroker.start(Map.of());
                LocalJob<ArchiveJob> job = LocalJob.start(broker.bootstrapServers(), options, ArchiveJob::new)) {
            job.awaitRunning(Duration.ofMinutes(2));
            job.requireAlive();
            job.client().cancel().get();
            assertThatThrownBy(() -> {
                        long until = System.nanoTime() + Duration.ofMinutes(1).toNanos();
                        while (System.nanoTime() < until) {
                            job.requireAlive();
                        }
                    })
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("expected it to run");
        }
    }
}
