package io.nolook.cli;

import io.nolook.camera.CameraFeed;
import io.nolook.camera.CameraFleet;
import io.nolook.camera.CameraHealth;
import io.nolook.camera.CameraSpec;
import io.nolook.camera.CamerasFile;
import io.nolook.camera.Epochs;
import io.nolook.camera.FleetPages;
import io.nolook.flink.tokenize.TokenizeSettings;
import io.nolook.frame.CameraSource;
import io.nolook.frame.ffmpeg.FfmpegOptions;
import io.nolook.kafka.FrameProducer;
import io.nolook.kafka.KafkaSettings;
import io.nolook.kafka.Topics;
import io.nolook.media.Inputs;
import io.nolook.option.HostPort;
import io.nolook.option.OptionSources;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.flink.configuration.Configuration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code nolook cameras}: a fleet of cameras to the frames topic, for as long as the process lives. */
@Command(
        name = "cameras",
        mixinStandardHelpOptions = true,
        description = {
            "Sends many cameras to the frames topic, each on its own; ends with Ctrl-C.",
            "The cameras stand in the YAML file of --config, which is read again when it changes."
        })
final class CamerasCommand implements Callable<Integer> {
    private static final long LOOK_SECONDS = 2;
    private static final long TELL_LOOKS = 5;
    private static final Duration LAST_CHANCE = Duration.ofSeconds(3);

    @Option(
            names = "--listen",
            defaultValue = "127.0.0.1:9464",
            paramLabel = "HOST:PORT",
            description =
                    "Where /health, /cameras and /metrics are, on this machine alone (default: ${DEFAULT-VALUE}).")
    private String listen;

    @Mixin
    private SendingOptions sending;

    @Mixin
    private OptionSources options;

    @Spec
    private CommandSpec command;

    private Path file;

    @Override
    public Integer call() throws IOException, InterruptedException {
        file = options.takeYaml()
                .orElseThrow(() -> new IllegalArgumentException(
                        "--config: found no file that ends in .yaml, expected that of the cameras"));
        Configuration configuration = options.read();
        KafkaSettings kafka = new KafkaSettings(configuration);
        TokenizeSettings tokenize = TokenizeSettings.of(configuration);
        int maxBytes = tokenize.frameMaxBytes();
        CamerasFile reader = new CamerasFile(tokenize.frameSize().shorterSide());
        Map<String, CameraSpec> cameras = reader.read(file);
        ensureTopic(kafka, maxBytes);
        FrameProducer producer = new FrameProducer(kafka, Topics.frameRecordBytes(maxBytes), CameraFleet.PATIENCE);
        StopRequest stop = new StopRequest();
        try (CameraFleet fleet =
                        new CameraFleet(CamerasCommand::open, producer, new Epochs(sending.state()), maxBytes);
                FleetPages pages = new FleetPages(fleet, HostPort.here("--listen", listen))) {
            out().printf(Locale.ROOT, "http://%s:%d/cameras%n", "127.0.0.1", pages.port());
            out().flush();
            fleet.become(cameras);
            run(fleet, reader, stop);
        } finally {
            producer.close(LAST_CHANCE);
            stop.close();
        }
        return 0;
    }

    private void run(CameraFleet fleet, CamerasFile reader, StopRequest stop) throws IOException, InterruptedException {
        long until = sending.untilNanos();
        FileTime seen = Files.getLastModifiedTime(file);
        for (long look = 1; System.nanoTime() < until && !allSent(fleet); look++) {
            if (stop.await(LOOK_SECONDS)) {
                return;
            }
            seen = readAgain(fleet, reader, seen);
            if (look % TELL_LOOKS == 0) {
                tell(fleet.feeds());
            }
        }
    }

    /** A file that cannot be read, or is wrong, changes nothing. */
    private FileTime readAgain(CameraFleet fleet, CamerasFile reader, FileTime seen) {
        try {
            FileTime now = Files.getLastModifiedTime(file);
            if (!now.equals(seen)) {
                fleet.become(reader.read(file));
                err().printf(
                                Locale.ROOT,
                                "%s: read again, %d cameras%n",
                                file,
                                fleet.feeds().size());
                err().flush();
            }
            return now;
        } catch (IOException | RuntimeException e) {
            err().printf(Locale.ROOT, "%s; the cameras stay as they are%n", e.getMessage());
            err().flush();
            return FileTime.fromMillis(0).equals(seen) ? seen : unreadable();
        }
    }

    private FileTime unreadable() {
        try {
            return Files.getLastModifiedTime(file);
        } catch (IOException e) {
            return FileTime.fromMillis(0);
        }
    }

    private static boolean allSent(CameraFleet fleet) {
        List<CameraFeed> feeds = fleet.feeds();
        return !feeds.isEmpty() && feeds.stream().allMatch(CameraFeed::isFinished);
    }

    private void tell(List<CameraFeed> feeds) {
        List<CameraHealth.Report> reports =
                feeds.stream().map(CameraFeed::report).toList();
        long good = reports.stream()
                .filter(report -> report.rating() != CameraHealth.Rating.OFFLINE)
                .count();
        long frames = reports.stream().mapToLong(CameraHealth.Report::frames).sum();
        err().printf(Locale.ROOT, "%d of %d cameras, %d frames sent%n", good, feeds.size(), frames);
        err().flush();
    }

    static CameraSource open(CameraSpec camera) throws IOException {
        return Inputs.camera(
                camera.address().opened(System::getenv),
                FfmpegOptions.DEFAULTS.within(camera.stall()),
                camera.wanted());
    }

    /** The topic may wait for its broker: so do the cameras. */
    private void ensureTopic(KafkaSettings kafka, int maxBytes) {
        try {
            Topics.ofCameras(kafka, maxBytes).ensure();
        } catch (IllegalStateException e) {
            err().printf(Locale.ROOT, "%s; the cameras start all the same%n", e.getMessage());
            err().flush();
        }
    }

    private PrintWriter out() {
        return command.commandLine().getOut();
    }

    private PrintWriter err() {
        return command.commandLine().getErr();
    }
}
