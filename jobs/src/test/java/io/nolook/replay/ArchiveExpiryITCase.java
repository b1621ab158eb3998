package io.nolook.replay;

import static org.assertj.core.api.Assertions.assertThat;

import io.nolook.archive.SegmentEnd;
import io.nolook.archive.SegmentOutline;
import io.nolook.camera.Ingest;
import io.nolook.cli.Main;
import io.nolook.job.archive.TestArchive;
import io.nolook.job.archive.TestTokens;
import io.nolook.kafka.DeletionProducer;
import io.nolook.kafka.KafkaOptions;
import io.nolook.kafka.KafkaSettings;
import io.nolook.kafka.TopicReader;
import io.nolook.kafka.Topics;
import io.nolook.local.EmbeddedBroker;
import io.nolook.schema.ArchiveDeletion;
import io.nolook.schema.TokenFrame;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.flink.configuration.Configuration;
import org.apache.kafka.common.IsolationLevel;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is old goes, is listed, and is told from what was lost, whatever reads the archive. */
class ArchiveExpiryITCase {
    private static final int COUNT = 45;
    private static final int CAMERAS = 2;
    private static final long HOUR_MICROS = 3_600_000_000L;
    /** Within the fifth segment of each camera, of an hour each; the fourth is in the midst of a clip. */
    private static final long OLDER_THAN = TestTokens.START_MICROS + 4 * HOUR_MICROS + HOUR_MICROS / 2;

    private static final long OFFSET = 4L * CAMERAS;
    private static final String LISTED = "camera-0  4 segments, 12 token frames, ";
    private static EmbeddedBroker broker;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private String topic;

    @TempDir
    private Path folder;

    @BeforeAll
    static void startBroker() throws Exception {
        broker = EmbeddedBroker.start(Map.of());
    }

    @AfterAll
    static void stopBroker() {
        broker.close();
    }

    @Test
    void whatIsOldGoesAndEveryReaderSaysSo() {
        archive("kept");
        List<byte[]> before = values();

        assertThat(execute("archive", "expire", "--dry-run", retention())).isZero();
        assertThat(out.toString()).contains("would go: " + LISTED, "8 segments of 2 cameras");
        assertThat(values()).hasSameSizeAs(before);

        assertThat(execute("archive", "expire", retention())).isZero();
        assertThat(out.toString())
                .contains("deleted: " + LISTED, ", from 2023-11-14T22:13:20Z to 2023-11-15T02:03:20Z\n");
        assertThat(folder.resolve("archive-expire.json")).content().contains("\"camera-1\"");
        assertThat(values()).usingElementComparator(Arrays::compare).isEqualTo(before.subList(8, 30));

        assertThat(execute("archive", "verify")).as(out.toString()).isZero();
        assertThat(out.toString()).contains("2 cameras, 22 segments", "deleted by archive expire: " + LISTED, "passed");
        assertThat(folder.resolve("archive-verify.json")).content().contains("\"deleted\"");
        assertThat(execute("archive", "ls")).isZero();
        assertThat(out.toString()).contains("camera-0  11  33  ", "deleted by archive expire: " + LISTED);
        assertThat(out.toString()).doesNotContain("damaged");
        assertThat(execute("archive", "info", "--camera", "camera-0")).isZero();
        assertThat(out.toString())
                .contains("deleted by archive expire: " + LISTED)
                .doesNotContain("camera-1");
        assertThat(execute("archive", "export", "--out", folder.toString())).isZero();
        assertThat(out.toString()).contains("deleted by archive expire: " + LISTED, "22 segments, 66 token frames");
    }

    @Test
    void replaySaysWhatIsNoLongerThere() {
        archive("replayed");
        assertThat(execute("archive", "expire", retention())).isZero();

        assertThat(replay(0, 2)).isEqualTo(1);
        assertThat(err.toString()).contains("deleted by archive expire: " + LISTED, "found nothing of camera camera-0");
        assertThat(replay(1, 10)).isZero();
        assertThat(err.toString()).contains("deleted by archive expire: " + LISTED);
        assertThat(replay(7, 10)).isZero();
        assertThat(err.toString()).isEmpty();
    }

    /** Guarantee 6 holds for what is left: whatever goes in another way is missed. */
    @Test
    void whatWasLostIsNotTakenForDeleted() {
        archive("lost");
        assertThat(execute("archive", "expire", retention())).isZero();
        Topics.deleteBefore(kafka(), topic, Map.of(0, OFFSET + 1));

        assertThat(execute("archive", "verify")).isEqualTo(1);
        assertThat(out.toString())
                .contains(
                        "lost 0: found 9 as the offset of the oldest record, expected 8: what was before it is gone,",
                        "segment camera-0/7/33/6: found position 6 without the token frames before it",
                        "FAILED: 2");
    }

    @Test
    void nothingIsToldTwice() {
        archive("again");
        assertThat(execute("archive", "expire", retention())).isZero();
        assertThat(execute("archive", "expire", retention())).isZero();
        assertThat(out.toString()).contains("0 segments of 0 cameras");

        assertThat(ArchiveDeletions.read(kafka()).cameras())
                .extracting(ArchiveDeletions.Deleted::segments)
                .containsExactly(4L, 4L);
    }

