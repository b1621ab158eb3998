package io.nolook.cli;

import io.nolook.flink.recognize.OnnxRecognizerLoader;
import io.nolook.flink.recognize.RecognizeSettings;
import io.nolook.flink.tokenize.TokenizeSettings;
import io.nolook.frame.FrameSize;
import io.nolook.model.VideoDetokenizer;
import io.nolook.model.onnx.ModelFiles;
import io.nolook.offline.Models;
import io.nolook.offline.RecordingRecognizer;
import io.nolook.option.OptionSources;
import io.nolook.recognition.RecognizerSpec;
import io.nolook.report.ContactSheet;
import io.nolook.report.JsonFile;
import io.nolook.tool.demo.ActionReport;
import io.nolook.tool.demo.CameraReport;
import io.nolook.tool.demo.Demo;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.apache.flink.configuration.Configuration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code nolook demo}: everything in one process, on simulated cameras or videos. */
@Command(
        name = "demo",
        mixinStandardHelpOptions = true,
        description = "Starts a Kafka broker, a Flink cluster, the job and cameras in this process; shows what comes"
                + " of every frame, and the pictures that the tokens decode to.")
final class DemoCommand implements Callable<Integer> {
    private static final int COLUMNS = 8;

    @Option(names = "--cameras", paramLabel = "N", description = "Simulated cameras (default: 4, or 0 with --video).")
    private int cameras = -1;

    @Option(
            names = "--video",
            arity = "1..*",
            paramLabel = "FILE",
            description = "Videos, or RTSP URLs of live cameras, one camera each, in real time.")
    private List<String> videos = new ArrayList<>();

    @Option(
            names = "--seconds",
            defaultValue = "20",
            description = "How long the cameras run at most (default: ${DEFAULT-VALUE}).")
    private long seconds;

    @Option(
            names = "--recognize",
            description = "Recognizes actions in the tokens too, with frames sampled to the recognizer's rate.")
    private boolean recognize;

    @Option(
            names = "--page",
            description = "Shows the cameras in a browser meanwhile; --seconds 600 leaves time to look.")
    private boolean page;

    @Option(
            names = "--port",
            paramLabel = "PORT",
            description = "Port of this machine that the broker listens on, for programs that read the topics meanwhile"
                    + " (default: one that is free).")
    private Integer port;

    @Option(names = "--out", defaultValue = "out/demo", description = "Where results go (default: ${DEFAULT-VALUE}).")
    private Path out;

    @Mixin
    private OptionSources options;

    @Spec
    private CommandSpec command;

    @Override
    public Integer call() throws Exception {
        Configuration given = options.read();
        Configuration configuration = recognize ? sampled(given) : given;
        TokenizeSettings settings = TokenizeSettings.of(configuration);
        if (seconds < 1) {
            throw new IllegalArgumentException("--seconds: found " + seconds + ", expected at least 1");
        }
        for (String video : videos) {
            if (!video.contains("://") && !Files.exists(Path.of(video))) {
                throw new IllegalArgumentException("--video: found nothing at " + video + ", expected a video file");
            }
        }
        if (port != null) {
            requireFree(port);
        }
        PrintWriter said = command.commandLine().getOut();
        int simulated = cameras >= 0 ? cameras : videos.isEmpty() ? 4 : 0;
        Demo demo = Demo.of(configuration, simulated, videos, said);
        if (recognize) {
            demo.recognizing(given);
        }
        if (port != null) {
            demo.onPort(port);
        }
        if (page) {
            demo.onAPage();
        }
        Demo.Result result = demo.run(seconds, () -> decoder(configuration, settings));
        said.println();
        said.println(CameraReport.header());
        result.cameras().forEach(camera -> said.println(camera.line()));
        Files.createDirectories(out);
        Path json = out.resolve("demo.json");
        JsonFile.write(json, result.cameras());
        if (result.actions().isPresent()) {
            tell(result.actions().get(), said);
        }
        Path sheet = out.resolve("contact-sheet.png");
        List<ContactSheet.Row> rows = new ArrayList<>();
        result.cameras().stream().limit(ContactSheet.MOST_ROWS).forEach(camera -> {
            Demo.Pictures pictures = result.pictures().get(camera.camera());
            if (!pictures.originals().isEmpty()) {
                String title = String.format(Locale.ROOT, "%s  %.1f dB", camera.camera(), camera.psnr());
                rows.add(new ContactSheet.Row(title, pictures.originals(), pictures.decoded()));
            }
        });
        ContactSheet.write(rows, COLUMNS, sheet);
        said.printf(
                Locale.ROOT,
                "first token frame after %.1f s; frames unaccounted for: %d%n%s%n%s%n",
                result.firstTokenSeconds(),
                result.unaccounted(),
                json,
                sheet);
        return result.unaccounted() == 0 ? 0 : 1;
    }

    private static void requireFree(int port) {
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("--port: found " + port + ", expected 1 to 65535");
        }
        try {
            new ServerSocket(port, 1, InetAddress.getLoopbackAddress()).close();
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "--port: found something that listens on port " + port + " already, expected a free one", e);
        }
    }

    private static Configuration sampled(Configuration given) {
        String recognizer = RecognizeSettings.of(given).recognizer();
        RecognizerSpec spec =
                RecognizerSpec.of(ModelFiles.spec(ModelFiles.read(recognizer, OnnxRecognizerLoader.ROLE)));
        return RecordingRecognizer.sampled(given, spec);
    }

    /** Each action, at the time of day that it was seen at, and a file of them. */
    private void tell(ActionReport report, PrintWriter said) throws IOException {
        said.println();
        report.actions()
                .forEach(action -> said.printf(
                        Locale.ROOT,
                        "%-28s %-16s %s to %s  %.2f%n",
                        action.camera(),
                        action.label(),
                        Times.text(action.startMicros()),
                        Times.text(action.endMicros()),
                        action.confidence()));
        said.printf(
                Locale.ROOT,
                "%d actions; told p50 %.0f ms, p99 %.0f ms after the capture of the last frame that they needed%n",
                report.actions().size(),
                report.p50Millis(),
                report.p99Millis());
        Path json = out.resolve("actions.json");
        JsonFile.write(json, report);
        said.println(json);
    }

    private static VideoDetokenizer decoder(Configuration configuration, TokenizeSettings settings) {
        FrameSize size = settings.frameSize();
        return Models.detokenizer(configuration, settings, size);
    }
}
