package io.nolook.local;

import io.nolook.job.KafkaJob;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import org.apache.flink.api.common.JobID;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * A job on a Flink MiniCluster in this process, whose TaskManager can be ended and replaced.
 *
 * <p>Checkpoints lie in a temporary folder, deleted on closing.
 */
public final class LocalCluster implements AutoCloseable {
    private final TemporaryFolder folder;
    private final MiniCluster cluster;
    private final JobID job;
    private int taskManagers = 1;

    private LocalCluster(TemporaryFolder folder, MiniCluster cluster, JobID job) {
        this.folder = folder;
        this.cluster = cluster;
        this.job = job;
    }

    /**
     * Starts a cluster of one TaskManager with a job.
     *
     * @param options as {@link LocalJob} takes them
     * @param make the job
     */
    public static LocalCluster start(Configuration options, Function<Configuration, ? extends KafkaJob> make)
            throws Exception {
        TemporaryFolder folder = TemporaryFolder.create("nolook-flink-");
        KafkaJob job = make.apply(LocalJob.withDefaults(folder, options));
        MiniCluster cluster = new MiniCluster(new MiniClusterConfiguration.Builder()
                .setConfiguration(job.configuration())
                .setNumTaskManagers(1)
                .setNumSlotsPerTaskManager(2)
                .build());
        cluster.start();
        StreamExecutionEnvironment environment =
                StreamExecutionEnvironment.getExecutionEnvironment(job.configuration());
        job.wire(environment);
        JobID id = cluster.submitJob(environment.getStreamGraph().getJobGraph())
                .get()
                .getJobID();
        return new LocalCluster(folder, cluster, id);
    }

    /** Ends the TaskManager with all that it holds, and starts another one. */
    public void replaceTaskManager() throws Exception {
        cluster.terminateTaskManager(taskManagers - 1).get();
        cluster.startTaskManager();
        taskManagers++;
    }

    /** Takes what has arrived to its end, tails included, commits it and stops. */
    public void drain() throws InterruptedException, ExecutionException {
        String savepoint = folder.path().resolve("savepoint").toUri().toString();
        cluster.stopWithSavepoint(job, savepoint, true, SavepointFormatType.CANONICAL)
                .get();
    }

    @Override
    public void close() throws Exception {
        cluster.close();
        folder.close();
    }
}
