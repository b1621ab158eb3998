package io.nolook.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nolook.job.archive.TestTokens;
import io.nolook.kafka.KafkaOptions;
import io.nolook.kafka.KafkaSettings;
import io.nolook.local.EmbeddedBroker;
import io.nolook.record.TokenFrames;
import io.nolook.schema.ActionEvent;
import io.nolook.schema.ActionState;
import io.nolook.schema.AnomalyEvent;
import io.nolook.schema.AnomalyKind;
import io.nolook.schema.AnomalyStage;
import io.nolook.schema.ArchiveSegment;
import io.nolook.schema.SingleObject;
import io.nolook.schema.Surprise;
import io.nolook.schema.TokenFrame;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.table.api.EnvironmentSettings;
import org.apache.flink.table.api.TableEnvironment;
import org.apache.flink.types.Row;
import org.apache.flink.util.CloseableIterator;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The page on SQL: every statement on it runs, in its order, against a broker, and its answers are right. */
class SqlPageITCase {
    private static final int TOKEN_FRAMES = 40;
    private static final long START = TestTokens.START_MICROS;

    private static EmbeddedBroker broker;
    private static KafkaSettings kafka;
    private static TableEnvironment tables;
    private static List<List<Row>> answers;

    @BeforeAll
    static void runThePage() throws Exception {
        broker = EmbeddedBroker.start(Map.of());
        Configuration options = new Configuration();
        options.set(KafkaOptions.BOOTSTRAP_SERVERS, broker.bootstrapServers());
        options.set(KafkaOptions.TOPIC_REPLICATION, 1);
        options.set(KafkaOptions.TOPIC_PARTITIONS, 1);
        kafka = new KafkaSettings(options);
        for (String topic : List.of("tokens", "actions", "anomalies", "surprise", "archive", "spoilt")) {
            TestTokens.createTopic(kafka, topic);
        }
        TestTokens.send(kafka, List.of(TestTokens.camera(0, TOKEN_FRAMES), TestTokens.camera(1, TOKEN_FRAMES)), 0, 20);
        TestTokens.send(kafka, List.of(TestTokens.camera(0, TOKEN_FRAMES)), 20, TOKEN_FRAMES);
        send(
                "actions",
                SingleObject.actionEvents(),
                Stream.of(action(0, 3, true), action(0, 4, false), action(1, 200, true)));
        send("anomalies", SingleObject.anomalyEvents(), Stream.of(anomaly(0, 5), anomaly(1, 0)));
        send("surprise", SingleObject.surprises(), Stream.of(surprise(0, 8), surprise(0, 10)));
        send("archive", SingleObject.archiveSegments(), Stream.of(segment(0), segment(1)));
        Configuration flink = new Configuration();
        flink.set(CoreOptions.DEFAULT_PARALLELISM, 1);
        tables = TableEnvironment.create(EnvironmentSettings.newInstance()
                .inBatchMode()
                .withConfiguration(flink)
                .build());
        answers = new ArrayList<>();
        for (Block block : Page.read("deploy/docs/sql.md").blocks()) {
            boolean isClients = block.text().startsWith("SET "); // its environment is made so
            if (block.language().equals("sql") && !isClients) {
                answers.add(rows(block.text().replace("localhost:9092", broker.bootstrapServers())));
            }
        }
    }

    @AfterAll
    static void stopBroker() {
        broker.close();
    }

    private static List<Row> rows(String statement) throws Exception {
        List<Row> rows = new ArrayList<>();
        try (CloseableIterator<Row> found =
                tables.executeSql(statement.strip().replaceFirst(";$", "")).collect()) {
            found.forEachRemaining(rows::add);
        }
        return rows;
    }

    /** The answer of the nth question, from 0; two statements before set up. */
    private static List<Row> answer(int question) {
        return answers.get(2 + question);
    }

    @Test
    void theBusiestCameras() {
        List<TokenFrame> first = TestTokens.camera(0, TOKEN_FRAMES);
        long frames = first.stream().mapToLong(TokenFrame::getFrames).sum();
        assertThat(answer(0)).hasSize(2);
        assertThat(answer(0).get(0).getField("camera")).isEqualTo("camera-0");
        assertThat(answer(0).get(0).getField("token_frames")).isEqualTo((long) TOKEN_FRAMES);
        assertThat(((Number) answer(0).get(0).getField("frames")).longValue()).isEqualTo(frames);
        assertThat(answer(0).get(1).getField("token_frames")).isEqualTo(20L);
    }

