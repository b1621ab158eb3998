package io.nolook.cli;

import io.nolook.camera.Epochs;
import io.nolook.camera.Ingest;
import io.nolook.flink.tokenize.TokenizeSettings;
import io.nolook.frame.PictureSource;
import io.nolook.kafka.FrameProducer;
import io.nolook.kafka.KafkaSettings;
import io.nolook.kafka.Topics;
import io.nolook.media.Inputs;
import io.nolook.option.OptionSources;
import io.nolook.schema.FrameEncoding;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
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

    @Parameters(paramLabel = "SOURCE", description = "File, folder of images, rtsp:// URL or device.")
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
            names = "--reconnect",
            paramLabel = "N",
            defaultValue = "10",
            description =
                    "Tries to reach a live source again after it fails, a second apart (default: ${DEFAULT-VALUE}).")
    private int reconnects;

    @Option(
            names = "--state",
            paramLabel = "DIR",
            description = "Where the last epoch of each camera is kept (default: ~/.nolook/epochs).")
    private Path state = Path.of(System.getProperty("user.home"), ".nolook", "epochs");

    @Mixin
    private OptionSources options;

    @Spec
    private CommandSpec command;

    @Override
    public Integer call() throws IOException {
        Configuration configuration = options.read();
        KafkaSettings kafka = new KafkaSettings(configuration);
        int maxBytes = TokenizeSettings.of(configuration).frameMaxBytes();
        new Topics(kafka, maxBytes).ensure();
        long epoch = new Epochs(state).next(camera, System.currentTimeMillis());
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        Progress progress = new Progress(command.commandLine().getErr(), "frames");
        long frames;
        try (FrameProducer producer = new FrameProducer(kafka, Topics.frameRecordBytes(maxBytes))) {
            Ingest ingest = new Ingest(producer, camera, epoch, encoding);
            frames = send(ingest, until, progress);
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
        return 0;
    }

    /** A live source that fails is opened again; what it sent before stays part of the same epoch. */
    private long send(Ingest ingest, long until, Progress progress) throws IOException {
        PrintWriter err = command.commandLine().getErr();
        Ingest.Pace pace = fullSpeed ? Ingest.Pace.FULL_SPEED : Ingest.Pace.REAL_TIME;
        long[] frames = {0};
        for (int tries = 0; ; tries++) {
            try (PictureSource pictures = Inputs.open(source)) {
                ingest.run(pictures, pace, () -> System.nanoTime() < until, sent -> {
                    frames[0] = sent;
                    progress.at(sent);
                });
                if (!Inputs.isLive(source) || System.nanoTime() >= until) {
                    return frames[0];
                }
                throw new IOException("the live source ended");
            } catch (IOException e) {
                if (!Inputs.isLive(source) || tries >= reconnects) {
                    throw e;
                }
                err.printf(
                        Locale.ROOT,
                        "%s: %s; connecting again, try %d of %d%n",
                        source,
                        e.getMessage(),
                        tries + 1,
                        reconnects);
                err.flush();
                Ingest.waitUntil(Ingest.nowMicros() + TimeUnit.SECONDS.toMicros(1), () -> true);
            }
        }
    }
}
