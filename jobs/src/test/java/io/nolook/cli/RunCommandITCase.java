package io.nolook.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.nolook.kafka.KafkaOptions;
import io.nolook.kafka.KafkaSettings;
import io.nolook.kafka.TopicRecords;
import io.nolook.local.BrokerFolder;
import io.nolook.local.EmbeddedBroker;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.flink.configuration.Configuration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** The first command of the documentation for one's own broker, with the shipped file, whatever the machine. */
class RunCommandITCase {
    private static final String SHIPPED = "../deploy/conf/nolook.properties";
    /** What is told of restarts does not depend on it, and a model is admitted in less time. */
    private static final String SMALL = "frame.size=64x64";

    /** More tasks than this machine has cores; and a file that was written for a cluster of small TaskManagers. */
    @ParameterizedTest
    @ValueSource(strings = {"parallelism.default=16", "taskmanager.numberOfTaskSlots=1"})
    void theShippedConfigurationGivesTokens(String machine, @TempDir Path folder) throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.start(Map.of())) {
            String kafka = "kafka.bootstrap.servers=" + broker.bootstrapServers();
            String video = folder.resolve("camera.mp4").toString();
            assertThat(nolook("simulate", "--seconds", "2", "--size", "160x120", "--out", video))
                    .isZero();
            String listen = "127.0.0.1:" + BrokerFolder.freePort();
            Thread job = new Thread(() -> nolook(
                    "run",
                    "tokenize",
                    "--config",
                    SHIPPED,
                    "-D",
                    kafka,
                    "-D",
                    machine,
                    "--state",
                    folder.toString(),
                    "--listen",
                    listen));
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
            assertThat(page(listen))
                    .contains("flink_taskmanager_job_task_operator_tokenFrames{", "flink_jobmanager_job_uptime{");
            job.interrupt();
            job.join(60_000);
            assertThat(job.isAlive()).isFalse();
        }
    }

    /** Stopped in mid-clip, with frames that wait for the rest of their chunk: nothing is lost, nothing comes twice. */
    @Test
    void goesOnWhereItStopped(@TempDir Path folder) throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.start(Map.of())) {
            String kafka = "kafka.bootstrap.servers=" + broker.bootstrapServers();
            String video = folder.resolve("camera.mp4").toString();
            assertThat(nolook("simulate", "--seconds", "2", "--size", "160x120", "--out", video))
                    .isZero();
            Configuration options = new Configuration();
            options.set(KafkaOptions.BOOTSTRAP_SERVERS, broker.bootstrapServers());
            KafkaSettings settings = new KafkaSettings(options);
            String[] run = {
                "run",
                "tokenize",
                "--config",
                SHIPPED,
                "-D",
                kafka,
                "--state",
                folder.toString(),
                "-D",
                "execution.checkpointing.interval=1 s",
                "-D",
                "parallelism.default=1",
                "-D",
                SMALL
            };

            String first = whileItRuns(run, () -> {
                assertThat(nolook("ingest", video, "--camera", "gate", "--config", SHIPPED, "-D", kafka))
                        .isZero();
                awaitTokens(settings, 5);
                StringWriter refused = new StringWriter();
                CommandLine second = Main.commandLine();
                second.setErr(new PrintWriter(refused));
                assertThat(second.execute(run)).isEqualTo(1);
                assertThat(refused.toString()).contains("found another process that runs nolook-tokenize");
            });
            assertThat(first).contains("stopped with a savepoint").doesNotContain("goes on from " + folder);
            int before = tokens(settings);
            String second = whileItRuns(run, () -> {
                assertThat(nolook("ingest", video, "--camera", "yard", "--config", SHIPPED, "-D", kafka))
                        .isZero();
                awaitTokens(settings, before + 5);
            });
            assertThat(second).contains("goes on from " + folder, "savepoint-");
            String third = whileItRuns(
                    Stream.concat(Stream.of(run), Stream.of("--fresh")).toArray(String[]::new),
                    () -> Awaitility.await().pollDelay(Duration.ofSeconds(3)).until(() -> true));
            assertThat(third).doesNotContain("goes on from " + folder);
            assertThat(nolook(
                            "verify",
                            "--config",
                            SHIPPED,
                            "-D",
                            kafka,
                            "-D",
                            SMALL,
                            "--out",
                            folder.resolve("verify").toString()))
                    .isZero();
        }
    }

    private static String page(String address) throws IOException, InterruptedException {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://" + address + "/metrics"))
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .body();
    }

    private interface Work {
        void run() throws Exception;
    }

    /** What the command printed. */
    private static String whileItRuns(String[] command, Work work) throws Exception {
        StringWriter out = new StringWriter();
        CommandLine nolook = Main.commandLine();
        nolook.setOut(new PrintWriter(out, true));
        Thread job = new Thread(() -> nolook.execute(command));
        job.start();
        try {
            Awaitility.await()
                    .atMost(Duration.ofMinutes(1))
                    .until(() -> out.toString().contains("checkpoints: "));
            work.run();
        } finally {
            job.interrupt();
            job.join(90_000);
        }
        assertThat(job.isAlive()).isFalse();
        return out.toString();
    }

    private static void awaitTokens(KafkaSettings settings, int count) {
        Awaitility.await("committed tokens")
                .atMost(Duration.ofMinutes(2))
                .pollInterval(Duration.ofMillis(500))
                .until(() -> tokens(settings) > count);
    }

    private static int tokens(KafkaSettings settings) {
        return TopicRecords.tokens(settings, settings.tokensTopic()).values().stream()
                .mapToInt(List::size)
                .sum();
    }

    private static int nolook(String... arguments) {
        CommandLine nolook = Main.commandLine();
        nolook.setOut(new PrintWriter(new StringWriter()));
        return nolook.execute(arguments);
    }
}
