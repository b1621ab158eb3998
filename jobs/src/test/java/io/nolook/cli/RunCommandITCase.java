package io.nolook.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.nolook.kafka.KafkaOptions;
import io.nolook.kafka.KafkaSettings;
import io.nolook.kafka.TopicRecords;
import io.nolook.local.EmbeddedBroker;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** The first command of the documentation for one's own broker, with the shipped file, whatever the machine. */
class RunCommandITCase {
    private static final String SHIPPED = "../deploy/conf/nolook.properties";

    /** More tasks than this machine has cores; and a file that was written for a cluster of small TaskManagers. */
    @ParameterizedTest
    @ValueSource(strings = {"parallelism.default=16", "taskmanager.numberOfTaskSlots=1"})
    void theShippedConfigurationGivesTokens(String machine, @TempDir Path folder) throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.start(Map.of())) {
            String kafka = "kafka.bootstrap.servers=" + broker.bootstrapServers();
            String video = folder.resolve("camera.mp4").toString();
            assertThat(nolook("simulate", "--seconds", "2", "--size", "160x120", "--out", video))
                    .isZero();
            Thread job = new Thread(() -> nolook("run", "tokenize", "--config", SHIPPED, "-D", kafka, "-D", machine));
            job.start();
            assertThat(nolook("ingest", video, "--camera", "gate", "--config", SHIPPED, "-D", kafka))
                    .isZero();

            Configuration options = new Configuration();
            options.set(KafkaOptions.BOOTSTRAP_SERVERS, broker.bootstrapServers());
            KafkaSettings settings = new KafkaSettings(options);
            Awaitility.await("committed tokens")
                    .atMost(Duration.ofMinutes(2))
                    .pollInterval(Duration.ofMillis(500))
                    .until(() -> TopicRecords.tokens(settings, settings.tokensTopic())
                                    .getOrDefault("gate", List.of())
                                    .size()
                            > 5);
            job.interrupt();
            job.join(60_000);
            assertThat(job.isAlive()).isFalse();
        }
    }

    private static int nolook(String... arguments) {
        CommandLine nolook = Main.commandLine();
        nolook.setOut(new PrintWriter(new StringWriter()));
        return nolook.execute(arguments);
    }
}
