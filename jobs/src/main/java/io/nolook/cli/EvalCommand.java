package io.nolook.cli;

import io.nolook.flink.detokenize.DetokenizeOptions;
import io.nolook.flink.model.InferenceOptions;
import io.nolook.flink.tokenize.TokenizeOptions;
import io.nolook.flink.tokenize.TokenizeSettings;
import io.nolook.frame.FrameSize;
import io.nolook.media.MediaKind;
import io.nolook.model.VideoDetokenizer;
import io.nolook.model.VideoTokenizer;
import io.nolook.model.onnx.ModelFiles;
import io.nolook.offline.Models;
import io.nolook.option.OptionSources;
import io.nolook.tool.eval.ClipPictures;
import io.nolook.tool.eval.EvalPlan;
import io.nolook.tool.eval.EvalReport;
import io.nolook.tool.eval.Evaluation;
import io.nolook.tool.eval.Ffmpeg;
import io.nolook.tool.eval.ReportFiles;
import io.nolook.tool.eval.TokenCodec;
import io.nolook.tool.eval.VideoCodec;
import java.io.Closeable;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.commons.io.IOUtils;
import org.apache.flink.configuration.Configuration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code nolook eval}: what tokens keep and cost, beside video codecs, as a report. */
@Command(
        name = "eval",
        mixinStandardHelpOptions = true,
        description = {
            "Tokenizes and decodes videos without periodic keyframes and reports quality, rate, use of the codes, speed"
                    + " and checks, beside H.264 and HEVC.",
            "Exit code 0 only when the checks passed. frame.size, model.encoder and model.decoder choose what is"
                    + " evaluated; keyframe.interval and batch.size have no effect."
        })
final class EvalCommand implements Callable<Integer> {

    @Parameters(
            paramLabel = "VIDEO",
            arity = "1..*",
            description = "Video files, or folders whose videos are taken in name order.")
    private List<String> videos = new ArrayList<>();

    @Option(names = "--report", required = true, paramLabel = "DIR", description = "Where the report goes.")
    private Path folder;

    @Option(
            names = "--sizes",
            split = ",",
            paramLabel = "WxH",
            description =
                    "Further frame sizes to measure, such as 64x64,256x256,512x288; the codecs are left out there.")
    private List<String> sizes = new ArrayList<>();

    @Option(
            names = "--codecs",
            negatable = true,
            defaultValue = "true",
            fallbackValue = "true",
            description = "Compare with libx264 and libx265 of the system's ffmpeg (default: where there is one).")
    private boolean codecs;

    @Option(
            names = "--pictures",
            split = ",",
            paramLabel = "NAME",
            description = "Clips (file names without their ending) that get pictures; default: all.")
    private List<String> pictures = new ArrayList<>();

    @Option(names = "--no-pictures", description = "No clip gets pictures.")
    private boolean noPictures;

    @Option(
            names = "--limit-frames",
            defaultValue = "1000",
            paramLabel = "N",
            description = "Most frames of a clip, 1 to " + EvalPlan.MOST_FRAMES + " (default: ${DEFAULT-VALUE});"
                    + " they are held in memory.")
    private int limitFrames;

    @Option(
            names = "--long-frames",
            defaultValue = "1000",
            paramLabel = "N",
            description = "Frames of the looped clip whose tokens must repeat (default: ${DEFAULT-VALUE}); 0 leaves it"
                    + " out.")
    private int longFrames;

    @Option(
            names = "--beside",
            paramLabel = "DECODER",
            description = "A second decoder of the same tokens, shown and scored beside: a file, or builtin:NAME/sharp"
                    + " (default: that of the built-in model.decoder, where it has one).")
    private Optional<String> beside = Optional.empty();

    @Mixin
    private PartialInput partial;

    @Mixin
    private OptionSources options;

    @Spec
    private CommandSpec command;

    @Override
    public Integer call() throws IOException {
        Configuration configuration = options.read();
        TokenizeSettings settings = TokenizeSettings.of(configuration);
        if (settings.sampleIntervalMicros() != 0) {
            throw new IllegalArgumentException("frame.rate: found a limit, expected 0: every frame is evaluated");
        }
        PrintWriter progress = command.commandLine().getErr();
        EvalPlan plan = new EvalPlan(
                videos,
                settings.frameSize(),
                settings.frameFit(),
                sizes.stream().map(FrameSize::parse).toList(),
                limitFrames,
                longFrames,
                ffmpeg(progress),
                clip -> !noPictures && (pictures.isEmpty() || pictures.contains(clip)),
                partial::require);
        for (String video : videos) {
            if (Files.isDirectory(Path.of(video))) {
                partial.leftAlone(MediaKind.VIDEO.leftAlone(Path.of(video)));
            }
        }
        ClipPictures sheets = new ClipPictures(folder.resolve("pictures"));
        EvalReport report = new Evaluation(plan, size -> open(configuration, size), sheets, line -> {
                    progress.println(line);
                    progress.flush();
                })
                .run();
        List<Path> written = new ArrayList<>(ReportFiles.write(report, sheets, folder));
        written.addAll(sheets.written().values());
        PrintWriter out = command.commandLine().getOut();
        out.printf(
                Locale.ROOT,
                "%d clips, %d frames: %.2f dB, SSIM %.4f, MS-SSIM %.4f, %.4f bit per pixel raw, %.4f coded%n",
                report.clips().size(),
                report.setting().frames(),
                report.scores().psnr(),
                report.scores().ssim(),
                report.scores().msSsim(),
                report.bitsPerPixel().raw(),
                report.bitsPerPixel().coded());
        report.comparisons().forEach(comparison -> out.println(comparison.reading()));
        if (!report.passed()) {
            out.println("FAILED: the tokens of the long clip do not repeat");
        }
        written.forEach(out::println);
        return report.passed() ? 0 : 1;
    }

    private Optional<Ffmpeg> ffmpeg(PrintWriter progress) {
        if (!codecs) {
            return Optional.empty();
        }
        Optional<Ffmpeg> found = Ffmpeg.find(VideoCodec.encoders());
        progress.println(found.map(Ffmpeg::version)
                .orElse("found no ffmpeg with " + String.join(" and ", VideoCodec.encoders())
                        + " on the PATH: codecs are left out"));
        progress.flush();
        return found;
    }

    /** The models at a size; one clip is one keyframe, one camera is a batch. */
    private TokenCodec open(Configuration configuration, FrameSize size) {
        Configuration ours = new Configuration(configuration);
        ours.set(TokenizeOptions.FRAME_SIZE, size.toString());
        ours.set(TokenizeOptions.KEYFRAME_INTERVAL, Integer.MAX_VALUE);
        ours.set(InferenceOptions.BATCH_SIZE, 1);
        TokenizeSettings settings = TokenizeSettings.of(ours);
        Optional<String> second = beside.or(() -> ModelFiles.sharp(ours.get(DetokenizeOptions.MODEL_DECODER)));
        List<Closeable> opened = new ArrayList<>();
        try {
            VideoTokenizer tokenizer = Models.tokenizer(settings);
            opened.add(tokenizer::close);
            VideoDetokenizer detokenizer = Models.detokenizer(ours, settings, size);
            opened.add(detokenizer::close);
            return new TokenCodec(
                    tokenizer,
                    detokenizer,
                    second.map(location -> Models.detokenizer(location, settings, size)),
                    settings);
        } catch (RuntimeException e) {
            IOUtils.closeQuietly(opened.toArray(Closeable[]::new));
            throw e;
        }
    }
}
