package io.nolook.kafka;

import static org.apache.flink.configuration.ConfigOptions.key;

import java.time.Duration;
import java.util.List;
import org.apache.flink.configuration.ConfigOption;

/** Every option of the Kafka ends; {@code kafka.*} passes any other setting to all clients. */
public final class KafkaOptions {

    /** Prefix of settings that go to every Kafka client unchanged: security, timeouts. */
    public static final String CLIENT_PREFIX = "kafka.";

    /** Where a source without committed offsets begins. */
    public enum Start {
        COMMITTED_OR_EARLIEST,
        LATEST,
        TIMESTAMP
    }

    /** Where a source ends. */
    public enum Stop {
        NEVER,
        LATEST,
        TIMESTAMP
    }

    /** What consumers may rely on. */
    public enum Delivery {
        EXACTLY_ONCE,
        AT_LEAST_ONCE
    }

    public static final ConfigOption<String> BOOTSTRAP_SERVERS = key("kafka.bootstrap.servers")
            .stringType()
            .noDefaultValue()
            .withDescription("Brokers, host:port separated by commas. Required.");

    /** How records are written. */
    public enum RecordFormat {
        SINGLE_OBJECT,
        CONFLUENT
    }

    public static final ConfigOption<RecordFormat> RECORD_FORMAT = key("record.format")
            .enumType(RecordFormat.class)
            .defaultValue(RecordFormat.SINGLE_OBJECT)
            .withDescription(
                    "How records are written: as Avro single objects, or in the wire format of Confluent's schema"
                            + " registry. Both are read where record.registry.url is set.");

    public static final ConfigOption<String> REGISTRY_URL = key("record.registry.url")
            .stringType()
            .noDefaultValue()
            .withDescription("The schema registry, such as http://registry:8081.");

    public static final ConfigOption<String> REGISTRY_AUTHORIZATION = key("record.registry.authorization-secret")
            .stringType()
            .noDefaultValue()
            .withDescription("The header Authorization for the schema registry, such as 'Basic ...'.");

    public static final ConfigOption<String> FRAMES_TOPIC =
            key("topics.frames").stringType().defaultValue("frames").withDescription("Topic that cameras send to.");

    public static final ConfigOption<String> CAMERA_STATUS_TOPIC = key("topics.camera-status")
            .stringType()
            .defaultValue("camera-status")
            .withDescription("Compacted topic of how each camera is.");

    public static final ConfigOption<String> TOKENS_TOPIC =
            key("topics.tokens").stringType().defaultValue("tokens").withDescription("Topic of token frames.");

    public static final ConfigOption<String> ACTIONS_TOPIC = key("topics.actions")
            .stringType()
            .defaultValue("actions")
            .withDescription("Topic of actions that begin and end.");

    public static final ConfigOption<String> ACTION_SCORES_TOPIC = key("topics.action-scores")
            .stringType()
            .defaultValue("action-scores")
            .withDescription("Topic of a recognizer's probabilities after each token frame.");

    public static final ConfigOption<String> SURPRISE_TOPIC = key("topics.surprise")
            .stringType()
            .defaultValue("surprise")
            .withDescription("Topic of how surprising each token frame is.");

    public static final ConfigOption<String> GENERATED_TOPIC = key("topics.generated")
            .stringType()
            .defaultValue("generated")
            .withDescription("Topic of token frames that a language model drew, behind those that they continue.");

    public static final ConfigOption<String> ANOMALIES_TOPIC = key("topics.anomalies")
            .stringType()
            .defaultValue("anomalies")
            .withDescription("Topic of anomalies that begin and end.");

    public static final ConfigOption<String> DECODED_FRAMES_TOPIC = key("topics.decoded-frames")
            .stringType()
            .defaultValue("decoded-frames")
            .withDescription("Topic of frames decoded from tokens.");

    public static final ConfigOption<String> DEAD_LETTERS_TOPIC = key("topics.dead-letters")
            .stringType()
            .defaultValue("dead-letters")
            .withDescription("Topic of frames that failed, with their original bytes.");

    public static final ConfigOption<String> ARCHIVE_TOPIC =
            key("topics.archive").stringType().defaultValue("archive").withDescription("Topic of archived segments.");

    public static final ConfigOption<String> ARCHIVE_DELETIONS_TOPIC = key("topics.archive-deletions")
            .stringType()
            .defaultValue("archive-deletions")
            .withDescription("Topic of what archive expire deleted from topics.archive.");

    public static final ConfigOption<String> SEQUENCES_TOPIC = key("topics.sequences")
            .stringType()
            .defaultValue("sequences")
            .withDescription("Topic of token sequences for language models.");

    public static final ConfigOption<String> CONTROL_TOPIC = key("topics.control")
            .stringType()
            .defaultValue("control")
            .withDescription("Compacted topic of commands to tokenizing and generating jobs.");

