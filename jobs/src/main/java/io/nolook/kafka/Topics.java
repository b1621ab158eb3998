package io.nolook.kafka;

import io.nolook.record.DeadLetters;
import io.nolook.record.TokenFrameIntake;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Creates the topics of a job with the right settings, or checks the ones that are there. */
public final class Topics {
    private static final Logger LOG = LoggerFactory.getLogger(Topics.class);

    private static final long TIMEOUT_SECONDS = 30;

    private static final String UNLIMITED = "-1";

    /** Largest command or report: some thousand cameras by name. */
    static final int CONTROL_BYTES = 1 << 20;

    private final KafkaSettings settings;
    private final Map<String, TopicNeeds> needs;
    private final Written written;

    /** How records come to topics. */
    private enum Written {
        BY_JOB,
        WITHOUT_TRANSACTIONS
    }

    /**
     * The topics of tokenizing.
     *
     * @param frameMaxBytes {@code frame.max-bytes}, which the topics must be able to carry
     */
    public Topics(KafkaSettings settings, int frameMaxBytes) {
        this(
                settings,
                Map.of(
                        settings.framesTopic(),
                        any(frameRecordBytes(frameMaxBytes)),
                        settings.tokensTopic(),
                        any(frameRecordBytes(0)),
                        settings.deadLettersTopic(),
                        any(deadLetterBytes(frameMaxBytes))));
    }

    /** The topics that a sender of cameras writes to. */
    public static Topics ofCameras(KafkaSettings settings, int frameMaxBytes) {
        TopicNeeds status = new TopicNeeds(DeadLetters.ENVELOPE_BYTES, TopicNeeds.Retention.COMPACTED, "nothing");
        return new Topics(
                settings,
                Map.of(
                        settings.framesTopic(),
                        any(frameRecordBytes(frameMaxBytes)),
                        settings.cameraStatusTopic(),
                        status),
                Written.WITHOUT_TRANSACTIONS);
    }

    /** The topics of commands and of what becomes of them. */
    public static Topics ofControl(KafkaSettings settings) {
        return new Topics(
                settings,
                Map.of(
                        settings.controlTopic(),
                        new TopicNeeds(CONTROL_BYTES, TopicNeeds.Retention.COMPACTED, "nothing"),
                        settings.controlStatusTopic(),
                        new TopicNeeds(CONTROL_BYTES, TopicNeeds.Retention.ANY, "nothing")),
                Written.WITHOUT_TRANSACTIONS);
    }

    /** The topics of a generating job. */
    public static Topics ofGenerating(KafkaSettings settings) {
        int deadLetter = deadLetterBytes(TokenFrameIntake.MAX_BYTES);
        TopicNeeds small = new TopicNeeds(DeadLetters.ENVELOPE_BYTES, TopicNeeds.Retention.ANY, "nothing");
        TopicNeeds tokens = new TopicNeeds(TokenFrameIntake.MAX_BYTES, TopicNeeds.Retention.ANY, "nothing");
        return new Topics(
                settings,
                Map.of(
                        settings.tokensTopic(), small,
                        settings.surpriseTopic(), small,
                        settings.anomaliesTopic(), small,
                        settings.generatedTopic(), tokens,
                        settings.deadLettersTopic(), new TopicNeeds(deadLetter, TopicNeeds.Retention.ANY, "nothing")));
    }

    /**
     * The topics of a job.
     *
     * @param needs by topic
     */
    public Topics(KafkaSettings settings, Map<String, TopicNeeds> needs) {
        this(settings, needs, Written.BY_JOB);
    }

    private Topics(KafkaSettings settings, Map<String, TopicNeeds> needs, Written written) {
        this.settings = settings;
        this.needs = new TreeMap<>(needs);
        this.written = written;
    }

    private static TopicNeeds any(int maxRecordBytes) {
        return new TopicNeeds(maxRecordBytes, TopicNeeds.Retention.ANY, "frame.max-bytes");
    }

    /** Largest record of the frames topic: a picture and its envelope. */
    public static int frameRecordBytes(int frameMaxBytes) {
        return Math.addExact(frameMaxBytes, DeadLetters.ENVELOPE_BYTES);
    }

    /** Largest dead letter: a record of the frames topic and its own envelope. */
    public static int deadLetterBytes(int frameMaxBytes) {
        return Math.addExact(frameRecordBytes(frameMaxBytes), DeadLetters.ENVELOPE_BYTES);
    }

