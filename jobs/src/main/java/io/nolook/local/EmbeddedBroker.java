package io.nolook.local;

import java.io.IOException;
import java.util.Map;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.utils.Time;

/**
 * A real Kafka broker and controller (KRaft) in this process, on loopback.
 *
 * <p>Closing it stops the server and deletes its folder.
 */
public final class EmbeddedBroker implements AutoCloseable {
    private final BrokerFolder folder;
    private final KafkaRaftServer server;

    private EmbeddedBroker(BrokerFolder folder, KafkaRaftServer server) {
        this.folder = folder;
        this.server = server;
    }

    /** Starts a broker whose logs live in a new temporary folder; returns when it takes connections. */
    public static EmbeddedBroker start(Map<String, String> overrides) throws IOException {
        return start(overrides, Map.of());
    }

    /** The same with users, as {@link BrokerFolder} takes them. */
    public static EmbeddedBroker start(Map<String, String> overrides, Map<String, String> users) throws IOException {
        BrokerFolder folder =
                BrokerFolder.create(TemporaryFolder.create("nolook-kafka-").path(), overrides, users);
        KafkaRaftServer server = new KafkaRaftServer(new KafkaConfig(folder.properties()), Time.SYSTEM);
        server.startup();
        return new EmbeddedBroker(folder, server);
    }

    public String bootstrapServers() {
        return folder.bootstrapServers();
    }

    @Override
    public void close() {
        server.shutdown();
        server.awaitShutdown();
        new TemporaryFolder(folder.folder()).close();
    }
}
