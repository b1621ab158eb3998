package io.nolook.kafka;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.DescribeClusterOptions;
import org.apache.kafka.clients.admin.FinalizedVersionRange;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.errors.UnsupportedVersionException;

/**
 * What a cluster's brokers and topics are set to, as far as it tells.
 *
 * @param brokers how many are registered, those that are away too
 * @param brokerSettings of each broker that answers
 * @param topics by name, of those that are there and may be looked at
 * @param transactionVersion of the feature {@code transaction.version}, 0 where there is none
 * @param unseen why there is nothing about "broker ID" or "topic NAME"; a topic that is not there is none of them
 */
record ClusterSettings(
        int brokers,
        Map<String, Map<String, String>> brokerSettings,
        Map<String, Topic> topics,
        int transactionVersion,
        Map<String, String> unseen) {
    /** Where the brokers keep the state of transactions. */
    static final String TRANSACTION_STATE = "__transaction_state";

    /**
     * One topic.
     *
     * @param replicas of its partition that has the fewest
     */
    record Topic(int replicas, Map<String, String> settings) {}

    /**
     * Asks a cluster.
     *
     * @param topics that there are, beside {@value #TRANSACTION_STATE}
     * @throws IllegalStateException when it does not answer
     */
    static ClusterSettings read(Admin admin, Collection<String> topics) {
        Map<String, String> unseen = new TreeMap<>();
        Collection<Node> brokers = brokers(admin);
        Map<String, Map<String, String>> brokerSettings = new TreeMap<>();
        for (Node broker : brokers) {
            if (!broker.isFenced()) {
                ConfigResource resource = new ConfigResource(ConfigResource.Type.BROKER, broker.idString());
                seen(admin.describeConfigs(List.of(resource)).all(), "broker " + broker.idString(), unseen)
                        .ifPresent(found -> brokerSettings.put(broker.idString(), settings(found.get(resource))));
            }
        }
        Map<String, Topic> told = new TreeMap<>();
        Stream.concat(topics.stream(), Stream.of(TRANSACTION_STATE))
                .forEach(topic -> topic(admin, topic, unseen).ifPresent(found -> told.put(topic, found)));
        FinalizedVersionRange version = answer(admin.describeFeatures().featureMetadata())
                .finalizedFeatures()
                .get("transaction.version");
        return new ClusterSettings(
                brokers.size(), brokerSettings, told, version == null ? 0 : version.maxVersionLevel(), unseen);
    }

    /** Those that are away too, where the cluster can tell (Kafka 4). */
    private static Collection<Node> brokers(Admin admin) {
        DescribeClusterOptions all = new DescribeClusterOptions().includeFencedBrokers(true);
        return ask(admin.describeCluster(all).nodes(), UnsupportedVersionException.class::isInstance)
                .orElseGet(() -> answer(admin.describeCluster().nodes()));
    }

    private static Optional<Topic> topic(Admin admin, String name, Map<String, String> unseen) {
        String what = "topic " + name;
        Optional<TopicDescription> described = seen(
                        admin.describeTopics(List.of(name)).allTopicNames(), what, unseen)
                .map(found -> found.get(name));
        if (described.isEmpty()) {
            return Optional.empty();
        }
        int replicas = described.get().partitions().stream()
                .mapToInt(partition -> partition.replicas().size())
                .min()
                .orElse(0);
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, name);
        return seen(admin.describeConfigs(List.of(resource)).all(), what, unseen)
                .map(found -> new Topic(replicas, settings(found.get(resource))));
    }

    private static Map<String, String> settings(Config config) {
        return config.entries().stream()
                .filter(entry -> entry.value() != null)
                .collect(Collectors.toMap(ConfigEntry::name, ConfigEntry::value));
    }

    private static <T> T answer(KafkaFuture<T> future) {
        return ask(future, cause -> false).orElseThrow();
    }

    /** Empty where nobody may look or a broker is silent, which is noted, or where there is no such topic. */
    private static <T> Optional<T> seen(KafkaFuture<T> future, String what, Map<String, String> unseen) {
        return ask(future, cause -> {
            if (cause instanceof AuthorizationException || cause instanceof TimeoutException) {
                unseen.put(what, String.valueOf(cause.getMessage()));
                return true;
            }
            return cause instanceof UnknownTopicOrPartitionException;
        });
    }

    /**
     * @param absent whether a failure means that there is no answer to be had
     */
    private static <T> Optional<T> ask(KafkaFuture<T> future, Predicate<Throwable> absent) {
        try {
            return Optional.of(future.get());
        } catch (ExecutionException e) {
            if (absent.test(e.getCause())) {
                return Optional.empty();
            }
            throw Topics.unanswered(e);
        } catch (InterruptedException e) {
            throw Topics.interrupted(e);
        }
    }
}
