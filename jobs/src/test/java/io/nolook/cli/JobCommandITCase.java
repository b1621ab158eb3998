package io.nolook.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.nolook.cluster.ClusterJob;
import io.nolook.cluster.ClusterJobs;
import io.nolook.job.JarCluster;
import io.nolook.job.tokenize.Recording;
import io.nolook.kafka.KafkaOptions;
import io.nolook.kafka.KafkaSettings;
import io.nolook.kafka.TopicRecords;
import io.nolook.local.EmbeddedBroker;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** A job on a cluster of processes, from its start over changes that fail and one that does not to its end. */
class JobCommandITCase {
    private static final Duration TIMEOUT = Duration.ofMinutes(2);
    private static final int SLOTS = 2;
    private static final int CAMERAS = 2;
    private static final int FRAMES = 120;

    @TempDir
    private static Path folder;

    private static EmbeddedBroker broker;
    private static JarCluster cluster;
    private static Path config;

    private record Said(int status, String out, String err) {}

    @BeforeAll
    static void start() throws Exception {
        broker = EmbeddedBroker.start(Map.of());
        cluster = JarCluster.start(folder, SLOTS);
        Path models = Path.of("../operators/src/test/resources/models").toAbsolutePath();
        config = Files.write(
                folder.resolve("nolook.properties"),
                List.of(
                        "kafka.bootstrap.servers = " + broker.bootstrapServers(),
                        "model.encoder = " + models.resolve("tiny-encoder.onnx"),
                        "frame.size = 32x32",
                        "topics.replication = 1",
                        "topics.partitions = 2",
                        "parallelism.default = 1",
                        "inference.device = cpu",
                        "execution.checkpointing.interval = 500 ms",
                        "execution.checkpointing.dir = "
                                + folder.resolve("checkpoints").toUri()));
    }

    @AfterAll
    static void stop() {
        cluster.close();
        broker.close();
    }

    @Test
    void aJobIsStartedListedUpgradedStoppedAndCancelled() throws Exception {
        Recording recording = new Recording(CAMERAS, FRAMES);
        assertThat(nolook("run", "tokenize", "--jobmanager", cluster.address(), "--config", config.toString()).status)
                .isZero();
        ClusterJob first = running();
        recording.send(settings(), 0, FRAMES / 2);
        awaitTokens(CAMERAS * 10);
        assertThat(job("list").out)
                .contains("nolook-tokenize  " + first.id() + "  RUNNING  20")
                .containsPattern("\\d+ s  0\\R");

        refusesASecondOne(first);
        refusesOneElsewhere(recording);
        leavesItRunningWhenTheNewOptionsAreWrong(first);

        Said upgraded = job("upgrade", "tokenize", "--config", config.toString(), "-D", "parallelism.default=2");
        assertThat(upgraded.status).as(upgraded.toString()).isZero();
        assertThat(upgraded.out).contains("model admitted: ", "savepoint: file:", "job tokenize: ");
        ClusterJob second = running();
        assertThat(second.id()).isNotEqualTo(first.id());
        recording.send(settings(), FRAMES * 3 / 4, FRAMES);
        awaitTokens(CAMERAS * 25);
        assertThat(nolook(
                                "verify",
                                "--config",
                                config.toString(),
                                "--out",
                                folder.resolve("verify").toString())
                        .status)
                .isZero();

        goesBackWhenTheNewOneDoesNotComeUp(second);
        cancels();
    }

    private static void refusesASecondOne(ClusterJob first) {
        String[] again = {"run", "tokenize", "--jobmanager", cluster.address(), "--config", config.toString()};
        assertThat(nolook(again))
                .satisfies(said -> assertThat(said.status).isEqualTo(1))
                .satisfies(said -> assertThat(said.err)
                        .contains("delivery.transaction-prefix: found nolook-tokenize in use by job nolook-tokenize "
                                + first.id()));
        assertThat(nolook(again[0], again[1], again[2], again[3], again[4], again[5], "--unless-running"))
                .satisfies(said -> assertThat(said.status).isZero())
                .satisfies(said -> assertThat(said.out).contains(first.id() + " (RUNNING, left as it is)"));
    }