    @Test
    void actionsAMinute() {
        assertThat(answer(1)).hasSize(1);
        assertThat(answer(1).get(0).getField("label")).isEqualTo("wave");
        assertThat(answer(1).get(0).getField("actions")).isEqualTo(2L);
    }

    @Test
    void gapsByReason() {
        List<TokenFrame> first = TestTokens.camera(0, TOKEN_FRAMES);
        first.stream()
                .filter(frame -> frame.getPosition() == 0)
                .map(frame -> frame.getKeyframeReason().name())
                .distinct()
                .forEach(reason -> {
                    List<TokenFrame> keyframes = first.stream()
                            .filter(frame -> frame.getPosition() == 0
                                    && frame.getKeyframeReason().name().equals(reason))
                            .toList();
                    Row row = answer(2).stream()
                            .filter(each -> "camera-0".equals(each.getField("camera"))
                                    && reason.equals(each.getField("keyframe_reason")))
                            .findFirst()
                            .orElseThrow();
                    assertThat(row.getField("clips")).isEqualTo((long) keyframes.size());
                    assertThat(row.getField("missing")).isEqualTo(reason.equals("GAP") ? 5L * keyframes.size() : null);
                });
    }

    @Test
    void bitsOfATokenOfEachCamera() {
        assertThat(answer(3)).hasSize(2);
        Row first = answer(3).stream()
                .filter(row -> "camera-0".equals(row.getField("camera")))
                .findFirst()
                .orElseThrow();
        assertThat(((Number) first.getField("stored_bits")).doubleValue()).isEqualTo(9);
        assertThat(((Number) first.getField("surprise_bits")).doubleValue()).isEqualTo(9);
    }

    @Test
    void actionsWhileSomethingWasUnusual() {
        assertThat(answer(4)).hasSize(1);
        assertThat(answer(4).get(0).getField("camera")).isEqualTo("camera-0");
        assertThat(answer(4).get(0).getField("kind")).isEqualTo("DULL");
        assertThat(answer(4).get(0).getField("started_at")).isEqualTo(Instant.ofEpochMilli(START / 1000 + 3000));
    }

    @Test
    void tokensAndFactors() {
        TokenFrame first = TestTokens.camera(0, 1).get(0);
        int token = TokenFrames.tokens(first)[0];
        assertThat(answer(5)).anySatisfy(row -> {
            assertThat(row.getField("camera")).isEqualTo("camera-0");
            assertThat(row.getField("first_token")).isEqualTo(token);
            assertThat(row.getField("places")).isEqualTo(16);
        });
        assertThat(answers.get(answers.size() - 1)).hasSize(1); // the table without the catalog
    }

    /** What cannot be read is told, or left out; a column that is not there is refused by name. */
    @Test
    void garbageAndWrongColumns() throws Exception {
        try (KafkaProducer<byte[], byte[]> producer = TestTokens.producer(kafka)) {
            producer.send(new ProducerRecord<>("spoilt", new byte[] {1, 2, 3})).get();
        }
        send("spoilt", SingleObject.actionEvents(), Stream.of(action(0, 1, true)));
        tables.executeSql(table("spoilt", "camera STRING", ""));
        assertThatThrownBy(() -> rows("SELECT * FROM spoilt"))
                .hasStackTraceContaining("nolook.ignore-parse-errors = true");
        tables.executeSql(table("patient", "camera STRING", ", 'nolook.ignore-parse-errors' = 'true'"));
        assertThat(rows("SELECT * FROM patient")).hasSize(1);
        tables.executeSql(table("wrong", "kamera STRING", ""));
        assertThatThrownBy(() -> rows("SELECT * FROM wrong"))
                .hasStackTraceContaining("column kamera: found none in ActionEvent, expected one of [camera, epoch");
        tables.executeSql(table("typed", "camera INT", ""));
        assertThatThrownBy(() -> rows("SELECT * FROM typed")).hasStackTraceContaining("column camera: found INT");
        assertThatThrownBy(() -> tables.executeSql("CREATE CATALOG bad WITH ('type' = 'nolook',"
                        + " 'kafka.bootstrap.servers' = 'x:1', 'topics.token' = 't')"))
                .hasStackTraceContaining("topics.token: found no such topic");
        assertThatThrownBy(() -> tables.executeSql("CREATE CATALOG bad WITH ('type' = 'nolook',"
                        + " 'kafka.bootstrap.servers' = 'x:1', 'record.registry.uri' = 'http://r')"))
                .hasStackTraceContaining("record.registry.uri: found no such option");
        assertThatThrownBy(() -> tables.executeSql("CREATE CATALOG bad WITH ('type' = 'nolook',"
                        + " 'kafka.bootstrap.servers' = 'x:1', 'record.registry.url' = 'registry:8081')"))
                .hasStackTraceContaining("record.registry.url: found registry:8081");
    }

