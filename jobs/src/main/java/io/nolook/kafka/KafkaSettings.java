package io.nolook.kafka;

import io.nolook.kafka.KafkaOptions.Delivery;
import io.nolook.kafka.KafkaOptions.RecordFormat;
import io.nolook.kafka.KafkaOptions.Start;
import io.nolook.registry.WireFormat;
import java.time.Duration;
import java.util.Optional;
import java.util.Properties;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.kafka.clients.consumer.OffsetResetStrategy;
import org.apache.kafka.common.IsolationLevel;

/**
 * The Kafka options, checked before anything runs.
 *
 * @param configuration all options, of which the Kafka ones are read
 */
public record KafkaSettings(Configuration configuration) {

    public KafkaSettings {
        for (ConfigOption<?> option : KafkaOptions.all()) {
            try {
                configuration.getOptional(option);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(option.key() + ": " + e.getMessage(), e);
            }
        }
        require(
                configuration.getOptional(KafkaOptions.BOOTSTRAP_SERVERS).isPresent(),
                KafkaOptions.BOOTSTRAP_SERVERS,
                "nothing",
                "host:port of at least one broker");
        int partitions = configuration.get(KafkaOptions.TOPIC_PARTITIONS);
        require(partitions >= 1 && partitions <= 10_000, KafkaOptions.TOPIC_PARTITIONS, partitions, "1 to 10000");
        int replicas = configuration.get(KafkaOptions.TOPIC_REPLICATION);
        boolean possible = replicas == -1 || replicas >= 1 && replicas <= Short.MAX_VALUE;
        require(possible, KafkaOptions.TOPIC_REPLICATION, replicas, "-1 or 1 to 32767");
        Duration timeout = configuration.get(KafkaOptions.TRANSACTION_TIMEOUT);
        require(
                timeout.compareTo(Duration.ofSeconds(10)) >= 0 && timeout.compareTo(Duration.ofHours(24)) <= 0,
                KafkaOptions.TRANSACTION_TIMEOUT,
                timeout,
                "10 s to 24 h");
        Optional<String> registry = configuration.getOptional(KafkaOptions.REGISTRY_URL);
        require(
                registry.isPresent() || configuration.get(KafkaOptions.RECORD_FORMAT) == RecordFormat.SINGLE_OBJECT,
                KafkaOptions.REGISTRY_URL,
                "nothing",
                "the schema registry's address, since " + KafkaOptions.RECORD_FORMAT.key() + " is confluent");
        try {
            wireFormat(configuration);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(KafkaOptions.REGISTRY_URL.key() + ": " + e.getMessage(), e);
        }
        Optional<Duration> watch = configuration.getOptional(KafkaOptions.TRANSACTION_WATCH);
        require(
                watch.isEmpty() || watch.get().compareTo(Duration.ofHours(1)) <= 0,
                KafkaOptions.TRANSACTION_WATCH,
                watch.orElse(Duration.ZERO),
                "0 s to 1 h");
    }

    /** How records travel. */
    WireFormat wireFormat() {
        return wireFormat(configuration);
    }

    private static WireFormat wireFormat(Configuration configuration) {
        if (configuration.getOptional(KafkaOptions.REGISTRY_URL).isEmpty()) {
            return WireFormat.SINGLE_OBJECT;
        }
        return WireFormat.confluent(
                configuration.get(KafkaOptions.REGISTRY_URL),
                configuration.get(KafkaOptions.REGISTRY_AUTHORIZATION),
                configuration.get(KafkaOptions.RECORD_FORMAT) == RecordFormat.CONFLUENT);
    }

    public String framesTopic() {
        return configuration.get(KafkaOptions.FRAMES_TOPIC);
    }

    public String cameraStatusTopic() {
        return configuration.get(KafkaOptions.CAMERA_STATUS_TOPIC);
    }

    public String controlTopic() {
        return configuration.get(KafkaOptions.CONTROL_TOPIC);
    }

