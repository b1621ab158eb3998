package io.nolook.cli;

import io.nolook.camera.Address;
import io.nolook.camera.CameraFeed;
import io.nolook.camera.CameraHealth;
import io.nolook.camera.CameraSpec;
import io.nolook.camera.Epochs;
import io.nolook.camera.Ingest;
import io.nolook.flink.tokenize.TokenizeSettings;
import io.nolook.frame.FrameLimits;
import io.nolook.frame.PictureSource;
import io.nolook.frame.ffmpeg.FfmpegOptions;
import io.nolook.kafka.FrameProducer;
import io.nolook.kafka.KafkaSettings;
import io.nolook.kafka.Topics;
import io.nolook.media.Inputs;
import io.nolook.option.OptionSources;
import io.nolook.schema.FrameEncoding;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
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
    private static final long STOP_MILLIS = 5_000;

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

    @Option(names = "--seconds", paramLabel = "S", description = "Stop after this long.")
    private long seconds = Long.MAX_VALUE / 2_000_000_000;

    @Option(
            names = "--state",
            paramLabel = "DIR",
            description = "Where the last epoch of each camera is kept (default: ~/.nolook/epochs).")
    private Path state = Path.of(System.getProperty("user.home"), ".nolook", "epochs");

    @Mixin
    private PartialInput partial;

    @Mixin
    private OptionSources options;

    @Spec
    private CommandSpec command;

    private List<String> damage = List.of();

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
        int maxBytes = limits.maxBytes();
        new Topics(kafka, maxBytes).ensure();
        long epoch = new Epochs(state).next(camera, System.currentTimeMillis());
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        Progress progress = new Progress(command.commandLine().getErr(), "frames");
        long frames;
        try (FrameProducer producer = new FrameProducer(kafka, Topics.frameRecordBytes(maxBytes))) {
            frames = Inputs.isLive(source)
                    ? follow(address, epoch, producer, maxBytes, until, progress)
                    : send(epoch, producer, limits, until, progress);
            producer.flush();
        }
        progress.end();
        command.commandLine()
                .getOut()
                .printf(
                        Locale.ROOT,
                        "%d frames of camera %s, epoch %d, to topic %s%n",
                        frames,
                        camera,
                        epoch,
                        kafka.framesTopic());
        partial.require(damage);
        return frames == 0 ? 1 : 0;
    }

    private long send(long epoch, FrameProducer producer, FrameLimits limits, long until, Progress progress)
            throws IOException {
        Ingest ingest = new Ingest(producer, camera, epoch, encoding);
        Ingest.Pace pace = fullSpeed ? Ingest.Pace.FULL_SPEED : Ingest.Pace.REAL_TIME;
        long[] frames = {0};
        try (PictureSource pictures = Inputs.open(source, limits)) {
            ingest.run(pictures, pace, () -> System.nanoTime() < until, sent -> {
                frames[0] = sent;
                progress.at(sent);
            });
            damage = pictures.damage();
        }
        return frames[0];
    }

    /** A live source is reached for again for as long as the command runs. */
    private long follow(
            Address address, long epoch, FrameProducer producer, int maxBytes, long until, Progress progress)
            throws InterruptedException {
        CameraSpec spec = new CameraSpec(camera, "", address, encoding, 0, 0, STALL, QUEUE_BYTES);
        CameraFeed feed = new CameraFeed(
                spec,
                epoch,
                () -> Inputs.camera(address.opened(System::getenv), FfmpegOptions.DEFAULTS.within(STALL)),
                producer,
                maxBytes);
        feed.start();
        CountDownLatch never = new CountDownLatch(1);
        int told = 0;
        while (System.nanoTime() < until && !feed.isFinished()) {
            never.await(LOOK_MILLIS, TimeUnit.MILLISECONDS);
            CameraHealth.Report report = feed.report();
            progress.at(report.frames());
            if (report.failures() > told) {
                told = report.failures();
                PrintWriter err = command.commandLine().getErr();
                err.printf(
                        Locale.ROOT,
                        feed.isFinished() ? "%s: %s%n" : "%s: %s; connecting again%n",
                        address.shown(),
                        report.reason());
                err.flush();
            }
        }
        feed.stop();
        feed.join(STOP_MILLIS);
        producer.flush();
        return feed.report().frames();
    }
}
