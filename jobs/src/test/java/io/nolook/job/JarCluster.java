package io.nolook.job;

import io.nolook.cluster.ClusterRest;
import io.nolook.local.BrokerFolder;
import io.nolook.tool.chaos.JvmProcess;
import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;

/** A JobManager and a TaskManager as processes that have Flink and the native libraries only. */
public final class JarCluster implements AutoCloseable {
    static final String CLASS_PATH = Path.of("target", "cluster").toAbsolutePath() + File.separator + "*";
    private static final Duration STARTING = Duration.ofMinutes(2);

    private final Path conf;
    private final int port;
    private final JvmProcess jobManager;
    private final JvmProcess taskManager;

    private JarCluster(Path folder, Path conf, int port) {
        this.conf = conf;
        this.port = port;
        jobManager =
                process(folder, "jobmanager", "org.apache.flink.runtime.entrypoint.StandaloneSessionClusterEntrypoint");
        taskManager = process(folder, "taskmanager", "org.apache.flink.runtime.taskexecutor.TaskManagerRunner");
    }

    /**
     * Starts both and waits for the slots.
     *
     * @param folder of configuration, logs and savepoints
     */
    public static JarCluster start(Path folder, int slots) throws IOException {
        int port = BrokerFolder.freePort();
        Path conf = Files.createDirectories(folder.resolve("conf"));
        Files.write(
                conf.resolve("config.yaml"),
                List.of(
                        "jobmanager.rpc.address: 127.0.0.1",
                        "jobmanager.rpc.port: " + BrokerFolder.freePort(),
                        "rest.address: 127.0.0.1",
                        "rest.port: " + port,
                        "execution.checkpointing.savepoint-dir: "
                                + folder.resolve("savepoints").toUri(),
                        "taskmanager.host: 127.0.0.1",
                        "taskmanager.numberOfTaskSlots: " + slots,
                        "taskmanager.cpu.cores: 1",
                        "taskmanager.memory.task.heap.size: 512m",
                        "taskmanager.memory.task.off-heap.size: 128m",
                        "taskmanager.memory.framework.heap.size: 128m",
                        "taskmanager.memory.framework.off-heap.size: 128m",
                        "taskmanager.memory.network.min: 32m",
                        "taskmanager.memory.network.max: 32m",
                        "taskmanager.memory.managed.size: 64m",
                        "taskmanager.memory.jvm-metaspace.size: 256m",
                        "taskmanager.memory.jvm-overhead.min: 64m",
                        "taskmanager.memory.jvm-overhead.max: 64m"));
        JarCluster cluster = new JarCluster(folder, conf, port);
        cluster.jobManager.start();
        cluster.taskManager.start();
        Awaitility.await().atMost(STARTING).until(() -> cluster.rest().freeSlots() == slots);
        return cluster;
    }

    private JvmProcess process(Path folder, String name, String main) {
        List<String> options = new ArrayList<>(opens());
        options.addAll(List.of("-Xmx768m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
        return new JvmProcess(name, folder, CLASS_PATH, options, List.of(main, "--configDir", conf.toString()));
    }

    static List<String> opens() {
        return ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(argument -> argument.startsWith("--add-opens") || argument.startsWith("--add-exports"))
                .toList();
    }

    Path conf() {
        return conf;
    }

    public ClusterRest rest() {
        return new ClusterRest(port);
    }

    /** HOST:PORT of the REST server. */
    public String address() {
        return "127.0.0.1:" + port;
    }

    @Override
    public void close() {
        taskManager.close();
        jobManager.close();
    }
}