    public static final ConfigOption<String> CONTROL_STATUS_TOPIC = key("topics.control-status")
            .stringType()
            .defaultValue("control-status")
            .withDescription("Topic of what their tasks make of commands.");

    public static final ConfigOption<Integer> TOPIC_PARTITIONS = key("topics.partitions")
            .intType()
            .defaultValue(8)
            .withDescription("Partitions of topics that are missing and created at start, 1 to 10000.");

    public static final ConfigOption<Integer> TOPIC_REPLICATION = key("topics.replication")
            .intType()
            .defaultValue(-1)
            .withDescription("Replicas of topics that are created, 1 to 32767; -1 takes the broker's default.");

    public static final ConfigOption<String> GROUP_ID = key("source.group-id")
            .stringType()
            .defaultValue("nolook-tokenize")
            .withDescription("Consumer group whose committed offsets show the lag; of other jobs nolook-JOB.");

    public static final ConfigOption<Start> START = key("source.start")
            .enumType(Start.class)
            .defaultValue(Start.COMMITTED_OR_EARLIEST)
            .withDescription("Where to begin without a checkpoint: committed-or-earliest, latest or timestamp.");

    public static final ConfigOption<Long> START_TIMESTAMP = key("source.start-timestamp")
            .longType()
            .defaultValue(0L)
            .withDescription("With source.start = timestamp: Kafka timestamp to begin at, milliseconds since 1970.");

    public static final ConfigOption<Stop> STOP = key("source.stop")
            .enumType(Stop.class)
            .defaultValue(Stop.NEVER)
            .withDescription("Where the source ends, and the job with it: never, latest (what is there at the start) or"
                    + " timestamp. Unfinished chunks and segments are completed at the end.");

    public static final ConfigOption<Long> STOP_TIMESTAMP = key("source.stop-timestamp")
            .longType()
            .defaultValue(0L)
            .withDescription("With source.stop = timestamp: Kafka timestamp of the first record of each partition that"
                    + " is not read, milliseconds since 1970.");

    public static final ConfigOption<Delivery> DELIVERY = key("delivery")
            .enumType(Delivery.class)
            .defaultValue(Delivery.EXACTLY_ONCE)
            .withDescription("exactly-once: tokens appear to read_committed consumers with each checkpoint."
                    + " at-least-once: at once, and again after a failure; (camera, epoch, clip, position) is unique.");

    public static final ConfigOption<String> TRANSACTION_PREFIX = key("delivery.transaction-prefix")
            .stringType()
            .defaultValue("nolook-tokenize")
            .withDescription(
                    "Prefix of the transactional ids; each job on a broker needs its own; of other jobs nolook-JOB.");

    public static final ConfigOption<Duration> TRANSACTION_TIMEOUT = key("delivery.transaction-timeout")
            .durationType()
            .defaultValue(Duration.ofMinutes(10))
            .withDescription("After a crash the job must be back within this time or its open tokens are lost; until"
                    + " it is back, consumers that read committed records wait, at most this long. At most the"
                    + " broker's transaction.max.timeout.ms (15 min).");

    public static final ConfigOption<Duration> TRANSACTION_WATCH = key("delivery.transaction-watch")
            .durationType()
            .noDefaultValue()
            .withDescription("How long a start without kept state watches the broker, and is refused when another job"
                    + " writes with this delivery.transaction-prefix; it takes no time where none ever did. By default"
                    + " two checkpoint intervals, at most 1 h; 0 s does not watch.");

    private KafkaOptions() {}

    /** All of them, in the order of the documentation. */
    public static List<ConfigOption<?>> all() {
        return List.of(
                BOOTSTRAP_SERVERS,
                RECORD_FORMAT,
                REGISTRY_URL,
                REGISTRY_AUTHORIZATION,
                FRAMES_TOPIC,
                CAMERA_STATUS_TOPIC,
                TOKENS_TOPIC,
                ACTIONS_TOPIC,
                ACTION_SCORES_TOPIC,
                SURPRISE_TOPIC,
                ANOMALIES_TOPIC,
                GENERATED_TOPIC,
                DECODED_FRAMES_TOPIC,
                DEAD_LETTERS_TOPIC,
                ARCHIVE_TOPIC,
                ARCHIVE_DELETIONS_TOPIC,
                SEQUENCES_TOPIC,
                CONTROL_TOPIC,
                CONTROL_STATUS_TOPIC,
                TOPIC_PARTITIONS,
                TOPIC_REPLICATION,
                GROUP_ID,
                START,
                START_TIMESTAMP,
                STOP,
                STOP_TIMESTAMP,
                DELIVERY,
                TRANSACTION_PREFIX,
                TRANSACTION_TIMEOUT,
                TRANSACTION_WATCH);
    }
}