    private static String table(String name, String columns, String more) {
        return "CREATE TEMPORARY TABLE " + name + " (" + columns + ") WITH ('connector' = 'kafka', 'topic' = 'spoilt',"
                + " 'properties.bootstrap.servers' = '" + broker.bootstrapServers() + "', 'scan.startup.mode' ="
                + " 'earliest-offset', 'scan.bounded.mode' = 'latest-offset', 'format' = 'nolook', 'nolook.record' ="
                + " 'ActionEvent'" + more + ")";
    }

    private static <T extends SpecificRecordBase> void send(String topic, SingleObject<T> format, Stream<T> records)
            throws Exception {
        try (KafkaProducer<byte[], byte[]> producer = TestTokens.producer(kafka)) {
            for (T record : records.toList()) {
                byte[] key = record.get(0).toString().getBytes(StandardCharsets.UTF_8);
                producer.send(new ProducerRecord<>(topic, 0, 1_700_000_000_000L, key, format.encode(record)))
                        .get();
            }
        }
    }

    private static ActionEvent action(int camera, int second, boolean begins) {
        long at = START + second * 1_000_000L;
        return ActionEvent.newBuilder()
                .setCamera(TestTokens.name(camera))
                .setEpoch(7)
                .setTokenizerId("codes-1")
                .setRecognizer("words 1")
                .setRecognizerHash("ab12")
                .setLabel("wave")
                .setState(begins ? ActionState.BEGUN : ActionState.ENDED)
                .setFirstSequence(1)
                .setLastSequence(2)
                .setStartMicros(at)
                .setEndMicros(at)
                .setConfidence(0.9f)
                .build();
    }

    private static AnomalyEvent anomaly(int camera, int second) {
        return AnomalyEvent.newBuilder()
                .setCamera(TestTokens.name(camera))
                .setEpoch(7)
                .setTokenizerId("codes-1")
                .setPredictor("next 1")
                .setPredictorHash("ab12")
                .setKind(AnomalyKind.DULL)
                .setStage(AnomalyStage.BEGUN)
                .setFirstSequence(1)
                .setLastSequence(2)
                .setStartMicros(START + second * 1_000_000L)
                .setEndMicros(START + second * 1_000_000L)
                .setDurationMicros(0)
                .setScore(4)
                .setUsualLow(3)
                .setUsualHigh(5)
                .setMap(List.of(1f))
                .build();
    }

    private static Surprise surprise(int camera, float bits) {
        return Surprise.newBuilder()
                .setCamera(TestTokens.name(camera))
                .setEpoch(7)
                .setTokenizerId("codes-1")
                .setPredictor("next 1")
                .setPredictorHash("ab12")
                .setRuntimeId("ort/cpu")
                .setClip(0)
                .setPosition(1)
                .setFirstSequence(1)
                .setLastSequence(2)
                .setFirstCapturedAtMicros(START)
                .setLastCapturedAtMicros(START)
                .setClockJumpedMicros(0)
                .setBits(bits)
                .setLevel(bits)
                .setPeak(bits)
                .setMap(List.of(bits))
                .build();
    }

    /** Nine bits a token. */
    private static ArchiveSegment segment(int camera) throws IOException {
        return ArchiveSegment.newBuilder()
                .setCamera(TestTokens.name(camera))
                .setEpoch(7)
                .setClip(0)
                .setTokenizerId("codes-1")
                .setEncoderHash("ab12")
                .setRuntimeId("ort/cpu")
                .setHeight(4)
                .setWidth(4)
                .setBits(18)
                .setFit("CROP")
                .setEnd("KEYFRAME")
                .setFirstPosition(0)
                .setTokenFrames(2)
                .setFrames(5)
                .setFirstSequence(0)
                .setLastSequence(4)
                .setFirstCapturedAtMicros(START)
                .setLastCapturedAtMicros(START + 160_000)
                .setGaps(List.of())
                .setTable(ByteBuffer.allocate(3))
                .setCodec(3)
                .setPayload(ByteBuffer.allocate(36))
                .setChecksum(1)
                .build();
    }
}