    /**
     * Creates what is missing and checks the rest, and for a job what the cluster's settings mean for its transactions.
     *
     * @return partitions by topic
     * @throws IllegalStateException naming the topic and the setting, when one would refuse records of allowed size, or
     *     the broker cannot be reached
     * @throws IllegalArgumentException naming the settings that no transaction works with
     */
    public Map<String, Integer> ensure() {
        try (Admin admin = admin()) {
            Set<String> existing = get(admin.listTopics().names());
            List<NewTopic> missing = new ArrayList<>();
            needs.forEach((topic, need) -> {
                if (!existing.contains(topic)) {
                    missing.add(newTopic(topic, need));
                }
            });
            Set<String> created = create(admin, missing);
            Map<String, Integer> partitions = new TreeMap<>();
            needs.forEach((topic, need) -> {
                partitions.put(topic, awaitLeaders(admin, topic));
                if (!created.contains(topic)) {
                    check(admin, topic, need);
                }
            });
            if (written == Written.BY_JOB && settings.delivery() == KafkaOptions.Delivery.EXACTLY_ONCE) {
                checkTransactions(admin);
            }
            return partitions;
        }
    }

    /**
     * The identity of the broker's cluster: another one knows nothing of what was written to this.
     *
     * @throws IllegalStateException when the broker cannot be reached
     */
    public static String clusterId(KafkaSettings settings) {
        Topics topics = new Topics(settings, Map.of());
        try (Admin admin = topics.admin()) {
            return get(admin.describeCluster().clusterId());
        }
    }

    /**
     * Deletes the oldest records of partitions, for good.
     *
     * @param offsets by partition: that of the first record that stays
     * @throws IllegalStateException when the broker does not do it
     */
    public static void deleteBefore(KafkaSettings settings, String topic, Map<Integer, Long> offsets) {
        Map<TopicPartition, RecordsToDelete> deleted = new HashMap<>();
        offsets.forEach((partition, offset) ->
                deleted.put(new TopicPartition(topic, partition), RecordsToDelete.beforeOffset(offset)));
        try (Admin admin = new Topics(settings, Map.of()).admin()) {
            get(admin.deleteRecords(deleted).all());
        }
    }

    private Admin admin() {
        try {
            return Admin.create(settings.client());
        } catch (KafkaException e) {
            throw new IllegalStateException(
                    KafkaOptions.BOOTSTRAP_SERVERS.key() + ": found " + address()
                            + ", which no client can be made for: "
                            + (e.getCause() == null ? e : e.getCause()).getMessage(),
                    e);
        }
    }

    private String address() {
        return settings.configuration().get(KafkaOptions.BOOTSTRAP_SERVERS);
    }

    /** Creates topics; those that another process has made meanwhile are left out of what is returned. */
    private static Set<String> create(Admin admin, List<NewTopic> missing) {
        Set<String> created = new HashSet<>();
        admin.createTopics(missing).values().forEach((topic, done) -> {
            try {
                done.get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
                created.add(topic);
            } catch (ExecutionException | TimeoutException e) {
                if (!(e.getCause() instanceof TopicExistsException)) {
                    throw unanswered(e);
                }
            } catch (InterruptedException e) {
                throw interrupted(e);
            }
        });
        return created;
    }

    private NewTopic newTopic(String topic, TopicNeeds need) {
        int replicas = settings.configuration().get(KafkaOptions.TOPIC_REPLICATION);
        Map<String, String> configs = new HashMap<>();
        configs.put(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, Integer.toString(Math.max(need.maxRecordBytes(), 1 << 20)));
        boolean compacted = need.retention() == TopicNeeds.Retention.COMPACTED;
        configs.put(
                TopicConfig.CLEANUP_POLICY_CONFIG,
                compacted ? TopicConfig.CLEANUP_POLICY_COMPACT : TopicConfig.CLEANUP_POLICY_DELETE);
        if (need.retention() == TopicNeeds.Retention.UNLIMITED) {
            configs.put(TopicConfig.RETENTION_MS_CONFIG, UNLIMITED);
            configs.put(TopicConfig.RETENTION_BYTES_CONFIG, UNLIMITED);
            configs.put(TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG, "CreateTime");
        }
        return new NewTopic(
                        topic,
                        Optional.of(settings.configuration().get(KafkaOptions.TOPIC_PARTITIONS)),
                        replicas == -1 ? Optional.empty() : Optional.of((short) replicas))
                .configs(configs);
    }

