package io.nolook.cli;

import io.nolook.archive.CodedSegment;
import io.nolook.camera.Ingest;
import io.nolook.kafka.KafkaSettings;
import io.nolook.kafka.TokenProducer;
import io.nolook.offline.Decoders;
import io.nolook.option.OptionSources;
import io.nolook.replay.ArchiveDeletions;
import io.nolook.replay.ArchiveReader;
import io.nolook.replay.Footage;
import io.nolook.replay.Replay;
import io.nolook.replay.ReplayOutputs;
import io.nolook.schema.TokenFrame;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.flink.configuration.Configuration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code nolook replay}: a stretch of the archive as pictures or tokens again. */
@Command(
        name = "replay",
        mixinStandardHelpOptions = true,
        description = "Finds a camera's segments by time and brings back what they hold: a video, a contact sheet,"
                + " pictures, token frames, or the tokens on a topic. Exit code 3 when segments were left out: each is"
                + " named.")
final class ReplayCommand implements Callable<Integer> {
    private static final int SHEET_PICTURES = 64;
    private static final int MOST_GAPS_TOLD = 20;

    @Option(names = "--camera", required = true, paramLabel = "ID", description = "Camera id.")
    private String camera;

    @Option(
            names = "--from",
            required = true,
            paramLabel = "TIME",
            description = "First capture time: 2026-01-31T12:00:00Z, or seconds since 1970.")
    private String from;

    @Option(names = "--to", required = true, paramLabel = "TIME", description = "Last capture time.")
    private String to;

    @Option(
            names = "--out",
            paramLabel = "OUT",
            description =
                    "A file that ends in .mp4 (video), .png (contact sheet) or .avro (token frames, from the keyframe"
                            + " that they need), or a folder for 00000.png and so on. May be given more than once.")
    private List<Path> outs = new ArrayList<>();

    @Option(
            names = "--to-topic",
            paramLabel = "TOPIC",
            description = "Sends the token frames to this topic of the same broker.")
    private String topic;

    @Option(names = "--full-speed", description = "With --to-topic: send at once, not at the pace of the capture.")
    private boolean fullSpeed;

    @Option(
            names = "--fps",
            paramLabel = "N",
            description = "Frames a second of a video (default: as captured, gaps left out).")
    private double fps;

    @Mixin
    private OptionSources options;

    @Spec
    private CommandSpec command;

    private long leftOut;

    @Override
    public Integer call() throws IOException {
        Configuration configuration = options.read();
        KafkaSettings kafka = new KafkaSettings(configuration);
        long fromMicros = Times.micros("--from", from);
        long toMicros = Times.micros("--to", to);
        if (toMicros < fromMicros || outs.isEmpty() && topic == null) {
            throw new IllegalArgumentException(
                    toMicros < fromMicros
                            ? "--to: found a time before --from, expected one not before it"
                            : "--out: found nothing to write, expected --out or --to-topic");
        }
        PrintWriter said = command.commandLine().getOut();
        ArchiveDeletions.read(kafka)
                .of(camera)
                .filter(deleted -> deleted.lastCapturedAtMicros() >= fromMicros)
                .ifPresent(deleted -> command.commandLine().getErr().println(ExpireCommand.notice(deleted)));
        List<CodedSegment> segments = new ArchiveReader(kafka).find(camera, fromMicros, toMicros, this::warn);
        boolean covered = segments.stream().anyMatch(segment -> segment.extent().lastCapturedAtMicros() >= fromMicros);
        if (!covered) {
            throw new IOException("found nothing of camera " + camera + " from " + Times.text(fromMicros) + " to "
                    + Times.text(toMicros) + " in topic " + kafka.archiveTopic() + "; see nolook archive ls");
        }
        Footage footage = Footage.of(segments, fromMicros, toMicros);
        tellGaps(footage.gaps(), said);
        long[] count = {0};
        ReplayOutputs.Wanted wanted = wanted(segments, footage, fromMicros, toMicros);
        ReplayOutputs.Shown shown;
        try (Publisher publisher = new Publisher(kafka, footage);
                Decoders decoders = new Decoders(configuration);
                ReplayOutputs outputs = new ReplayOutputs(wanted, decoders::of)) {
            if (wanted.decodes()) {
                require(decoders, segments);
            }
            Replay.run(segments, toMicros, this::warn, frame -> {
                count[0]++;
                publisher.frame(frame);
                if (!outs.isEmpty()) {
                    outputs.frame(frame);
                }
            });
            shown = outputs.finish(String.format(Locale.ROOT, "%s  %s", camera, Times.text(fromMicros)));
        }
        said.printf(Locale.ROOT, "%d segments, %d token frames, %s%n", segments.size(), count[0], told(shown));
        shown.files().forEach(said::println);
        return leftOut == 0 ? 0 : Main.INCOMPLETE;
    }

