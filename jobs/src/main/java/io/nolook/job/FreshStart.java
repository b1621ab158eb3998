package io.nolook.job;

import io.nolook.cluster.ClusterJob;
import io.nolook.cluster.ClusterJobs;
import io.nolook.kafka.KafkaOptions;
import io.nolook.kafka.TransactionWatch;
import java.util.Optional;
import java.util.function.Consumer;

/** What a job that is submitted anew must not meet: another one that writes with its transaction prefix. */
public final class FreshStart {

    private FreshStart() {}

    /**
     * Refuses a job that writes by transactions and runs already, on this cluster or elsewhere.
     *
     * @param said takes a line when it takes its time
     * @throws IllegalStateException naming the prefix and who has it
     */
    public static void require(KafkaJob job, ClusterJobs cluster, Consumer<String> said) throws InterruptedException {
        Optional<ClusterJob> running = running(job, cluster);
        if (running.isPresent() && job.kafka().delivery() == KafkaOptions.Delivery.EXACTLY_ONCE) {
            throw new IllegalStateException(KafkaOptions.TRANSACTION_PREFIX.key() + ": found " + prefix(job)
                    + " in use by job " + running.get().name() + " "
                    + running.get().id() + " on this cluster ("
                    + running.get().state() + "), expected a prefix that no running job has; stop that job, upgrade it,"
                    + " or set another prefix");
        }
        require(job, said);
    }

    /** Refuses a job whose transaction prefix is in use on the broker. */
    public static void require(KafkaJob job, Consumer<String> said) throws InterruptedException {
        new TransactionWatch(job.kafka()).requireUnused(said);
    }

    /** The job of a cluster that has this one's transaction prefix. */
    public static Optional<ClusterJob> running(KafkaJob job, ClusterJobs cluster) throws InterruptedException {
        return cluster.saying(KafkaOptions.TRANSACTION_PREFIX.key(), prefix(job));
    }

    private static String prefix(KafkaJob job) {
        return job.configuration().get(KafkaOptions.TRANSACTION_PREFIX);
    }
}
