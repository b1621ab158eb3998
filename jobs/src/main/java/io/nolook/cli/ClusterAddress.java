package io.nolook.cli;

import io.nolook.cluster.ClusterJobs;
import io.nolook.cluster.ClusterRest;
import java.net.InetSocketAddress;
import picocli.CommandLine.Option;

/** Where the JobManager is that a command asks. */
final class ClusterAddress {
    private static final String DEFAULT = "${env:NOLOOK_JOBMANAGER:-localhost:8081}";

    @Option(
            names = "--jobmanager",
            paramLabel = "HOST:PORT",
            defaultValue = DEFAULT,
            description =
                    "REST address of a Flink 2.3 cluster (default: ${DEFAULT-VALUE}; NOLOOK_JOBMANAGER names another"
                            + " one).")
    private String text = "";

    InetSocketAddress address() {
        return parse(text);
    }

    String text() {
        return text;
    }

    ClusterJobs jobs() {
        return new ClusterJobs(rest());
    }

    ClusterRest rest() {
        return rest(address());
    }

    static ClusterRest rest(InetSocketAddress address) {
        return new ClusterRest(address.getHostString(), address.getPort());
    }

    /**
     * Host and port, not resolved.
     *
     * @throws IllegalArgumentException when it is something else
     */
    static InetSocketAddress parse(String text) {
        int colon = text.lastIndexOf(':');
        if (colon > 0 && text.substring(colon + 1).matches("\\d{1,5}")) {
            int port = Integer.parseInt(text.substring(colon + 1));
            if (port <= 65535) {
                return InetSocketAddress.createUnresolved(text.substring(0, colon), port);
            }
        }
        throw new IllegalArgumentException("--jobmanager: found '" + text + "', expected HOST:PORT");
    }
}
