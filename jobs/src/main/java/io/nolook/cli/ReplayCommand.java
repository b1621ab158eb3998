package io.nolook.cli;

import io.nolook.archive.CodedSegment;
import io.nolook.camera.Ingest;
import io.nolook.flink.tokenize.TokenizeSettings;
import io.nolook.kafka.KafkaSettings;
import io.nolook.kafka.TokenProducer;
import io.nolook.offline.Models;
import io.nolook.option.OptionSources;
import io.nolook.schema.TokenFrame;
import io.nolook.tool.replay.ArchiveReader;
import io.nolook.tool.replay.Replay;
import io.nolook.tool.replay.ReplayOutputs;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.flink.configuration.Configuration;
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
                + " pictures, token frames, or the tokens on a topic.")
final class ReplayCommand implements Callable<Integer> {
    private static final int SHEET_PICTURES = 64;

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

    @Option(names = "--full-speed", description = "With --to-topic: send at once, not at the original pace.")
    private boolean fullSpeed;

    @Option(names = "--fps", paramLabel = "N", description = "Frames a second of a video (default: as captured).")
    private double fps;

    @Mixin
    private OptionSources options;

    @Spec
    private CommandSpec command;

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
        List<CodedSegment> segments = new ArchiveReader(kafka).find(camera, fromMicros, toMicros, this::warn);
        boolean covered = segments.stream().anyMatch(segment -> segment.extent().lastCapturedAtMicros() >= fromMicros);
        if (!covered) {
            throw new IOException("found nothing of camera " + camera + " from " + Times.text(fromMicros) + " to "
                    + Times.text(toMicros) + " in topic " + kafka.archiveTopic() + "; see nolook archive ls");
        }
        TokenizeSettings settings = TokenizeSettings.of(configuration);
        long[] count = {0};
        ReplayOutputs.Shown shown;
        try (Publisher publisher = new Publisher(kafka);
                ReplayOutputs outputs = new ReplayOutputs(
                        wanted(segments, fromMicros, toMicros),
                        frame -> Models.detokenizer(configuration, settings, frame))) {
            Replay.run(segments, toMicros, this::warn, frame -> {
                count[0]++;
                publisher.frame(frame);
                if (!outs.isEmpty()) {
                    outputs.frame(frame);
                }
            });
            shown = outputs.finish("%s  %s".formatted(camera, Times.text(fromMicros)));
        }
        said.printf("%d segments, %d token frames, %s%n", segments.size(), count[0], told(shown));
        outs.forEach(said::println);
        return 0;
    }

    private static String told(ReplayOutputs.Shown shown) {
        long began = ManagementFactory.getRuntimeMXBean().getStartTime();
        return shown.pictures() == 0
                ? "0 pictures"
                : "%d pictures, the first %.2f s after the process began"
                        .formatted(shown.pictures(), (shown.firstMillis() - began) / 1e3);
    }

    private void warn(String why) {
        command.commandLine().getErr().println("left out: " + why);
    }

    /** A video at the pace of the capture, and one picture in so many for a contact sheet. */
    private ReplayOutputs.Wanted wanted(List<CodedSegment> segments, long fromMicros, long toMicros) {
        long frames = segments.stream()
                .mapToLong(segment -> segment.extent().frames())
                .sum();
        long span = segments.get(segments.size() - 1).extent().lastCapturedAtMicros()
                - segments.get(0).extent().firstCapturedAtMicros();
        double captured = span > 0 && frames > 1 ? (frames - 1) * 1e6 / span : 25;
        double rate = fps > 0 ? fps : Math.max(1, Math.min(240, captured));
        return new ReplayOutputs.Wanted(outs, fromMicros, toMicros, rate, Math.max(1, frames / SHEET_PICTURES));
    }

    /** Sends token frames on, at their pace or at once; nothing without a topic. */
    private final class Publisher implements AutoCloseable {
        private final Optional<TokenProducer> producer;
        private final long began = Ingest.nowMicros();
        private long first = Long.MIN_VALUE;

        Publisher(KafkaSettings kafka) {
            producer = Optional.ofNullable(topic).map(name -> new TokenProducer(kafka, name));
        }

        void frame(TokenFrame frame) {
            first = first == Long.MIN_VALUE ? frame.getLastCapturedAtMicros() : first;
            if (producer.isPresent() && !fullSpeed) {
                Ingest.waitUntil(began + frame.getLastCapturedAtMicros() - first, () -> true);
            }
            producer.ifPresent(sending -> sending.send(frame));
        }

        @Override
        public void close() {
            producer.ifPresent(sending -> {
                sending.flush();
                sending.close();
            });
        }
    }
}
