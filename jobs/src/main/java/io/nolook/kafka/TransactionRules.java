package io.nolook.kafka;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.flink.configuration.CheckpointingOptions;

/**
 * What exactly-once asks of a cluster's settings.
 *
 * <p>Refused is what no transaction can work with. Warned of is what holds until a broker dies, or a sink is silent for
 * long. What the cluster does not tell is not judged.
 */
final class TransactionRules {
    private static final String MAX_TIMEOUT = "transaction.max.timeout.ms";
    private static final String EXPIRATION = "transactional.id.expiration.ms";
    private static final String STATE_REPLICAS = "transaction.state.log.replication.factor";
    private static final String STATE_MIN_ISR = "transaction.state.log.min.isr";
    private static final String MIN_ISR = "min.insync.replicas";
    private static final String UNCLEAN = "unclean.leader.election.enable";
    /** From which on no late record of one transaction falls into the next of its producer (KIP-890). */
    private static final int GOOD_VERSION = 2;

    private final long timeoutMillis;
    private final long checkpointMillis;

    /**
     * What is wrong with a cluster, in words.
     *
     * @param refused why no job may start
     * @param warned what may be lost one day
     */
    record Findings(List<String> refused, List<String> warned) {}

    TransactionRules(KafkaSettings settings) {
        timeoutMillis =
                settings.configuration().get(KafkaOptions.TRANSACTION_TIMEOUT).toMillis();
        checkpointMillis = settings.configuration()
                .getOptional(CheckpointingOptions.CHECKPOINTING_INTERVAL)
                .orElse(Duration.ZERO)
                .toMillis();
    }

    Findings check(ClusterSettings cluster) {
        Findings findings = new Findings(new ArrayList<>(), new ArrayList<>());
        checkTimes(cluster, findings);
        checkVersion(cluster.transactionVersion(), findings);
        boolean stateToCome = Stream.of(cluster.topics(), cluster.unseen())
                .noneMatch(known -> known.containsKey(ClusterSettings.TRANSACTION_STATE)
                        || known.containsKey("topic " + ClusterSettings.TRANSACTION_STATE));
        if (stateToCome) {
            checkStateToCome(cluster, findings);
        }
        if (cluster.brokers() > 1) {
            cluster.topics().forEach((name, topic) -> checkTopic(name, topic, findings));
        }
        if (!cluster.unseen().isEmpty()) {
            findings.warned.add("settings that exactly-once depends on are not checked: found " + cluster.unseen()
                    + ", expected the right to DESCRIBE and DESCRIBE_CONFIGS and an answer; the job goes on without");
        }
        return findings;
    }

    private void checkTimes(ClusterSettings cluster, Findings findings) {
        least(cluster, MAX_TIMEOUT)
                .filter(most -> timeoutMillis > most.value)
                .ifPresent(most -> findings.refused.add(
                        KafkaOptions.TRANSACTION_TIMEOUT.key() + ": found " + timeoutMillis + " ms, expected at most "
                                + MAX_TIMEOUT + " = " + most.value + " of broker " + most.broker
                                + "; lower the one or raise the other"));
        long enough = Math.max(timeoutMillis, 2 * checkpointMillis);
        least(cluster, EXPIRATION)
                .filter(expiration -> expiration.value <= enough)
                .ifPresent(expiration -> findings.warned.add("broker " + expiration.broker + ": found " + EXPIRATION
                        + " = " + expiration.value
                        + ", expected above " + enough + ", by " + KafkaOptions.TRANSACTION_TIMEOUT.key() + " and "
                        + CheckpointingOptions.CHECKPOINTING_INTERVAL.key() + ": the id of a sink without records is"
                        + " forgotten, and its next record fails the job; raise it"));
    }

    /** A broker's value of a setting. */
    private record Of(String broker, long value) {}

    private static Optional<Of> least(ClusterSettings cluster, String key) {
        return cluster.brokerSettings().entrySet().stream()
                .filter(broker -> broker.getValue().containsKey(key))
                .map(broker ->
                        new Of(broker.getKey(), Long.parseLong(broker.getValue().get(key))))
                .min(Comparator.comparingLong(Of::value));
    }

    private static void checkVersion(int version, Findings findings) {
        if (version < GOOD_VERSION) {
            findings.warned.add("cluster: found feature transaction.version = " + version + ", expected "
                    + GOOD_VERSION + ": a record that a dead connection delayed may fall into the next transaction;"
                    + " kafka-features.sh upgrade --feature transaction.version=" + GOOD_VERSION);
        }
    }

    /** The state of transactions has no topic yet: the brokers' settings say how it will be made. */
    private static void checkStateToCome(ClusterSettings cluster, Findings findings) {
        Optional<Of> replicas = least(cluster, STATE_REPLICAS);
        Optional<Of> minIsr = least(cluster, STATE_MIN_ISR);
        if (replicas.isEmpty() || minIsr.isEmpty()) {
            return;
        }
        String where = "broker " + replicas.get().broker;
        int count = (int) replicas.get().value;
        if (count > cluster.brokers()) {
            findings.refused.add(where + ": found " + STATE_REPLICAS + " = " + count + " in a cluster of "
                    + cluster.brokers() + ", expected at most that: no transaction can begin; lower it or add brokers");
        } else if (cluster.brokers() > 1) {
            checkReplicas(
                    where, new Replicas(STATE_REPLICAS, count, STATE_MIN_ISR, (int) minIsr.get().value), findings);
        }
    }

    private static void checkTopic(String name, ClusterSettings.Topic topic, Findings findings) {
        int minIsr = Integer.parseInt(topic.settings().getOrDefault(MIN_ISR, "1"));
        checkReplicas("topic " + name, new Replicas("replication", topic.replicas(), MIN_ISR, minIsr), findings);
        if (topic.replicas() > 1 && "true".equals(topic.settings().get(UNCLEAN))) {
            findings.warned.add("topic " + name + ": found " + UNCLEAN + " = true, expected false: when brokers die,"
                    + " committed records may be lost");
        }
    }

    /** Two counts of copies and the settings that they are in. */
    private record Replicas(String key, int count, String minKey, int min) {}

    private static void checkReplicas(String where, Replicas found, Findings findings) {
        if (found.count == 1) {
            findings.warned.add(where + ": found " + found.key + " = 1, expected 3: while its broker is away nothing"
                    + " goes on, and what its disk loses is lost");
        } else if (found.min == 1) {
            findings.warned.add(where + ": found " + found.minKey + " = 1 with " + found.count
                    + " replicas, expected 2: what only one broker has is taken, and lost with its disk");
        }
    }
}
