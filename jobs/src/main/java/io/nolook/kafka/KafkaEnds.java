package io.nolook.kafka;

import io.nolook.kafka.KafkaOptions.Delivery;
import io.nolook.record.OutgoingTokens;
import io.nolook.record.ReceivedRecord;
import io.nolook.schema.ActionEvent;
import io.nolook.schema.ActionScores;
import io.nolook.schema.AnomalyEvent;
import io.nolook.schema.ArchiveSegment;
import io.nolook.schema.ControlReport;
import io.nolook.schema.FailedFrame;
import io.nolook.schema.Frame;
import io.nolook.schema.Surprise;
import io.nolook.schema.TokenFrame;
import io.nolook.schema.TokenSequence;
import java.util.List;
import java.util.Properties;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.flink.connector.kafka.sink.AdminClosingKafkaSink;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.flink.connector.kafka.sink.TransactionNamingStrategy;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.KafkaSourceBuilder;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.kafka.common.IsolationLevel;

/** The sources and sinks of the settings. */
public final class KafkaEnds {
    /** Of records whose identities and labels are most alike: a sixth of token frames in batches of four and more. */
    private static final String COMPRESSED = "zstd";
    /** Of records that are coded already. */
    private static final String PLAIN = "none";

    private static final String TOKENS = "tokens";
    private static final String DEAD_LETTERS = "dead-letters";
    private static final String DECODED_FRAMES = "decoded-frames";
    private static final String ACTION_SCORES = "action-scores";
    private static final String ACTIONS = "actions";
    private static final String SURPRISE = "surprise";
    private static final String ANOMALIES = "anomalies";
    private static final String GENERATED = "generated";
    private static final String ARCHIVE = "archive";
    private static final String SEQUENCES = "sequences";

    /** What sinks are for, behind the prefix in their transactional ids. */
    static final List<String> ROLES = List.of(
            TOKENS,
            DEAD_LETTERS,
            DECODED_FRAMES,
            ACTION_SCORES,
            ACTIONS,
            SURPRISE,
            ANOMALIES,
            GENERATED,
            ARCHIVE,
            SEQUENCES);

    /** Transactional ids are used again, so that a broker keeps few. */
    private static final TransactionNamingStrategy NAMING = TransactionNamingStrategy.POOLING;

    private static final String DISCOVERY_MILLIS = "30000";

    private final KafkaSettings settings;
    private final int maxRecordBytes;
    private final RecordSchemas records;

    /**
     * @param maxRecordBytes largest record that the sinks must be able to write
     */
    public KafkaEnds(KafkaSettings settings, int maxRecordBytes) {
        this.settings = settings;
        this.maxRecordBytes = maxRecordBytes;
        records = new RecordSchemas(settings.wireFormat());
    }

    public KafkaSource<ReceivedRecord> frames() {
        return source(settings.framesTopic(), IsolationLevel.READ_UNCOMMITTED);
    }

    /** Token frames that are there for good: those of transactions that were committed. */
    public KafkaSource<ReceivedRecord> tokenRecords() {
        return source(settings.tokensTopic(), IsolationLevel.READ_COMMITTED);
    }

    private KafkaSource<ReceivedRecord> source(String topic, IsolationLevel isolation) {
        KafkaSourceBuilder<ReceivedRecord> source = KafkaSource.<ReceivedRecord>builder()
                .setProperty("partition.discovery.interval.ms", DISCOVERY_MILLIS)
                .setProperties(settings.client())
                .setProperty("isolation.level", isolation.toString())
                .setTopics(topic)
                .setGroupId(settings.configuration().get(KafkaOptions.GROUP_ID))
                .setStartingOffsets(settings.startingOffsets())
                .setDeserializer(new ReceivedRecordSchema(settings.wireFormat()));
        settings.stoppingOffsets().ifPresent(source::setBounded);
        return source.build();
    }

