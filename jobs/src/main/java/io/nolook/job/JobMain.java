package io.nolook.job;

import io.nolook.cluster.ClusterJobs;
import io.nolook.cluster.ClusterRest;
import io.nolook.option.OptionSources;
import java.util.function.Function;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.DeploymentOptions;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * What the {@code main} of every job does: options from its arguments, then the job where it was started.
 *
 * <p>That is how {@code flink run} and the Flink Kubernetes Operator start it.
 */
public final class JobMain {

    private JobMain() {}

    /**
     * Starts a job and returns; on a cluster that has no room for it, or runs it already, nothing is started.
     *
     * @param arguments {@code --config FILE} and {@code -D KEY=VALUE}, as often as needed
     * @param make the job
     * @throws IllegalArgumentException naming the argument or option that is wrong
     * @throws IllegalStateException when the cluster lacks slots, or the transaction prefix is in use
     */
    public static void run(String[] arguments, Function<Configuration, KafkaJob> make) throws Exception {
        KafkaJob job = make.apply(OptionSources.parse(arguments).read());
        StreamExecutionEnvironment environment =
                StreamExecutionEnvironment.getExecutionEnvironment(job.configuration());
        String target = environment.getConfiguration().get(DeploymentOptions.TARGET);
        if ("remote".equals(target)) {
            ClusterRest cluster = new ClusterRest(
                    environment.getConfiguration().get(RestOptions.ADDRESS),
                    environment.getConfiguration().get(RestOptions.PORT));
            FreshStart.require(job, new ClusterJobs(cluster), System.out::println);
            requireSlots(cluster, environment.getParallelism());
        } else if (!"embedded".equals(target)) { // a JobManager runs this itself, and again when it recovers the job
            FreshStart.require(job, System.out::println);
        }
        JobClient client = job.start(environment);
        System.out.println("job " + job.name() + ": " + client.getJobID());
    }

    /**
     * Refuses a cluster that cannot run a job: Flink would wait for slots, and try again for ever.
     *
     * @throws IllegalStateException naming what was found and the option to change
     */
    public static void requireSlots(ClusterRest cluster, int parallelism) throws InterruptedException {
        int free = cluster.freeSlots();
        if (free >= 0 && free < parallelism) {
            throw new IllegalStateException("found " + free + " free slots on the cluster, expected at least "
                    + parallelism + " (parallelism.default): add TaskManagers or slots"
                    + " (taskmanager.numberOfTaskSlots), stop another job, or lower parallelism.default");
        }
    }
}
