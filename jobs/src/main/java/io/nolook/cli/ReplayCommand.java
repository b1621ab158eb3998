package io.nolook.cli;

import io.nolook.archive.CodedSegment;
import io.nolook.flink.TokenizeSettings;
import io.nolook.frame.Picture;
import io.nolook.frame.PictureSink;
import io.nolook.ingest.Ingest;
import io.nolook.ingest.Outputs;
import io.nolook.kafka.KafkaSettings;
import io.nolook.kafka.TokenProducer;
import io.nolook.offline.OfflineDetokenizer;
import io.nolook.offline.TokenFile;
import io.nolook.picture.ContactSheet;
import io.nolook.replay.ArchiveReader;
import io.nolook.replay.Replay;
import io.nolook.schema.TokenFrame;
import io.nolook.tokenizer.VideoDetokenizer;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.avro.file.DataFileWriter;
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
    private static final int COLUMNS = 8;

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

    /** A picture and when it was captured. */
    private record Shown(Picture picture, long atMicros) {}

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
        List<TokenFrame> frames = Replay.frames(segments, toMicros, this::warn);
        boolean covered = frames.stream().anyMatch(frame -> frame.getLastCapturedAtMicros() >= fromMicros);
        if (!covered) {
            throw new IOException("found nothing of camera " + camera + " from " + Times.text(fromMicros) + " to "
                    + Times.text(toMicros) + " in topic " + kafka.archiveTopic() + "; see nolook archive ls");
        }
        said.printf("%d segments, %d token frames%n", segments.size(), frames.size());
        if (topic != null) {
            publish(kafka, frames);
        }
        write(configuration, frames, fromMicros, toMicros);
        outs.forEach(said::println);
        return 0;
    }

    private void warn(String why) {
        command.commandLine().getErr().println("left out: " + why);
    }

    private void publish(KafkaSettings kafka, List<TokenFrame> frames) {
        long began = Ingest.nowMicros();
        long first = frames.get(0).getLastCapturedAtMicros();
        try (TokenProducer producer = new TokenProducer(kafka, topic)) {
            for (TokenFrame frame : frames) {
                if (!fullSpeed) {
                    Ingest.waitUntil(began + frame.getLastCapturedAtMicros() - first, () -> true);
                }
                producer.send(frame);
            }
            producer.flush();
        }
    }

    private void write(Configuration configuration, List<TokenFrame> frames, long fromMicros, long toMicros)
            throws IOException {
        List<Path> pictures = new ArrayList<>();
        for (Path out : outs) {
            if (out.toString().endsWith(".avro")) {
                try (DataFileWriter<TokenFrame> file = TokenFile.create(out)) {
                    for (TokenFrame frame : frames) {
                        file.append(frame);
                    }
                }
            } else {
                pictures.add(out);
            }
        }
        if (pictures.isEmpty()) {
            return;
        }
        TokenizeSettings settings = TokenizeSettings.of(configuration);
        try (VideoDetokenizer detokenizer = Models.detokenizer(configuration, settings, frames.get(0))) {
            List<Shown> shown = decode(frames, detokenizer, fromMicros, toMicros);
            for (Path out : pictures) {
                write(shown, out);
            }
        }
    }

    private static List<Shown> decode(
            List<TokenFrame> frames, VideoDetokenizer detokenizer, long fromMicros, long toMicros) {
        OfflineDetokenizer decoder = new OfflineDetokenizer(detokenizer);
        List<Shown> shown = new ArrayList<>();
        for (TokenFrame frame : frames) {
            List<Picture> decoded = decoder.decode(frame);
            for (int i = 0; i < decoded.size(); i++) {
                long at = Replay.capturedAtMicros(frame, i);
                if (at >= fromMicros && at <= toMicros) {
                    shown.add(new Shown(decoded.get(i), at));
                }
            }
        }
        return shown;
    }

    private void write(List<Shown> shown, Path out) throws IOException {
        if (shown.isEmpty()) {
            throw new IOException("found no picture between --from and --to, expected at least one");
        }
        List<Picture> pictures = shown.stream().map(Shown::picture).toList();
        if (out.toString().endsWith(".png")) {
            String title = "%s  %s".formatted(camera, Times.text(shown.get(0).atMicros()));
            ContactSheet.write(List.of(new ContactSheet.Row(title, pictures, List.of())), COLUMNS, out);
            return;
        }
        long span = shown.get(shown.size() - 1).atMicros() - shown.get(0).atMicros();
        double captured = span > 0 ? (shown.size() - 1) * 1e6 / span : 25;
        try (PictureSink sink = Outputs.open(out, fps > 0 ? fps : Math.max(1, Math.min(240, captured)))) {
            for (Picture picture : pictures) {
                sink.write(picture);
            }
        }
    }
}
