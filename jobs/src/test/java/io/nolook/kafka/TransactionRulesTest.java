package io.nolook.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.Test;

class TransactionRulesTest {
    private static final Map<String, String> BROKER = Map.of(
            "transaction.max.timeout.ms", "900000",
            "transactional.id.expiration.ms", "604800000",
            "transaction.state.log.replication.factor", "3",
            "transaction.state.log.min.isr", "2");

    private static final ClusterSettings.Topic SAFE = topic(3, "2", "false");

    private final Map<String, Map<String, String>> brokers = new HashMap<>(Map.of("1", BROKER, "2", BROKER));
    private final Map<String, ClusterSettings.Topic> topics =
            new HashMap<>(Map.of("tokens", SAFE, "__transaction_state", SAFE));
    private final Map<String, String> unseen = new HashMap<>();

    @Test
    void aClusterThatOutlivesABrokerIsTakenSilently() {
        assertThat(found(3, 2)).isEqualTo(new TransactionRules.Findings(List.of(), List.of()));
    }

    @Test
    void noTransactionLastsLongerThanTheStrictestBrokerAllows() {
        brokers.put("2", with("transaction.max.timeout.ms", "60000"));
        assertThat(found(3, 2).refused())
                .containsExactly("delivery.transaction-timeout: found 600000 ms, expected at most"
                        + " transaction.max.timeout.ms = 60000 of broker 2; lower the one or raise the other");
    }

    @Test
    void idsMustOutliveASilentSink() {
        brokers.put("1", with("transactional.id.expiration.ms", "600000"));
        assertThat(found(3, 2).refused()).isEmpty();
        assertThat(found(3, 2).warned())
                .singleElement()
                .asString()
                .startsWith("broker 1: found transactional.id.expiration.ms = 600000, expected above 600000");
    }

    @Test
    void oneCopyOrOneInSyncIsWarnedOfWhereThereAreBrokersForMore() {
        topics.put("tokens", topic(1, "1", "false"));
        topics.put("__transaction_state", topic(3, "1", "false"));
        assertThat(found(3, 2).refused()).isEmpty();
        assertThat(found(3, 2).warned())
                .anyMatch(line -> line.startsWith("topic tokens: found replication = 1, expected 3"))
                .anyMatch(line -> line.startsWith(
                        "topic __transaction_state: found min.insync.replicas = 1 with 3 replicas, expected 2"))
                .hasSize(2);
        assertThat(found(1, 2).warned())
                .as("one broker can hold no second copy")
                .isEmpty();
    }

    @Test
    void uncleanElectionsAreWarnedOf() {
        topics.put("tokens", topic(3, "2", "true"));
        assertThat(found(3, 2).warned())
                .singleElement()
                .asString()
                .startsWith("topic tokens: found unclean.leader.election.enable = true, expected false");
    }

    @Test
    void transactionsOfTheFirstVersionAreWarnedOf() {
        assertThat(found(3, 1).warned())
                .singleElement()
                .asString()
                .startsWith("cluster: found feature transaction.version = 1, expected 2");
    }

    @Test
    void stateThatNoClusterOfThisSizeCanHoldIsRefusedUnlessItIsThere() {
        assertThat(found(2, 2).refused()).isEmpty();
        topics.remove("__transaction_state");
        assertThat(found(2, 2).refused())
                .containsExactly(
                        "broker 1: found transaction.state.log.replication.factor = 3 in a cluster of 2, expected at most that:"
                                + " no transaction can begin; lower it or add brokers");
        brokers.replaceAll((broker, settings) -> with("transaction.state.log.replication.factor", "1"));
        assertThat(found(2, 2).warned())
                .singleElement()
                .asString()
                .startsWith("broker 1: found transaction.state.log.replication.factor = 1, expected 3");
    }

    @Test
    void whatMayNotBeSeenIsSaidOnceAndNotJudged() {
        brokers.clear();
        topics.clear();
        unseen.put("broker 1", "Cluster authorization failed.");
        unseen.put("topic __transaction_state", "Topic authorization failed.");
        assertThat(found(3, 2).refused()).isEmpty();
        assertThat(found(3, 2).warned())
                .singleElement()
                .asString()
                .contains("broker 1=Cluster authorization failed.", "__transaction_state", "DESCRIBE_CONFIGS");
    }

    private TransactionRules.Findings found(int brokerCount, int version) {
        Configuration options = new Configuration();
        options.set(KafkaOptions.BOOTSTRAP_SERVERS, "broker:9092");
        options.setString("execution.checkpointing.interval", "10 s");
        return new TransactionRules(new KafkaSettings(options))
                .check(new ClusterSettings(brokerCount, brokers, topics, version, unseen));
    }

    private static Map<String, String> with(String key, String value) {
        Map<String, String> settings = new HashMap<>(BROKER);
        settings.put(key, value);
        return settings;
    }

    private static ClusterSettings.Topic topic(int replicas, String minIsr, String unclean) {
        return new ClusterSettings.Topic(
                replicas, Map.of("min.insync.replicas", minIsr, "unclean.leader.election.enable", unclean));
    }
}