    private static void check(Admin admin, String topic, TopicNeeds need) {
        Config config = config(admin, new ConfigResource(ConfigResource.Type.TOPIC, topic));
        long found =
                Long.parseLong(config.get(TopicConfig.MAX_MESSAGE_BYTES_CONFIG).value());
        if (found < need.maxRecordBytes()) {
            throw new IllegalStateException("topic " + topic + ": found max.message.bytes = " + found
                    + ", expected at least " + need.maxRecordBytes() + "; raise it or lower " + need.option());
        }
        String cleanup = config.get(TopicConfig.CLEANUP_POLICY_CONFIG).value();
        boolean compacts = cleanup.contains(TopicConfig.CLEANUP_POLICY_COMPACT);
        if (need.retention() == TopicNeeds.Retention.COMPACTED) {
            if (!compacts) {
                throw new IllegalStateException("topic " + topic + ": found cleanup.policy = " + cleanup
                        + ", expected compact: it grows for ever, and forgets cameras that are as they were");
            }
        } else if (compacts) {
            throw new IllegalStateException("topic " + topic + ": found cleanup.policy = " + cleanup
                    + ", expected delete: compaction keeps one record a camera");
        }
        if (need.retention() == TopicNeeds.Retention.UNLIMITED) {
            expect(config, topic, TopicConfig.RETENTION_MS_CONFIG, UNLIMITED);
            expect(config, topic, TopicConfig.RETENTION_BYTES_CONFIG, UNLIMITED);
            expect(config, topic, TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG, "CreateTime");
        }
    }

    private static void expect(Config config, String topic, String key, String expected) {
        String found = config.get(key).value();
        if (!found.equals(expected)) {
            throw new IllegalStateException("topic " + topic + ": found " + key + " = " + found + ", expected "
                    + expected + ": the archive must keep its records and their times");
        }
    }

    private void checkTransactions(Admin admin) {
        TransactionRules.Findings findings =
                new TransactionRules(settings).check(ClusterSettings.read(admin, needs.keySet()));
        if (!findings.refused().isEmpty()) {
            throw new IllegalArgumentException(String.join("\n", findings.refused()));
        }
        findings.warned().forEach(LOG::warn);
    }

    /**
     * Waits until every partition of a topic answers; how many there are.
     *
     * <p>A topic exists before its leaders do. An idempotent producer whose first batch meets a partition in between
     * may number its batches anew, be refused for it, and hang until it gives up.
     */
    private static int awaitLeaders(Admin admin, String topic) {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(TIMEOUT_SECONDS);
        while (true) {
            try {
                TopicDescription described = admin.describeTopics(List.of(topic))
                        .allTopicNames()
                        .get(TIMEOUT_SECONDS, TimeUnit.SECONDS)
                        .get(topic);
                Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
                described
                        .partitions()
                        .forEach(partition ->
                                ends.put(new TopicPartition(topic, partition.partition()), OffsetSpec.latest()));
                get(admin.listOffsets(ends).all());
                return ends.size();
            } catch (ExecutionException | TimeoutException e) {
                if (!(e.getCause() instanceof UnknownTopicOrPartitionException) || System.nanoTime() > until) {
                    throw unanswered(e);
                }
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
            } catch (InterruptedException e) {
                throw interrupted(e);
            }
        }
    }

    private static Config config(Admin admin, ConfigResource resource) {
        Map<ConfigResource, Config> found =
                get(admin.describeConfigs(List.of(resource)).all());
        return found.get(resource);
    }

    private static <T> T get(KafkaFuture<T> future) {
        try {
            return future.get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw unanswered(e);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    static IllegalStateException unanswered(Exception e) {
        String why = e instanceof TimeoutException ? "nothing within " + TIMEOUT_SECONDS + " s" : e.getMessage();
        return new IllegalStateException(
                KafkaOptions.BOOTSTRAP_SERVERS.key() + ": the broker did not answer: " + why
                        + "; is it running, and reachable from here?",
                e);
    }

    static IllegalStateException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new IllegalStateException("interrupted while asking the broker", e);
    }
}
