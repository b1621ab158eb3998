package io.nolook.cli;

import io.nolook.cluster.ClusterJobs;
import io.nolook.cluster.ClusterRest;
import io.nolook.option.HostPort;
import java.net.InetSocketAddress;
import picocli.CommandLine.Option;

/** Where the JobManager is that a command asks. */
final class ClusterAddress {
    static final String OPTION = "--jobmanager";
    private static final String DEFAULT = "${env:NOLOOK_JOBMANAGER:-localhost:8081}";

    @Option(
            names = OPTION,
            paramLabel = "HOST:PORT",
            defaultValue = DEFAULT,
            description =
                    "REST address of a Flink 2.3 cluster (default: ${DEFAULT-VALUE}; NOLOOK_JOBMANAGER names another"
                            + " one).")
    private String text = "";

    InetSocketAddress address() {
        return HostPort.of(OPTION, text);
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
}
