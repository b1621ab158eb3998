package io.nolook.cli;

import io.nolook.job.KafkaJob;
import java.net.InetSocketAddress;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * A job, and the cluster that it is sent to with the job jar, over REST.
 *
 * @param job its options checked
 * @param address of the cluster
 */
record ClusterSubmission(KafkaJob job, InetSocketAddress address) {

    /** How many tasks the job will have side by side: the slots that it needs. */
    int parallelism() {
        return environment().getParallelism();
    }

    /**
     * Checks topics and graph as a start does, and starts nothing.
     *
     * @throws IllegalStateException naming the topic or the broker that is not as the job needs it
     */
    void rehearse() {
        StreamExecutionEnvironment environment = environment();
        job.wire(environment);
        environment.getStreamGraph().getJobGraph();
    }

    /** Sends the job; its id. */
    String start() throws Exception {
        return job.start(environment()).getJobID().toHexString();
    }

    private StreamExecutionEnvironment environment() {
        return StreamExecutionEnvironment.createRemoteEnvironment(
                address.getHostString(), address.getPort(), job.configuration(), jobJar());
    }

    /** What a cluster does not have: this project's jobs, its models, the connector. It lies beside this jar. */
    private static String jobJar() {
        Path here;
        try {
            here = Path.of(ClusterSubmission.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
        Path jar = here.resolveSibling("nolook-jobs.jar");
        if (!Files.isRegularFile(jar)) {
            throw new IllegalStateException(
                    "found no " + jar + ", expected the job jar beside " + here + ": build with ./nolook --help");
        }
        return jar.toString();
    }
}
