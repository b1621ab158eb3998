package io.nolook.tool.chaos;

import io.nolook.cluster.ClusterRest;
import io.nolook.local.BrokerFolder;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Brokers, ZooKeeper, JobManager and TaskManagers as JVMs of their own on loopback.
 *
 * <p>The JobManager is highly available: what it must remember lies in ZooKeeper and in {@code ha/}. Clients reach each
 * broker through a {@link DelayedLink} of this process; brokers reach each other directly. Closing kills all
 * of them; the folder stays, with their logs.
 */
final class ChaosCluster implements AutoCloseable {
    private static final int SLOTS = 4;

    private final List<BrokerFolder> brokerFolders;
    private final List<JvmProcess> brokers = new ArrayList<>();
    private final List<DelayedLink> links = new ArrayList<>();
    private final JvmProcess zooKeeper;
    private final JvmProcess jobManager;
    private final List<JvmProcess> taskManagers = new ArrayList<>();
    private final int zooKeeperPort;
    private final int restPort;

    /**
     * @param folder of logs and state; made if missing
     * @param classPath of the processes
     * @param brokerCount how many
     * @param taskManagers how many, of four slots each
     */
    ChaosCluster(Path folder, String classPath, int brokerCount, int taskManagers) throws IOException {
        Path logs = Files.createDirectories(folder.resolve("logs"));
        brokerFolders = BrokerFolder.cluster(folder.resolve("kafka"), brokerCount);
        zooKeeperPort = BrokerFolder.freePort();
        restPort = BrokerFolder.freePort();
        Path conf = conf(folder);
        List<String> small = List.of("-Xmx384m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");
        zooKeeper = new JvmProcess(
                "zookeeper",
                logs,
                classPath,
                List.of("-Xmx128m", "-XX:+UseSerialGC", "-Dzookeeper.admin.enableServer=false"),
                List.of(
                        "org.apache.flink.shaded.zookeeper3.org.apache.zookeeper.server.ZooKeeperServerMain",
                        Integer.toString(zooKeeperPort),
                        Files.createDirectories(folder.resolve("zookeeper")).toString()));
        for (BrokerFolder broker : brokerFolders) {
            brokers.add(new JvmProcess(
                    broker.folder().getFileName().toString(),
                    logs,
                    classPath,
                    List.of("-Xmx384m", "-XX:+UseSerialGC"),
                    List.of("kafka.Kafka", broker.file().toString())));
        }
        jobManager = new JvmProcess(
                "jobmanager",
                logs,
                classPath,
                opened(small),
                List.of(
                        "org.apache.flink.runtime.entrypoint.StandaloneSessionClusterEntrypoint",
                        "--configDir",
                        conf.toString()));
        for (int i = 0; i < taskManagers; i++) {
            this.taskManagers.add(new JvmProcess(
                    "taskmanager-" + i,
                    logs,
                    classPath,
                    opened(List.of("-Xmx768m", "-XX:MaxDirectMemorySize=512m", "-XX:+UseSerialGC")),
                    List.of(
                            "org.apache.flink.runtime.taskexecutor.TaskManagerRunner",
                            "--configDir",
                            conf.toString(),
                            "-D",
                            "taskmanager.resource-id=taskmanager-" + i)));
        }
    }

    /** The modules that this process was given are given on. */
    private static List<String> opened(List<String> options) {
        List<String> all = new ArrayList<>(options);
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(argument -> argument.startsWith("--add-opens") || argument.startsWith("--add-exports"))
                .forEach(all::add);
        return all;
    }

    private Path conf(Path folder) throws IOException {
        Path conf = Files.createDirectories(folder.resolve("conf"));
        List<String> lines = List.of(
                "high-availability.type: zookeeper",
                "high-availability.zookeeper.quorum: 127.0.0.1:" + zooKeeperPort,
                "high-availability.zookeeper.client.session-timeout: 6000",
                "high-availability.storageDir: " + folder.resolve("ha").toUri(),
                "high-availability.cluster-id: /chaos",
                "jobmanager.rpc.address: 127.0.0.1",
                "jobmanager.bind-host: 127.0.0.1",
                "rest.address: 127.0.0.1",
                "rest.bind-address: 127.0.0.1",
                "rest.port: " + restPort,
                "heartbeat.interval: 1000",
                "heartbeat.timeout: 6000",
                "metrics.fetcher.update-interval: 200",
                "taskmanager.host: 127.0.0.1",
                "taskmanager.bind-host: 127.0.0.1",
                "taskmanager.numberOfTaskSlots: " + SLOTS,
                "taskmanager.cpu.cores: 1",
                "taskmanager.memory.task.heap.size: 384m",
                "taskmanager.memory.task.off-heap.size: 64m",
                "taskmanager.memory.framework.heap.size: 128m",
                "taskmanager.memory.framework.off-heap.size: 128m",
                "taskmanager.memory.network.min: 64m",
                "taskmanager.memory.network.max: 64m",
                "taskmanager.memory.managed.size: 256m",
                "taskmanager.memory.jvm-metaspace.size: 256m",
                "taskmanager.memory.jvm-overhead.min: 64m",
                "taskmanager.memory.jvm-overhead.max: 64m",
                "taskmanager.registration.timeout: 5 min",
                "resourcemanager.taskmanager-timeout: 10000",
                "io.tmp.dirs: " + Files.createDirectories(folder.resolve("tmp")));
        Files.write(conf.resolve("config.yaml"), lines);
        return conf;
    }

    /** Starts everything and waits until all TaskManagers have registered. */
    void start(Waiting waiting) throws Exception {
        zooKeeper.start();
        for (BrokerFolder broker : brokerFolders) {
            links.add(new DelayedLink(broker.ports().clients(), broker.ports().listening()));
        }
        for (JvmProcess broker : brokers) {
            broker.start();
        }
        jobManager.start();
        for (JvmProcess taskManager : taskManagers) {
            taskManager.start();
        }
        ClusterRest rest = rest();
        waiting.until("all TaskManagers", () -> rest.taskManagers() == taskManagers.size());
    }

    /** What a supervisor does: a process that gave up is started again. */
    void restartDead() throws IOException {
        for (JvmProcess process : all()) {
            if (!process.alive()) {
                process.start();
            }
        }
    }

    /** Has every process write what its threads do into its log. */
    void dumpThreads() throws IOException, InterruptedException {
        for (JvmProcess process : all()) {
            process.dumpThreads();
        }
    }

    private List<JvmProcess> all() {
        return Stream.of(taskManagers, List.of(jobManager), brokers, List.of(zooKeeper))
                .flatMap(List::stream)
                .toList();
    }

    ClusterRest rest() {
        return new ClusterRest(restPort);
    }

    int restPort() {
        return restPort;
    }

    int zooKeeperPort() {
        return zooKeeperPort;
    }

    /** Those that clients and other brokers come to. */
    List<Integer> brokerPorts(int broker) {
        BrokerFolder.Ports ports = brokerFolders.get(broker).ports();
        return List.of(ports.clients(), ports.brokers());
    }

    /** Between clients and each broker. */
    List<DelayedLink> links() {
        return links;
    }

    String bootstrapServers() {
        return brokerFolders.stream().map(BrokerFolder::bootstrapServers).collect(Collectors.joining(","));
    }

    List<JvmProcess> brokers() {
        return brokers;
    }

    JvmProcess jobManager() {
        return jobManager;
    }

    List<JvmProcess> taskManagers() {
        return taskManagers;
    }

    @Override
    public void close() {
        all().forEach(JvmProcess::close);
        links.forEach(DelayedLink::close);
    }
}
