package io.nolook.local;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import kafka.tools.StorageTool;
import org.apache.kafka.common.Uuid;

/** The formatted folder and settings of one KRaft broker and controller on loopback. */
public final class BrokerFolder {
    /** Name of the listener that clients use, and a broker alone itself. */
    public static final String CLIENTS = "CLIENTS";

    /** Name of the listener that brokers of a cluster use among themselves. */
    private static final String BROKERS = "BROKERS";

    private static final List<String> INTERNAL =
            List.of("offsets.topic", "transaction.state.log", "share.coordinator.state.topic");

    private final Path folder;
    private final Properties properties;
    private final Ports ports;

    private BrokerFolder(Path folder, Properties properties, Ports ports) {
        this.folder = folder;
        this.properties = properties;
        this.ports = ports;
    }

    /**
     * Of one broker, all on loopback.
     *
     * @param clients that clients are told to come to
     * @param listening that the broker listens on for clients; another one where something stands between
     * @param brokers for the other brokers
     */
    public record Ports(int clients, int listening, int brokers) {}

    /** Formats a folder for a broker on free ports, without users. */
    public static BrokerFolder create(Path folder, Map<String, String> overrides) throws IOException {
        return create(folder, overrides, Map.of());
    }

    /**
     * Formats a folder for a broker on free ports.
     *
     * @param overrides of its settings; the listener of its clients is named {@value #CLIENTS}
     * @param users passwords by name, for SCRAM-SHA-512
     */
    public static BrokerFolder create(Path folder, Map<String, String> overrides, Map<String, String> users)
            throws IOException {
        return create(folder, freePort(), overrides, users);
    }

    /** The same, its clients coming to a port of loopback that nothing else listens on. */
    static BrokerFolder create(Path folder, int port, Map<String, String> overrides, Map<String, String> users)
            throws IOException {
        int controller = freePort();
        Properties properties = properties(folder, 1, port, controller);
        properties.put("controller.quorum.voters", voter(1, controller));
        properties.putAll(overrides);
        return written(
                folder,
                properties,
                new Ports(port, port, port),
                Uuid.randomUuid().toString(),
                users);
    }

    /**
     * Formats folders for brokers of one cluster on free ports: each record on three of them at most, and on all but one of
     * those before it is taken. Somebody is to carry clients from the port that they are told to the one that the broker
     * listens on; brokers reach each other directly.
     *
     * @param count of brokers, each a controller too
     */
    public static List<BrokerFolder> cluster(Path folder, int count) throws IOException {
        List<Ports> ports = new ArrayList<>();
        List<Integer> controllers = new ArrayList<>();
        List<String> voters = new ArrayList<>();
        for (int id = 1; id <= count; id++) {
            ports.add(new Ports(freePort(), freePort(), freePort()));
            controllers.add(freePort());
            voters.add(voter(id, controllers.get(id - 1)));
        }
        int replicas = Math.min(3, count);
        String clusterId = Uuid.randomUuid().toString();
        List<BrokerFolder> brokers = new ArrayList<>();
        for (int id = 1; id <= count; id++) {
            Path mine = Files.createDirectories(folder.resolve("broker-" + id));
            Properties properties = properties(mine, id, ports.get(id - 1).listening(), controllers.get(id - 1));
            listenTwice(properties, ports.get(id - 1));
            properties.put("controller.quorum.voters", String.join(",", voters));
            properties.put("default.replication.factor", Integer.toString(replicas));
            properties.put("min.insync.replicas", Integer.toString(Math.max(1, replicas - 1)));
            properties.put("transaction.state.log.min.isr", Integer.toString(Math.max(1, replicas - 1)));
            for (String topic : INTERNAL) {
                properties.put(topic + ".replication.factor", Integer.toString(replicas));
            }
            brokers.add(written(mine, properties, ports.get(id - 1), clusterId, Map.of()));
        }
        return brokers;
    }

    private static void listenTwice(Properties properties, Ports ports) {
        String brokers = "," + BROKERS + "://127.0.0.1:" + ports.brokers();
        properties.merge("listeners", brokers, (listeners, more) -> listeners.toString() + more);
        properties.put("advertised.listeners", CLIENTS + "://127.0.0.1:" + ports.clients() + brokers);
        properties.put("inter.broker.listener.name", BROKERS);
        properties.merge(
                "listener.security.protocol.map", "," + BROKERS + ":PLAINTEXT", (map, more) -> map.toString() + more);
    }

    private static String voter(int id, int port) {
        return id + "@127.0.0.1:" + port;
    }

    private static BrokerFolder written(
            Path folder, Properties properties, Ports ports, String clusterId, Map<String, String> users)
            throws IOException {
        Path file = folder.resolve("server.properties");
        try (var out = Files.newBufferedWriter(file)) {
            properties.store(out, null);
        }
        format(file, clusterId, users);
        return new BrokerFolder(folder, properties, ports);
    }

    /** A port of loopback that nothing listens on now. */
    public static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static Properties properties(Path folder, int id, int brokerPort, int controllerPort) {
        Properties properties = new Properties();
        properties.put("process.roles", "broker,controller");
        properties.put("node.id", Integer.toString(id));
        properties.put(
                "listeners", CLIENTS + "://127.0.0.1:" + brokerPort + ",CONTROLLER://127.0.0.1:" + controllerPort);
        properties.put("advertised.listeners", CLIENTS + "://127.0.0.1:" + brokerPort);
        properties.put("inter.broker.listener.name", CLIENTS);
        properties.put("controller.listener.names", "CONTROLLER");
        properties.put("listener.security.protocol.map", CLIENTS + ":PLAINTEXT,CONTROLLER:PLAINTEXT");
        properties.put("log.dirs", folder.resolve("log").toString());
        properties.put("auto.create.topics.enable", "false");
        properties.put("group.initial.rebalance.delay.ms", "0");
        properties.put("transaction.state.log.min.isr", "1");
        properties.put("share.coordinator.state.topic.min.isr", "1");
        for (String topic : INTERNAL) {
            properties.put(topic + ".replication.factor", "1");
            properties.put(topic + ".num.partitions", "1");
        }
        return properties;
    }

    private static void format(Path file, String clusterId, Map<String, String> users) throws IOException {
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        List<String> command =
                new ArrayList<>(List.of("format", "-c", file.toString(), "-t", clusterId, "--ignore-formatted"));
        users.forEach((name, password) -> {
            command.add("--add-scram");
            command.add("SCRAM-SHA-512=[name=" + name + ",password=" + password + "]");
        });
        int status = StorageTool.execute(
                command.toArray(String[]::new), new PrintStream(said, true, StandardCharsets.UTF_8));
        if (status != 0) {
            throw new IOException("the broker's storage was not formatted: " + said.toString(StandardCharsets.UTF_8));
        }
    }

    public Path folder() {
        return folder;
    }

    /** The file that a broker process is started with. */
    public Path file() {
        return folder.resolve("server.properties");
    }

    Properties properties() {
        return properties;
    }

    public Ports ports() {
        return ports;
    }

    public String bootstrapServers() {
        return "127.0.0.1:" + ports.clients();
    }
}