    /** A run that told what goes, and was killed before it went. */
    @Test
    void whatWasToldAndNotDeletedGoesNext() {
        archive("killed");
        try (DeletionProducer producer = new DeletionProducer(kafka())) {
            producer.send(told());
        }
        assertThat(execute("archive", "verify")).as("before").isZero();

        assertThat(execute("archive", "expire", retention())).isZero();

        assertThat(out.toString()).contains("0 segments of 0 cameras");
        assertThat(new ArchiveReader(kafka()).beginnings()).isEqualTo(Map.of(0, OFFSET));
        assertThat(execute("archive", "verify")).as(out.toString()).isZero();
        assertThat(out.toString()).contains("22 segments", LISTED);
    }

    @Test
    void howLongIsAskedFor() {
        archive("asked");

        assertThat(execute("archive", "expire")).isEqualTo(1);
        assertThat(err.toString()).contains("archive.retention: found nothing, expected how long segments are kept");
        assertThat(execute("archive", "expire", "archive.retention=1 s")).isEqualTo(1);
        assertThat(err.toString()).contains("archive.retention: found 1000 ms, expected at least 1 min");
        assertThat(new ArchiveReader(kafka()).beginnings()).isEqualTo(Map.of(0, 0L));
    }

    private List<ArchiveDeletion> told() {
        ExpiryPlan plan = new ExpiryPlan(topic, OLDER_THAN, Ingest.nowMicros());
        ArchiveReader.EachOutline each = new ArchiveReader.EachOutline() {
            private long offset;

            @Override
            public void outline(SegmentOutline outline, int recordBytes) {
                plan.offer(new ExpiryPlan.Read(
                        0, offset++, outline.head().camera(), 0, recordBytes, Optional.of(outline)));
            }

            @Override
            public void damaged(String place, String why) {
                throw new AssertionError(place);
            }
        };
        new ArchiveReader(kafka()).readOutlines(Optional.empty(), each);
        return plan.deletions();
    }

    /** Segments of three token frames and an hour, of two cameras by turns, on one partition. */
    private void archive(String name) {
        topic = name;
        TestTokens.createTopic(kafka(), topic);
        List<List<TokenFrame>> segments = new ArrayList<>();
        for (int from = 0; from < COUNT; from += 3) {
            for (int camera = 0; camera < CAMERAS; camera++) {
                List<TokenFrame> frames = TestTokens.camera(camera, COUNT).subList(from, from + 3);
                for (int i = 0; i < 3; i++) {
                    long begins = TestTokens.START_MICROS + (from + i) * HOUR_MICROS / 3;
                    frames.get(i).setFirstCapturedAtMicros(begins);
                    frames.get(i).setLastCapturedAtMicros(begins + HOUR_MICROS / 6);
                }
                segments.add(frames);
            }
        }
        TestArchive.sendSegments(kafka(), segments, SegmentEnd.FULL, value -> value);
    }

    private KafkaSettings kafka() {
        Configuration options = new Configuration();
        options.set(KafkaOptions.BOOTSTRAP_SERVERS, broker.bootstrapServers());
        options.set(KafkaOptions.TOPIC_REPLICATION, 1);
        options.set(KafkaOptions.TOPIC_PARTITIONS, 1);
        options.set(KafkaOptions.ARCHIVE_TOPIC, topic);
        options.set(KafkaOptions.ARCHIVE_DELETIONS_TOPIC, topic + "-deletions");
        return new KafkaSettings(options);
    }

    private List<byte[]> values() {
        List<byte[]> values = new ArrayList<>();
        try (TopicReader reader = new TopicReader(kafka(), topic, IsolationLevel.READ_COMMITTED)) {
            reader.readToEnd(record -> values.add(record.value()));
        }
        return values;
    }

    private static String retention() {
        return "archive.retention=" + TimeUnit.MICROSECONDS.toMillis(Ingest.nowMicros() - OLDER_THAN) + " ms";
    }

    private int replay(int fromHour, int toHour) {
        return execute(
                "replay",
                "--camera",
                "camera-0",
                "--from",
                Long.toString((TestTokens.START_MICROS + fromHour * HOUR_MICROS) / 1_000_000),
                "--to",
                Long.toString((TestTokens.START_MICROS + toHour * HOUR_MICROS) / 1_000_000),
                "--out",
                folder.resolve(fromHour + ".avro").toString());
    }

    /** Runs a command; what has an equals sign in it is an option of the archive. */
    private int execute(String... arguments) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        List<String> all = new ArrayList<>();
        for (String argument : arguments) {
            if (argument.contains("=")) {
                all.add("-D");
            }
            all.add(argument);
        }
        if (List.of("expire", "verify").contains(arguments[1])) {
            all.addAll(List.of("--out", folder.toString()));
        }
        kafka().configuration().toMap().forEach((key, value) -> all.addAll(List.of("-D", key + "=" + value)));
        return Main.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(all.toArray(String[]::new));
    }
}