    public String controlStatusTopic() {
        return configuration.get(KafkaOptions.CONTROL_STATUS_TOPIC);
    }

    public String tokensTopic() {
        return configuration.get(KafkaOptions.TOKENS_TOPIC);
    }

    public String actionsTopic() {
        return configuration.get(KafkaOptions.ACTIONS_TOPIC);
    }

    public String actionScoresTopic() {
        return configuration.get(KafkaOptions.ACTION_SCORES_TOPIC);
    }

    public String surpriseTopic() {
        return configuration.get(KafkaOptions.SURPRISE_TOPIC);
    }

    public String anomaliesTopic() {
        return configuration.get(KafkaOptions.ANOMALIES_TOPIC);
    }

    public String generatedTopic() {
        return configuration.get(KafkaOptions.GENERATED_TOPIC);
    }

    public String decodedFramesTopic() {
        return configuration.get(KafkaOptions.DECODED_FRAMES_TOPIC);
    }

    public String deadLettersTopic() {
        return configuration.get(KafkaOptions.DEAD_LETTERS_TOPIC);
    }

    public String archiveTopic() {
        return configuration.get(KafkaOptions.ARCHIVE_TOPIC);
    }

    public String archiveDeletionsTopic() {
        return configuration.get(KafkaOptions.ARCHIVE_DELETIONS_TOPIC);
    }

    public String sequencesTopic() {
        return configuration.get(KafkaOptions.SEQUENCES_TOPIC);
    }

    public Delivery delivery() {
        return configuration.get(KafkaOptions.DELIVERY);
    }

    /** Whether a job can take commands: one that ends does not wait for them, and a repeated run would take them elsewhere. */
    public boolean canTakeCommands() {
        return configuration.get(KafkaOptions.STOP) == KafkaOptions.Stop.NEVER && delivery() == Delivery.EXACTLY_ONCE;
    }

    /** Settings for any client: bootstrap servers and what {@code kafka.*} says. */
    public Properties client() {
        Properties properties = new Properties();
        configuration.toMap().forEach((key, value) -> {
            if (key.startsWith(KafkaOptions.CLIENT_PREFIX)) {
                properties.setProperty(key.substring(KafkaOptions.CLIENT_PREFIX.length()), value);
            }
        });
        return properties;
    }

    /**
     * Settings for a consumer that commits nothing by itself and makes no topics.
     *
     * @param reset where it begins without a position: earliest, latest or none
     */
    Properties consumer(IsolationLevel isolation, String reset) {
        Properties properties = client();
        properties.setProperty("isolation.level", isolation.toString());
        properties.setProperty("auto.offset.reset", reset);
        properties.setProperty("enable.auto.commit", "false");
        properties.setProperty("allow.auto.create.topics", "false");
        return properties;
    }

    @SuppressWarnings("deprecation") // the connector takes no other type
    OffsetsInitializer startingOffsets() {
        Start start = configuration.get(KafkaOptions.START);
        return switch (start) {
            case COMMITTED_OR_EARLIEST -> OffsetsInitializer.committedOffsets(OffsetResetStrategy.EARLIEST);
            case LATEST -> OffsetsInitializer.latest();
            case TIMESTAMP -> OffsetsInitializer.timestamp(configuration.get(KafkaOptions.START_TIMESTAMP));
        };
    }

    /** Where the source ends; empty for a job that runs until it is stopped. */
    Optional<OffsetsInitializer> stoppingOffsets() {
        return switch (configuration.get(KafkaOptions.STOP)) {
            case NEVER -> Optional.empty();
            case LATEST -> Optional.of(OffsetsInitializer.latest());
            case TIMESTAMP -> Optional.of(OffsetsInitializer.timestamp(configuration.get(KafkaOptions.STOP_TIMESTAMP)));
        };
    }

    private static void require(boolean holds, ConfigOption<?> option, Object found, String expected) {
        if (!holds) {
            throw new IllegalArgumentException(option.key() + ": found " + found + ", expected " + expected);
        }
    }
}
