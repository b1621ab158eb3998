package io.nolook.cli;

import io.nolook.camera.Address;
import io.nolook.camera.CameraFeed;
import io.nolook.camera.CameraFleet;
import io.nolook.camera.CameraHealth;
import io.nolook.camera.CameraSpec;
import io.nolook.camera.Epochs;
import io.nolook.camera.Ingest;
import io.nolook.flink.tokenize.TokenizeSettings;
import io.nolook.frame.FrameLimits;
import io.nolook.frame.PictureSource;
import io.nolook.kafka.FrameProducer;
import io.nolook.kafka.KafkaSettings;
import io.nolook.kafka.Topics;
import io.nolook.media.Inputs;
import io.nolook.option.OptionSources;
import io.nolook.schema.FrameEncoding;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.flink.configuration.Configuration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code nolook ingest}: a file or a live camera to the frames topic. */
@Command(
        name = "ingest",
        mixinStandardHelpOptions = true,
        description = "Sends a video, folder, RTSP URL or device (/dev/video0) to the frames topic as one camera.")
final class IngestCommand implements Callable<Integer> {

    private static final Duration STALL = Duration.ofSeconds(10);
    private static final long QUEUE_BYTES = 8 << 20;
    private static final long LOOK_MILLIS = 250;

    @Parameters(
            paramLabel = "SOURCE",
            description = {
                "File, folder of images, rtsp:// or http:// URL, or device.",
                "Secrets as variables: 'rtsp://${GATE_USER}:${GATE_PASSWORD}@10.0.0.7/stream1'."
            })
    private String source;

    @Option(names = "--camera", required = true, paramLabel = "ID", description = "Camera id.")
    private String camera;

    @Option(names = "--full-speed", description = "Send a recording as fast as the broker takes it.")
    private boolean fullSpeed;

    @Option(
            names = "--encoding",
            defaultValue = "JPEG",
            description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    private FrameEncoding encoding;

    @Option(
            names = "--size",
            defaultValue = "",
            paramLabel = "N|off",
            description = "Of a live source: pixels to which the shorter side is brought (default: as the job's).")
    private String size;

    @Mixin
    private SendingOptions sending;

    @Mixin
    private PartialInput partial;

    @Mixin
    private OptionSources options;

    @Spec
    private CommandSpec command;

    /** What came of it. */
    private record Sent(long epoch, long frames, List<String> damage) {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        Address address = new Address(source);
        if (address.tellsCredentials()) {
            throw new IllegalArgumentException(
                    "found a user, password or at sign in the address " + address.shown()
                            + ", which every user of the machine can read here; expected variables: rtsp://${NAME}:${SECRET}@...");
        }
        partial.leftAlone(Inputs.leftAlone(source));
        Configuration configuration = options.read();
        KafkaSettings kafka = new KafkaSettings(configuration);
        FrameLimits limits = TokenizeSettings.of(configuration).frameLimits();
        Topics.ofCameras(kafka, limits.maxBytes()).ensure();
        long until = sending.untilNanos();
        Epochs epochs = new Epochs(sending.state());
        Progress progress = new Progress(command.commandLine().getErr(), "frames");
        Sent sent;
        try (FrameProducer producer = new FrameProducer(kafka, Topics.frameRecordBytes(limits.maxBytes()))) {
            if (Inputs.isLive(source)) {
                CameraFleet fleet = new CameraFleet(CamerasCommand::open, producer, epochs, limits.maxBytes());
                CameraFeed feed = follow(fleet, spec(address, shortSide(configuration)), until, progress);
                sent = new Sent(feed.epoch(), feed.report().frames(), List.of());
            } else {
                sent = send(epochs.next(camera, System.currentTimeMillis()), producer, limits, until, progress);
            }
            producer.flush();
        }
        progress.end();
        command.commandLine()
                .getOut()
                .printf(
                        Locale.ROOT,
                        "%d frames of camera %s, epoch %d, to topic %s%n",
                        sent.frames(),
                        camera,
                        sent.epoch(),
                        kafka.framesTopic());
        partial.require(sent.damage());
        return sent.frames() == 0 ? 1 : 0;
    }

    private Sent send(long epoch, FrameProducer producer, FrameLimits limits, long until, Progress progress)
            throws IOException {
        Ingest ingest = new Ingest(producer, camera, epoch, encoding);
        Ingest.Pace pace = fullSpeed ? Ingest.Pace.FULL_SPEED : Ingest.Pace.REAL_TIME;
        long[] frames = {0};
        try (PictureSource pictures = Inputs.open(source, limits)) {
            ingest.run(pictures, pace, () -> System.nanoTime() < until, sent -> {
                frames[0] = sent;
                progress.at(sent);
            });
            return new Sent(epoch, frames[0], pictures.damage());
        }
    }

    private CameraSpec spec(Address address, int shortSide) {
        return new CameraSpec(camera, "", address, encoding, 0, shortSide, STALL, QUEUE_BYTES);
    }

    private int shortSide(Configuration configuration) {
        if (size.equals("off")) {
            return 0;
        }
        try {
            return size.isEmpty()
                    ? TokenizeSettings.of(configuration).frameSize().shorterSide()
                    : Integer.parseInt(size);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("--size: found " + size + ", expected pixels, or off", e);
        }
    }

    /** A live source is reached for again for as long as the command runs. */
    private CameraFeed follow(CameraFleet closing, CameraSpec spec, long until, Progress progress)
            throws IOException, InterruptedException {
        try (CameraFleet fleet = closing) {
            fleet.become(Map.of(camera, spec));
            CameraFeed feed = fleet.feeds().get(0);
            CountDownLatch never = new CountDownLatch(1);
            int told = 0;
            while (System.nanoTime() < until && !feed.isFinished()) {
                never.await(LOOK_MILLIS, TimeUnit.MILLISECONDS);
                CameraHealth.Report report = feed.report();
                progress.at(report.frames());
                if (report.failures() > told) {
                    told = report.failures();
                    tell(feed, report);
                }
            }
            return feed;
        }
    }

    private void tell(CameraFeed feed, CameraHealth.Report report) {
        PrintWriter err = command.commandLine().getErr();
        String shown = feed.spec().address().shown();
        err.printf(Locale.ROOT, feed.isFinished() ? "%s: %s%n" : "%s: %s; connecting again%n", shown, report.reason());
        err.flush();
    }
}
