package io.nolook.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nolook.local.EmbeddedBroker;
import java.util.List;
import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.Test;

/** What a broker says of its transaction settings, and what becomes of it at start. */
class TransactionSettingsITCase {
    private static final String PASSWORD = "correct-horse";

    @Test
    void aBrokerWithKafkasOwnDefaultsCannotBeginTransactionsAloneAndIsRefused() throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.start(Map.of("transaction.state.log.replication.factor", "3"))) {
            Topics topics = topics(options(broker));
            assertThatThrownBy(topics::ensure)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage(
                            "broker 1: found transaction.state.log.replication.factor = 3 in a cluster of 1, expected"
                                    + " at most that: no transaction can begin; lower it or add brokers");
            Configuration atLeastOnce = options(broker);
            atLeastOnce.set(KafkaOptions.DELIVERY, KafkaOptions.Delivery.AT_LEAST_ONCE);
            assertThat(topics(atLeastOnce).ensure()).containsKey("tokens");
        }
    }

    @Test
    void whatTheBrokerIsSetToIsRead() throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.start(Map.of("transactional.id.expiration.ms", "7000"));
                Admin admin = admin(options(broker))) {
            topics(options(broker)).ensure();
            ClusterSettings read = ClusterSettings.read(admin, List.of("tokens", "nowhere"));
            assertThat(read.brokers()).isOne();
            assertThat(read.brokerSettings().get("1"))
                    .containsEntry("transactional.id.expiration.ms", "7000")
                    .containsEntry("transaction.state.log.min.isr", "1")
                    .containsKey("transaction.max.timeout.ms");
            assertThat(read.topics()).containsOnlyKeys("tokens");
            assertThat(read.topics().get("tokens").replicas()).isOne();
            assertThat(read.topics().get("tokens").settings())
                    .containsEntry("min.insync.replicas", "1")
                    .containsEntry("unclean.leader.election.enable", "false");
            assertThat(read.transactionVersion()).isEqualTo(2);
            assertThat(read.unseen()).isEmpty();
        }
    }

    /** Whoever may do no more than write goes on, and it is said what was not looked at. */
    @Test
    void withoutTheRightToLookTheJobGoesOn() throws Exception {
        Map<String, String> settings = Map.of(
                "listener.security.protocol.map", "CLIENTS:SASL_PLAINTEXT,CONTROLLER:PLAINTEXT",
                "sasl.enabled.mechanisms", "SCRAM-SHA-512",
                "sasl.mechanism.inter.broker.protocol", "SCRAM-SHA-512",
                "listener.name.clients.scram-sha-512.sasl.jaas.config", login("broker"),
                "authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
                "super.users", "User:broker;User:ANONYMOUS");
        try (EmbeddedBroker broker = EmbeddedBroker.start(settings, Map.of("broker", PASSWORD, "nolook", PASSWORD));
                Admin operator = admin(as("broker", broker));
                Admin restricted = admin(as("nolook", broker))) {
            operator.createTopics(List.of(new NewTopic("tokens", 1, (short) 1)))
                    .all()
                    .get();
            operator.createAcls(List.of(allowed(AclOperation.WRITE), allowed(AclOperation.DESCRIBE_CONFIGS)))
                    .all()
                    .get();
            ClusterSettings read = ClusterSettings.read(restricted, List.of("tokens"));
            assertThat(read.unseen()).containsOnlyKeys("broker 1", "topic __transaction_state");
            assertThat(read.topics()).containsOnlyKeys("tokens");
            assertThat(topics(as("nolook", broker)).ensure()).containsEntry("tokens", 1);
        }
    }

    private static Topics topics(Configuration options) {
        return new Topics(
                new KafkaSettings(options), Map.of("tokens", new TopicNeeds(0, TopicNeeds.Retention.ANY, "nothing")));
    }

    private static Configuration options(EmbeddedBroker broker) {
        Configuration options = new Configuration();
        options.set(KafkaOptions.BOOTSTRAP_SERVERS, broker.bootstrapServers());
        return options;
    }

    private static Configuration as(String user, EmbeddedBroker broker) {
        Configuration options = options(broker);
        options.setString("kafka.security.protocol", "SASL_PLAINTEXT");
        options.setString("kafka.sasl.mechanism", "SCRAM-SHA-512");
        options.setString("kafka.sasl.jaas.config", login(user));
        return options;
    }

    private static Admin admin(Configuration options) {
        return Admin.create(new KafkaSettings(options).client());
    }

    private static String login(String user) {
        return "org.apache.kafka.common.security.scram.ScramLoginModule required username=\"" + user + "\" password=\""
                + PASSWORD + "\";";
    }

    private static AclBinding allowed(AclOperation operation) {
        return new AclBinding(
                new ResourcePattern(ResourceType.TOPIC, "tokens", PatternType.LITERAL),
                new AccessControlEntry("User:nolook", "*", operation, AclPermissionType.ALLOW));
    }
}