    /** Before anything is written: a replay lacks no decoder in its middle. */
    private static void require(Decoders decoders, List<CodedSegment> segments) {
        for (CodedSegment segment : segments) {
            try {
                decoders.require(segment.head().provenance().tokenizerId());
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(segment.name() + ": " + e.getMessage(), e);
            }
        }
    }

    private static void tellGaps(List<Footage.Gap> gaps, PrintWriter said) {
        gaps.stream()
                .limit(MOST_GAPS_TOLD)
                .forEach(gap -> said.printf(
                        Locale.ROOT,
                        "jumped: %.1f s without a picture, from %s to %s%n",
                        (gap.toMicros() - gap.fromMicros()) / 1e6,
                        Times.text(gap.fromMicros()),
                        Times.text(gap.toMicros())));
        if (gaps.size() > MOST_GAPS_TOLD) {
            said.printf(Locale.ROOT, "jumped: %d more%n", gaps.size() - MOST_GAPS_TOLD);
        }
    }

    private static String told(ReplayOutputs.Shown shown) {
        long began = ManagementFactory.getRuntimeMXBean().getStartTime();
        return shown.pictures() == 0
                ? "0 pictures"
                : String.format(
                        Locale.ROOT,
                        "%d pictures, the first %.2f s after the process began",
                        shown.pictures(),
                        (shown.firstMillis() - began) / 1e3);
    }

    private void warn(String why) {
        leftOut++;
        command.commandLine().getErr().println("left out: " + why);
    }

    /** A video at the pace of the capture, and one picture in so many for a contact sheet. */
    private ReplayOutputs.Wanted wanted(List<CodedSegment> segments, Footage footage, long fromMicros, long toMicros) {
        long frames = segments.stream()
                .mapToLong(segment -> segment.extent().frames())
                .sum();
        return new ReplayOutputs.Wanted(
                outs,
                fromMicros,
                toMicros,
                fps > 0 ? fps : footage.videoFramesPerSecond(),
                Math.max(1, frames / SHEET_PICTURES));
    }

    /** Sends token frames on, at their pace or at once; nothing without a topic. */
    private final class Publisher implements AutoCloseable {
        private final Optional<TokenProducer> producer;
        private final Footage footage;
        private long due = Ingest.nowMicros();
        private @Nullable TokenFrame last;

        Publisher(KafkaSettings kafka, Footage footage) {
            producer = Optional.ofNullable(topic).map(name -> new TokenProducer(kafka, name));
            this.footage = footage;
        }

        void frame(TokenFrame frame) {
            due += footage.playsAfterMicros(last, frame);
            last = frame;
            if (producer.isPresent() && !fullSpeed) {
                Ingest.waitUntil(due, () -> true);
            }
            producer.ifPresent(sending -> sending.send(frame));
        }

        @Override
        public void close() {
            if (producer.isPresent()) {
                try (TokenProducer sending = producer.get()) {
                    sending.flush();
                }
            }
        }
    }
}
