package io.nolook.local;

import java.io.IOException;
import java.util.Map;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.utils.Time;

/**
 * A real Kafka broker and controller (KRaft) in this process, on loopback.
 *
 * <p>Closing it stops the server and deletes its folder. One thread.
 */
public final class EmbeddedBroker implements AutoCloseable {
    private final BrokerFolder folder;
    private KafkaRaftServer server;

    private EmbeddedBroker(BrokerFolder folder) {
        this.folder = folder;
    }

    /** Starts a broker whose logs live in a new temporary folder; returns when it takes connections. */
    public static EmbeddedBroker start(Map<String, String> overrides) throws IOException {
        return start(overrides, Map.of());
    }

    /** The same with users, as {@link BrokerFolder} takes them. */
    public static EmbeddedBroker start(Map<String, String> overrides, Map<String, String> users) throws IOException {
        return start(BrokerFolder.freePort(), overrides, users);
    }

    /** The same on a port of loopback that nothing else listens on. */
    public static EmbeddedBroker start(int port) throws IOException {
        return start(port, Map.of(), Map.of());
    }

    private static EmbeddedBroker start(int port, Map<String, String> overrides, Map<String, String> users)
            throws IOException {
        BrokerFolder folder =
                BrokerFolder.create(TemporaryFolder.create("nolook-kafka-").path(), port, overrides, users);
        EmbeddedBroker broker = new EmbeddedBroker(folder);
        broker.startAgain();
        return broker;
    }

    /** Starts the server after {@link #stop}, with the data and on the ports it had. */
    public void startAgain() {
        server = new KafkaRaftServer(new KafkaConfig(folder.properties()), Time.SYSTEM);
        server.startup();
    }

    /** Stops the server in good order; its data stays. */
    public void stop() {
        server.shutdown();
        server.awaitShutdown();
    }

    public String bootstrapServers() {
        return folder.bootstrapServers();
    }

    @Override
    public void close() {
        stop();
        new TemporaryFolder(folder.folder()).close();
    }
}
