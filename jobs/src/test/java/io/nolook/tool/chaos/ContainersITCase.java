package io.nolook.tool.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.ContainerNetwork;
import com.github.dockerjava.api.model.Volume;
import io.nolook.cluster.ClusterRest;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.Container.ExecResult;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;
import org.testcontainers.images.builder.ImageFromDockerfile;

/**
 * The images of {@code deploy/images} on a Docker engine: submitted to a cluster that does not know the job, a killed
 * TaskManager and a broker cut off from the network cost no token.
 */
@Tag("docker")
class ContainersITCase {
    private static final Waiting PATIENTLY = new Waiting(Duration.ofMinutes(3));
    /** A busy machine takes a minute to start a Java process in a container. */
    private static final Duration STARTING = Duration.ofMinutes(4);

    private static final Path HOME = Path.of("..").toAbsolutePath().normalize();
    private static final String KAFKA = "kafka.bootstrap.servers=broker:9092";
    private static final int CAMERAS = 3;
    private static final int SECONDS = 40;
    private static final String ALL = CAMERAS * SECONDS * 25 + " frames";

    private static final ImageFromDockerfile FLINK = image("flink");
    private static final Network NETWORK = Network.newNetwork();
    private static final String CHECKPOINTS = "nolook-test-" + UUID.randomUUID();
    private static final GenericContainer<?> BROKER =
            container(image("broker")).withNetworkAliases("broker").withExposedPorts(9092);
    private static final GenericContainer<?> JOB_MANAGER = container(FLINK)
            .withNetworkAliases("jobmanager")
            .withCommand(process("jobmanager"))
            .withExposedPorts(8081);
    private static final GenericContainer<?> FIRST = taskManager();
    private static final GenericContainer<?> SECOND = taskManager();
    private static final GenericContainer<?> SHELL = container(image("tools"))
            .withCreateContainerCmdModifier(command -> command.withEntrypoint("sleep", "infinity"));

    private static ImageFromDockerfile image(String target) {
        String base = System.getenv().getOrDefault("NOLOOK_BASE", "eclipse-temurin:17-jre");
        ImageFromDockerfile image = new ImageFromDockerfile("nolook-test/" + target, false)
                .withBuildArg("BASE", base)
                .withTarget(target);
        for (String path : List.of(
                "jobs/target/lib",
                "jobs/target/cluster",
                "jobs/target/nolook.jar",
                "jobs/target/nolook-jobs.jar",
                "jobs/target/plugins",
                "deploy/images/entrypoint.sh",
                "deploy/images/config.yaml",
                "deploy/images/log4j2.properties",
                "deploy/images/zookeeper.properties",
                "deploy/images/broker.properties")) {
            image.withFileFromPath(path, HOME.resolve(path));
        }
        return image.withFileFromPath("Dockerfile", HOME.resolve("deploy/images/Dockerfile"));
    }

    private static GenericContainer<?> container(ImageFromDockerfile image) {
        return new GenericContainer<>(image)
                .withNetwork(NETWORK)
                .withStartupTimeout(STARTING)
                .withCreateContainerCmdModifier(command -> command.getHostConfig()
                        .withBinds(new Bind(CHECKPOINTS, new Volume("/var/lib/nolook/checkpoints"))));
    }

    private static GenericContainer<?> taskManager() {
        return container(FLINK).withCommand(process("taskmanager"));
    }

    /** Without ZooKeeper, which {@code ComposeITCase} has. */
    private static String[] process(String role) {
        return new String[] {
            role, "-D", "heartbeat.timeout=6000", "-D", "heartbeat.interval=1000", "-D", "high-availability.type=NONE"
        };
    }

    @BeforeAll
    static void start() throws Exception {
        for (GenericContainer<?> container : List.of(SHELL, BROKER, JOB_MANAGER, FIRST, SECOND)) {
            container.start();
        }
        PATIENTLY.until("both TaskManagers", () -> rest().taskManagers() == 2);
    }

    @AfterAll
    static void stop() {
        for (GenericContainer<?> container : List.of(FIRST, SECOND, JOB_MANAGER, BROKER, SHELL)) {
            container.stop();
        }
        NETWORK.close();
        docker().removeVolumeCmd(CHECKPOINTS).exec();
    }