    /** Only the broker knows, and only while frames come. */
    private static void refusesOneElsewhere(Recording recording) throws InterruptedException {
        Thread cameras = new Thread(() -> {
            for (int frame = FRAMES / 2; frame < FRAMES * 3 / 4; frame++) {
                recording.send(settings(), frame, frame + 1);
            }
        });
        cameras.start();
        Said said = nolook("run", "tokenize", "--config", config.toString(), "-D", "delivery.transaction-watch=1 min");
        cameras.join();
        assertThat(said.status).isEqualTo(1);
        assertThat(said.out).contains("watching for 60.0 s");
        assertThat(said.err)
                .contains(
                        "delivery.transaction-prefix: found nolook-tokenize in use on this broker: transaction nolook-"
                                + "tokenize-tokens-0-");
    }

    private static void leavesItRunningWhenTheNewOptionsAreWrong(ClusterJob first) throws Exception {
        Map<String, String> wrong = Map.of(
                "frame.size=31x32",
                "frame.size",
                "model.encoder=" + folder.resolve("none.onnx"),
                "--no-model-check",
                "parallelism.default=" + (SLOTS + 1),
                "parallelism.default",
                "delivery.transaction-prefix=other",
                "expected nolook-tokenize as it runs",
                "pipeline.max-parallelism=64",
                "expected 720 as it runs");
        for (Map.Entry<String, String> option : wrong.entrySet()) {
            Said said = job("upgrade", "tokenize", "--config", config.toString(), "-D", option.getKey());
            assertThat(said.status).as(option.getKey()).isEqualTo(1);
            assertThat(said.err).contains(option.getValue());
            assertThat(running().id()).isEqualTo(first.id());
        }
    }

    /** What only a TaskManager finds out; then the version of before goes on from the savepoint. */
    private static void goesBackWhenTheNewOneDoesNotComeUp(ClusterJob second) throws Exception {
        int before = tokens();
        Said said = job(
                "upgrade",
                second.id(),
                "--config",
                config.toString(),
                "--no-model-check",
                "-D",
                "model.encoder=" + folder.resolve("none.onnx"),
                "-D",
                "restart-strategy.type=none");
        assertThat(said.status).isEqualTo(1);
        assertThat(said.err).contains("the new job does not run: ", "none.onnx", "to go back");
        assertThat(cluster.rest().freeSlots()).isEqualTo(SLOTS);
        String back = said.err.replaceAll("(?s).*(execution.state-recovery.path=\\S+).*", "$1");
        assertThat(nolook(
                                "run",
                                "tokenize",
                                "--jobmanager",
                                cluster.address(),
                                "--config",
                                config.toString(),
                                "-D",
                                back)
                        .status)
                .isZero();
        running();
        assertThat(tokens()).isEqualTo(before);
        Said stopped = job("stop", "tokenize");
        assertThat(stopped.status).isZero();
        assertThat(stopped.out).containsPattern("\\Rfile:\\S+savepoint-\\S+\\R");
    }

    private static void cancels() throws Exception {
        assertThat(nolook("run", "archive", "--jobmanager", cluster.address(), "--config", config.toString()).status)
                .isZero();
        assertThat(job("cancel", "nolook-archive").status).isZero();
        Said none = job("cancel", "archive");
        assertThat(none.status).isEqualTo(1);
        assertThat(none.err).contains("found no job archive at http://" + cluster.address());
        assertThat(job("list").out).contains("CANCELED", "FINISHED", "FAILED");
    }

    private static ClusterJob running() throws Exception {
        ClusterJobs jobs = new ClusterJobs(cluster.rest());
        Awaitility.await("the only job").atMost(TIMEOUT).until(() -> {
            List<ClusterJob> living =
                    jobs.all().stream().filter(ClusterJob::lives).toList();
            return living.size() == 1 && living.get(0).runs() && jobs.works(living.get(0));
        });
        return jobs.living("tokenize");
    }

    private static KafkaSettings settings() {
        Configuration options = new Configuration();
        options.set(KafkaOptions.BOOTSTRAP_SERVERS, broker.bootstrapServers());
        return new KafkaSettings(options);
    }

    private static void awaitTokens(int count) {
        Awaitility.await("committed tokens")
                .atMost(TIMEOUT)
                .pollInterval(Duration.ofMillis(500))
                .until(() -> tokens() >= count);
    }

    private static int tokens() {
        return TopicRecords.tokens(settings(), settings().tokensTopic()).values().stream()
                .mapToInt(List::size)
                .sum();
    }

    private static Said job(String command, String... more) {
        List<String> words = new ArrayList<>(List.of("job", command, "--jobmanager", cluster.address()));
        words.addAll(List.of(more));
        return nolook(words.toArray(String[]::new));
    }

    private static Said nolook(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine nolook =
                Main.commandLine().setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
        int status = nolook.execute(arguments);
        return new Said(status, out.toString(), err.toString());
    }
}
