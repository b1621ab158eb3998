package io.nolook.tool.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.nolook.cluster.ClusterJob;
import io.nolook.cluster.ClusterJobs;
import io.nolook.cluster.ClusterRest;
import io.nolook.local.BrokerFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The compose file on a Docker engine: every process is killed and comes back by itself, {@code up} is repeated, all of it
 * goes down and up; the job goes on, and no token is lost, repeated or different.
 */
@Tag("docker")
class ComposeITCase {
    private static final Waiting PATIENTLY = new Waiting(Duration.ofMinutes(4));
    private static final long COMMAND_MINUTES = 15;
    private static final Path FILE =
            Path.of("../deploy/compose/docker-compose.yml").toAbsolutePath().normalize();
    private static final String PROJECT =
            "nolooktest" + UUID.randomUUID().toString().substring(0, 8);

    private static List<String> compose;
    private static int port;

    @BeforeAll
    static void start() throws Exception {
        Optional<List<String>> found = Optional.empty();
        for (List<String> command : List.of(List.of("docker", "compose"), List.of("docker-compose"))) {
            if (found.isEmpty() && succeeds(command)) {
                found = Optional.of(command);
            }
        }
        assumeTrue(found.isPresent(), "found neither 'docker compose' nor 'docker-compose'");
        compose = found.get();
        port = BrokerFolder.freePort();
        compose("build", "broker", "jobmanager", "tokenize"); // an image each
        up();
    }

    private static boolean succeeds(List<String> command) throws InterruptedException {
        List<String> version = new ArrayList<>(command);
        version.add("version");
        try {
            return new ProcessBuilder(version)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false; // no such program
        }
    }

    @AfterAll
    static void stop() throws Exception {
        if (compose != null) {
            compose("--profile", "command", "down", "--volumes", "--remove-orphans");
        }
    }

    @Test
    void everythingComesBackAndTheJobGoesOn() throws Exception {
        ClusterJob job = awaitJob();
        awaitCheckpoint(job);
        for (String process : List.of("jobmanager", "taskmanager", "broker", "zookeeper")) {
            kill(process);
            awaitCheckpoint(job);
            assertThat(awaitJob().id()).as("after the end of the %s", process).isEqualTo(job.id());
        }

        String containers = compose("ps", "-q", "broker", "zookeeper", "jobmanager", "taskmanager");
        up();
        assertThat(compose("ps", "-q", "broker", "zookeeper", "jobmanager", "taskmanager"))
                .isEqualTo(containers);
        assertThat(awaitSubmitted()).contains(job.id() + " (RUNNING, left as it is)");
        awaitCheckpoint(job);

        compose("down");
        up();
        assertThat(awaitJob().id()).isEqualTo(job.id());
        awaitCheckpoint(job);

        assertThat(compose("run", "--rm", "job", "list")).contains("nolook-tokenize  " + job.id() + "  RUNNING");
        assertThat(compose("run", "--rm", "verify")).contains("passed");
        assertThat(compose("logs", "--no-color", "jobmanager"))
                .containsPattern("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z INFO ");
    }

    @Test
    void processesHaveNoRightsTheyDoNotNeed() throws Exception {
        for (String process : List.of("jobmanager", "taskmanager", "broker", "zookeeper", "camera")) {
            assertThat(compose("exec", "-T", process, "id", "-u").trim()).isEqualTo("10001");
            assertThat(compose("exec", "-T", process, "cat", "/proc/1/status"))
                    .containsPattern("NoNewPrivs:\\s+1")
                    .containsPattern("CapBnd:\\s+0{16}");
            assertThat(compose("exec", "-T", process, "sh", "-c", "touch /opt/nolook/x || echo read-only"))
                    .contains("read-only");
        }
    }

    private static void up() throws Exception {
        compose("up", "-d", "--no-build");
    }

    /** As by the kernel: the engine sees that it ended, and does what the restart policy says. */
    private static void kill(String service) throws Exception {
        String container = compose("ps", "-q", service).trim();
        long pid = Long.parseLong(run(List.of("docker", "inspect", "-f", "{{.State.Pid}}", container))
                .trim());
        Optional<ProcessHandle> process = ProcessHandle.of(pid);
        if (process.isEmpty() || !process.get().destroyForcibly()) { // not on this machine, or not ours
            run(List.of("docker", "kill", container));
            run(List.of("docker", "start", container));
        }
    }

    private static ClusterJobs jobs() {
        return new ClusterJobs(new ClusterRest(port));
    }

    private static ClusterJob awaitJob() throws Exception {
        PATIENTLY.until("running job", () -> {
            try {
                return jobs().living("tokenize").runs();
            } catch (IllegalStateException e) {
                return false; // the JobManager is not back yet
            }
        });
        return jobs().living("tokenize");
    }

    private static void awaitCheckpoint(ClusterJob job) throws Exception {
        long after = System.currentTimeMillis();
        PATIENTLY.until("completed checkpoint", () -> new ClusterRest(port).completedCheckpointBegan(job.id()) > after);
    }

    /** What the container that submits said when it had ended, last. */
    private static String awaitSubmitted() throws Exception {
        String container = compose("ps", "-q", "-a", "tokenize").trim();
        PATIENTLY.until(
                "end of the container that submits",
                () -> run(List.of("docker", "inspect", "-f", "{{.State.Status}} {{.State.ExitCode}}", container))
                        .trim()
                        .equals("exited 0"));
        return run(List.of("docker", "logs", container));
    }

    private static String compose(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(compose);
        command.addAll(List.of("-p", PROJECT, "-f", FILE.toString()));
        command.addAll(List.of(arguments));
        return run(command);
    }

    private static String run(List<String> command) throws Exception {
        Path said = Files.createTempFile("nolook-compose-", ".log");
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("NOLOOK_PORT", Integer.toString(port));
        Process process =
                builder.redirectErrorStream(true).redirectOutput(said.toFile()).start();
        boolean ended = process.waitFor(COMMAND_MINUTES, TimeUnit.MINUTES);
        String text = Files.readString(said);
        Files.delete(said);
        assertThat(ended && process.exitValue() == 0)
                .as("%s%n%s", command, text)
                .isTrue();
        return text;
    }
}
