package io.nolook.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.nolook.cli.Main;
import io.nolook.kafka.KafkaOptions;
import io.nolook.kafka.KafkaSettings;
import io.nolook.kafka.TopicReader;
import io.nolook.local.EmbeddedBroker;
import io.nolook.schema.SingleObject;
import io.nolook.schema.TokenFrame;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Stream;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.table.api.EnvironmentSettings;
import org.apache.flink.table.api.TableEnvironment;
import org.apache.flink.types.Row;
import org.apache.flink.util.CloseableIterator;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From a recording to tokens, all records in Confluent's wire format; read by Flink's own format for it, too. */
class ConfluentITCase {
    @Test
    void everyCommandWritesAndReadsTheRegistrysFormat(@TempDir Path folder) throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.start(Map.of());
                RegistryServer registry = new RegistryServer()) {
            String recording = folder.resolve("gate.mp4").toString();
            run("simulate", "--seconds", "2", "--size", "160x120", "--out", recording);
            List<String> options = List.of(
                    "-D", "kafka.bootstrap.servers=" + broker.bootstrapServers(),
                    "-D", "topics.replication=1",
                    "-D", "topics.partitions=1",
                    "-D", "frame.size=64x64",
                    "-D", "record.format=confluent",
                    "-D", "record.registry.url=" + registry.url());
            run(options, "ingest", recording, "--camera", "gate", "--full-speed", "--state", folder + "/epochs");
            run(options, "run", "tokenize", "-D", "source.stop=latest");
            run(options, "verify", "--out", folder + "/verify");
            run(options, "run", "archive", "-D", "source.stop=latest");
            run(options, "archive", "verify", "--out", folder + "/archive");

            for (String topic : List.of("frames", "tokens", "archive")) {
                assertThat(raw(broker, topic))
                        .isNotEmpty()
                        .allSatisfy(value -> assertThat(value).startsWith(0, 0, 1));
            }
            List<TokenFrame> tokens = tokens(broker, registry);
            long pictures = raw(broker, "frames").size();
            assertThat(tokens.stream().mapToLong(TokenFrame::getFrames).sum()).isEqualTo(pictures);
            assertThat(ofFlinksOwnFormat(broker, registry)).containsExactly(Row.of("gate", pictures));
            assertThat(ofTheCatalog(broker, registry)).containsExactly(Row.of("gate", pictures));
        }
    }

    private static void run(List<String> options, String... command) {
        run(Stream.concat(Stream.of(command), options.stream()).toArray(String[]::new));
    }

    private static void run(String... command) {
        assertThat(Main.commandLine().execute(command))
                .as(String.join(" ", command))
                .isZero();
    }

    private static List<byte[]> raw(EmbeddedBroker broker, String topic) {
        Properties properties = new Properties();
        properties.setProperty("bootstrap.servers", broker.bootstrapServers());
        properties.setProperty("isolation.level", "read_committed");
        List<byte[]> values = new ArrayList<>();
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = List.of(new TopicPartition(topic, 0));
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            long end = consumer.endOffsets(partitions).get(partitions.get(0));
            while (consumer.position(partitions.get(0)) < end) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(200))) {
                    values.add(record.value());
                }
            }
        }
        return values;
    }

    private static List<TokenFrame> tokens(EmbeddedBroker broker, RegistryServer registry) {
        Configuration options = new Configuration();
        options.set(KafkaOptions.BOOTSTRAP_SERVERS, broker.bootstrapServers());
        options.set(KafkaOptions.REGISTRY_URL, registry.url());
        KafkaSettings kafka = new KafkaSettings(options);
        SingleObject<TokenFrame> format = SingleObject.tokenFrames();
        List<TokenFrame> tokens = new ArrayList<>();
        try (TopicReader reader = new TopicReader(kafka, "tokens", IsolationLevel.READ_COMMITTED)) {
            reader.readToEnd(record -> {
                try {
                    tokens.add(format.decode(record.value()));
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
        return tokens;
    }

    /** What people have who know nothing of nolook: Flink's format avro-confluent. */
    private static List<Row> ofFlinksOwnFormat(EmbeddedBroker broker, RegistryServer registry) throws Exception {
        TableEnvironment tables = TableEnvironment.create(EnvironmentSettings.inBatchMode());
        tables.executeSql("CREATE TABLE token_frames (camera STRING, frames INT) WITH ("
                + "'connector' = 'kafka', 'topic' = 'tokens', 'scan.startup.mode' = 'earliest-offset',"
                + "'scan.bounded.mode' = 'latest-offset', 'properties.isolation.level' = 'read_committed',"
                + "'properties.bootstrap.servers' = '" + broker.bootstrapServers() + "',"
                + "'format' = 'avro-confluent', 'avro-confluent.url' = '" + registry.url() + "')");
        return rows(tables, "SELECT camera, SUM(CAST(frames AS BIGINT)) FROM token_frames GROUP BY camera");
    }

    private static List<Row> ofTheCatalog(EmbeddedBroker broker, RegistryServer registry) throws Exception {
        TableEnvironment tables = TableEnvironment.create(EnvironmentSettings.inBatchMode());
        tables.executeSql("CREATE CATALOG nolook WITH ('type' = 'nolook', 'scan.bounded.mode' = 'latest-offset',"
                + "'kafka.bootstrap.servers' = '" + broker.bootstrapServers() + "',"
                + "'record.registry.url' = '" + registry.url() + "')");
        return rows(tables, "SELECT camera, SUM(CAST(frames AS BIGINT)) FROM nolook.nolook.tokens GROUP BY camera");
    }

    private static List<Row> rows(TableEnvironment tables, String query) throws Exception {
        List<Row> rows = new ArrayList<>();
        try (CloseableIterator<Row> found = tables.executeSql(query).collect()) {
            found.forEachRemaining(rows::add);
        }
        return rows;
    }
}
