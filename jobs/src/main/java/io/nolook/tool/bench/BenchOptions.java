package io.nolook.tool.bench;

import io.nolook.kafka.KafkaOptions;
import java.time.Duration;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;

/** Options of a benchmark whose broker and jobs are in this process. */
final class BenchOptions {

    private BenchOptions() {}

    /** The given ones, for a single broker; checkpoints every ten seconds unless they say otherwise. */
    static Configuration of(Configuration given) {
        Configuration options = new Configuration();
        options.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, Duration.ofSeconds(10));
        options.addAll(given);
        options.set(KafkaOptions.TOPIC_REPLICATION, 1);
        return options;
    }
}