    /** Commands, from the first that is still there on. */
    public KafkaSource<ReceivedRecord> control() {
        return KafkaSource.<ReceivedRecord>builder()
                .setProperty("partition.discovery.interval.ms", "-1") // it has one that matters
                .setProperties(settings.client())
                .setProperty("commit.offsets.on.checkpoint", "false")
                .setTopics(settings.controlTopic())
                .setStartingOffsets(OffsetsInitializer.earliest())
                .setDeserializer(new ReceivedRecordSchema(settings.wireFormat()))
                .build();
    }

    /** What tasks make of commands: at once, and again after a failure. */
    public KafkaSink<ControlReport> controlReports() {
        Properties properties = settings.client();
        properties.putIfAbsent("linger.ms", "5");
        return KafkaSink.<ControlReport>builder()
                .setKafkaProducerConfig(properties)
                .setBootstrapServers(settings.configuration().get(KafkaOptions.BOOTSTRAP_SERVERS))
                .setDeliveryGuarantee(DeliveryGuarantee.AT_LEAST_ONCE)
                .setRecordSerializer(records.controlReports(settings.controlStatusTopic()))
                .build();
    }

    public KafkaSink<OutgoingTokens> tokens() {
        return sink(records.outgoingTokens(settings.tokensTopic()), TOKENS, COMPRESSED);
    }

    public KafkaSink<FailedFrame> deadLetters() {
        return sink(records.failedFrames(settings.deadLettersTopic()), DEAD_LETTERS, PLAIN);
    }

    public KafkaSink<Frame> decodedFrames() {
        return sink(records.frames(settings.decodedFramesTopic()), DECODED_FRAMES, PLAIN);
    }

    public KafkaSink<ActionScores> actionScores() {
        return sink(records.actionScores(settings.actionScoresTopic()), ACTION_SCORES, COMPRESSED);
    }

    public KafkaSink<ActionEvent> actions() {
        return sink(records.actionEvents(settings.actionsTopic()), ACTIONS, PLAIN);
    }

    public KafkaSink<Surprise> surprises() {
        return sink(records.surprises(settings.surpriseTopic()), SURPRISE, COMPRESSED);
    }

    public KafkaSink<AnomalyEvent> anomalies() {
        return sink(records.anomalyEvents(settings.anomaliesTopic()), ANOMALIES, PLAIN);
    }

    public KafkaSink<TokenFrame> generated() {
        return sink(records.tokenFrames(settings.generatedTopic()), GENERATED, COMPRESSED);
    }

    public KafkaSink<ArchiveSegment> archive() {
        return sink(records.archiveSegments(settings.archiveTopic()), ARCHIVE, PLAIN);
    }

    public KafkaSink<TokenSequence> sequences() {
        return sink(records.tokenSequences(settings.sequencesTopic()), SEQUENCES, COMPRESSED);
    }

    private <T> KafkaSink<T> sink(KafkaRecordSerializationSchema<T> schema, String role, String compression) {
        boolean exactly = settings.delivery() == Delivery.EXACTLY_ONCE;
        long timeout =
                settings.configuration().get(KafkaOptions.TRANSACTION_TIMEOUT).toMillis();
        Properties properties = settings.client();
        properties.setProperty("transaction.timeout.ms", Long.toString(timeout));
        properties.setProperty("max.request.size", Integer.toString(maxRecordBytes));
        properties.putIfAbsent("compression.type", compression);
        properties.putIfAbsent("linger.ms", "5");
        String prefix = settings.configuration().get(KafkaOptions.TRANSACTION_PREFIX) + "-" + role;
        KafkaSink<T> plain = KafkaSink.<T>builder()
                .setKafkaProducerConfig(properties)
                .setBootstrapServers(settings.configuration().get(KafkaOptions.BOOTSTRAP_SERVERS))
                .setDeliveryGuarantee(exactly ? DeliveryGuarantee.EXACTLY_ONCE : DeliveryGuarantee.AT_LEAST_ONCE)
                .setTransactionalIdPrefix(prefix)
                .setTransactionNamingStrategy(NAMING)
                .setRecordSerializer(schema)
                .build();
        return exactly ? new AdminClosingKafkaSink<>(plain, prefix, schema, NAMING) : plain;
    }
}