    @Test
    void aKilledTaskManagerAndABrokerCutOffCostNoToken() throws Exception {
        for (GenericContainer<?> container : List.of(SHELL, BROKER, JOB_MANAGER, FIRST)) {
            assertThat(container.execInContainer("id", "-u").getStdout().trim()).isEqualTo("10001");
        }
        String job = submitted();
        List<CompletableFuture<String>> cameras = new ArrayList<>();
        for (int camera = 0; camera < CAMERAS; camera++) {
            cameras.add(sending("camera-" + camera, camera));
        }
        // ingest needs the broker to begin; it takes its time to start on a busy machine
        PATIENTLY.until("frames of every camera", () -> verified().contains(CAMERAS + " cameras, "));
        awaitCheckpoint(job);

        docker().killContainerCmd(FIRST.getContainerId()).withSignal("KILL").exec();
        docker().startContainerCmd(FIRST.getContainerId()).exec();
        awaitCheckpoint(job);

        docker().disconnectFromNetworkCmd()
                .withNetworkId(NETWORK.getId())
                .withContainerId(BROKER.getContainerId())
                .exec();
        TimeUnit.SECONDS.sleep(8); // longer than a heartbeat may be late
        docker().connectToNetworkCmd()
                .withNetworkId(NETWORK.getId())
                .withContainerId(BROKER.getContainerId())
                .withContainerNetwork(new ContainerNetwork().withAliases("broker"))
                .exec();
        awaitCheckpoint(job);

        for (CompletableFuture<String> camera : cameras) {
            assertThat(camera.get(3, TimeUnit.MINUTES)).contains("frames");
        }
        PATIENTLY.until("checkpoint of every frame", () -> verified().contains(ALL));
        drain(job);
        assertThat(verified("--all")).contains(ALL);
    }

    private static String submitted() throws Exception {
        String said = nolook(
                JOB_MANAGER,
                "submit",
                "tokenize",
                "-D",
                KAFKA,
                "-D",
                "topics.replication=1",
                "-D",
                "topics.partitions=4",
                "-D",
                "parallelism.default=2",
                "-D",
                "frame.size=64x64",
                "-D",
                "execution.checkpointing.interval=1s",
                "-D",
                "restart-strategy.type=fixed-delay",
                "-D",
                "restart-strategy.fixed-delay.attempts=1000",
                "-D",
                "restart-strategy.fixed-delay.delay=1s");
        Matcher id = Pattern.compile("job nolook-tokenize: ([0-9a-f]{32})").matcher(said);
        assertThat(id.find()).as(said).isTrue();
        return id.group(1);
    }

    private static CompletableFuture<String> sending(String camera, int seed) throws Exception {
        String video = "/tmp/" + camera + ".mp4";
        nolook("simulate", "--seconds", "" + SECONDS, "--seed", "" + seed, "--size", "96x72", "--out", video);
        return CompletableFuture.supplyAsync(() -> {
            try {
                return nolook("ingest", video, "--camera", camera, "-D", KAFKA);
            } catch (IOException | InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    private static void awaitCheckpoint(String job) throws Exception {
        long after = System.currentTimeMillis();
        PATIENTLY.until("completed checkpoint", () -> rest().completedCheckpointBegan(job) > after);
    }

    private static void drain(String job) throws Exception {
        String request = rest().stop(job, "file:///var/lib/nolook/checkpoints/savepoints", Map.of("drain", true));
        AtomicReference<Optional<String>> savepoint = new AtomicReference<>(Optional.empty());
        PATIENTLY.until("savepoint", () -> {
            savepoint.set(rest().savepoint(job, request));
            return savepoint.get().isPresent();
        });
        PATIENTLY.until(
                "end of the job",
                () -> rest().state(job).filter("FINISHED"::equals).isPresent());
    }

    private static String verified(String... more) throws IOException, InterruptedException {
        List<String> command =
                new ArrayList<>(List.of("verify", "-D", KAFKA, "-D", "frame.size=64x64", "--out", "verified"));
        command.addAll(List.of(more));
        return nolook(command.toArray(String[]::new));
    }

    private static String nolook(String... arguments) throws IOException, InterruptedException {
        return nolook(SHELL, arguments);
    }

    private static String nolook(GenericContainer<?> container, String... arguments)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("nolook"));
        command.addAll(List.of(arguments));
        ExecResult result = container.execInContainer(command.toArray(String[]::new));
        assertThat(result.getExitCode())
                .as("%s%n%s%n%s", command, result.getStdout(), result.getStderr())
                .isZero();
        return result.getStdout();
    }

    private static ClusterRest rest() {
        return new ClusterRest(JOB_MANAGER.getMappedPort(8081));
    }

    private static DockerClient docker() {
        return DockerClientFactory.instance().client();
    }
}
