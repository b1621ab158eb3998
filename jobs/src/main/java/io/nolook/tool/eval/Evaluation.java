package io.nolook.tool.eval;

import io.nolook.archive.TokenGrid;
import io.nolook.frame.FrameSize;
import io.nolook.frame.Picture;
import io.nolook.model.ModelSpec;
import io.nolook.quality.CodeUse;
import io.nolook.quality.Flicker;
import io.nolook.quality.StructuralSimilarity;
import io.nolook.report.Text;
import io.nolook.tool.eval.EvalReport.ChunkFlicker;
import io.nolook.tool.eval.EvalReport.Codes;
import io.nolook.tool.eval.EvalReport.Machine;
import io.nolook.tool.eval.EvalReport.Model;
import io.nolook.tool.eval.EvalReport.Setting;
import io.nolook.tool.eval.EvalReport.SizeResult;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Runs a plan, clip by clip, and collects what its report says. */
public final class Evaluation {
    private final EvalPlan plan;
    private final TokenCodec.Factory models;
    private final ClipPictures pictures;
    private final Consumer<String> said;

    private final List<ClipResult> results = new ArrayList<>();
    private final List<Double> encodeMillis = new ArrayList<>();
    private final List<Double> decodeMillis = new ArrayList<>();
    private Rate bits = Rate.NOTHING;
    private long pixels;

    /**
     * @param pictures takes what clips look like
     * @param said takes lines for people, about one a clip
     */
    public Evaluation(EvalPlan plan, TokenCodec.Factory models, ClipPictures pictures, Consumer<String> said) {
        this.plan = plan;
        this.models = models;
        this.pictures = pictures;
        this.said = said;
    }

    /** Runs all of it; once. */
    public EvalReport run() throws IOException {
        Map<String, Path> clips = Clip.find(plan.videos());
        try (TokenCodec codec = models.open(plan.size())) {
            plan.sizes().forEach(codec.spec()::requireSize);
            CodeUse use = new CodeUse(codec.spec().bits());
            Flicker flicker = new Flicker(codec.spec().chunkFrames());
            Optional<Clip> looped = Optional.empty();
            for (Map.Entry<String, Path> entry : clips.entrySet()) {
                Clip clip = Clip.read(entry.getKey(), entry.getValue(), plan.limits(), plan.size());
                ClipResult result = evaluate(codec, clip, use, flicker);
                results.add(result);
                said.accept(line(results.size(), clips.size(), result));
                if (looped.isEmpty()
                        && LongClip.period(clip.frames().size(), round(codec.spec()))
                                .isPresent()) {
                    looped = Optional.of(clip);
                }
            }
            LongClip longClip = loop(codec, looped).orElse(null);
            return report(codec, use, flicker, longClip, sizes(clips));
        }
    }

    private ClipResult evaluate(TokenCodec codec, Clip clip, CodeUse use, Flicker flicker) throws IOException {
        TokenCodec.Run run = codec.run(clip.frames(), clip.framesPerSecond());
        encodeMillis.addAll(run.encodeMillis());
        decodeMillis.addAll(run.decodeMillis());
        List<int[]> tokens = run.tokens();
        tokens.forEach(use::add);
        Flicker own = new Flicker(codec.spec().chunkFrames());
        own.add(clip.frames(), run.pictures());
        flicker.add(own);
        Rate rate = Rate.of(tokens, grid(codec), codec.spec().phasePeriod());
        bits = bits.plus(rate);
        pixels += clip.pixels();
        Rate perPixel = rate.over(clip.pixels());
        Scores scores = Scores.of(clip.frames(), run.pictures());
        List<Picture> others = codec.beside(run);
        Scores beside = others.isEmpty() ? null : Scores.of(clip.frames(), others);
        List<CodecPoint> points =
                plan.ffmpeg().isPresent() ? new CodecSweep(plan.ffmpeg().get()).points(clip) : List.of();
        if (plan.pictured().test(clip.name())) {
            picture(clip, run.pictures(), scores, others, beside, perPixel, points);
        }
        return new ClipResult(
                clip.name(),
                clip.sourceSize().toString(),
                clip.framesPerSecond(),
                clip.frames().size(),
                tokens.stream().mapToLong(frame -> frame.length).sum(),
                scores,
                beside,
                perPixel,
                own.border(),
                own.inside(),
                Stills.of(codec, clip, run.pictures()),
                HeldPicture.of(codec, clip),
                points,
                Likeness.of(
                        scores,
                        points,
                        clip.framesPerSecond() * clip.pixels() / clip.frames().size()));
    }

    private void picture(
            Clip clip,
            List<Picture> decoded,
            Scores scores,
            List<Picture> others,
            @Nullable Scores beside,
            Rate rate,
            List<CodecPoint> points)
            throws IOException {
        Map<VideoCodec, CodecPoint> nearest = CodecPoint.nearest(points, rate.raw());
        Map<VideoCodec, List<Picture>> coded =
                nearest.isEmpty() ? Map.of() : new CodecSweep(plan.ffmpeg().orElseThrow()).pictures(clip, nearest);
        List<ClipPictures.Line> lines = new ArrayList<>();
        lines.add(new ClipPictures.Line("original", clip.frames()));
        lines.add(new ClipPictures.Line(title("tokens", rate.raw(), scores), decoded));
        if (beside != null) {
            lines.add(new ClipPictures.Line(title("second decoder", rate.raw(), beside), others));
        }
        coded.forEach((codec, frames) -> lines.add(new ClipPictures.Line(
                title(
                        codec.title(),
                        nearest.get(codec).bitsPerPixel(),
                        nearest.get(codec).scores()),
                frames)));
        pictures.write(clip.name(), lines);
    }

    private static String title(String codec, double rate, Scores scores) {
        return Text.format("%s: %.4f bit/pixel, %.2f dB, SSIM %.3f", codec, rate, scores.psnr(), scores.ssim());
    }

    private static String line(int at, int of, ClipResult result) {
        return Text.format(
                "%d/%d %s: %d frames, %.2f dB, SSIM %.4f, MS-SSIM %.4f, %.4f bit/pixel raw, %.4f coded%s",
                at,
                of,
                result.clip(),
                result.frames(),
                result.scores().psnr(),
                result.scores().ssim(),
                result.scores().msSsim(),
                result.bitsPerPixel().raw(),
                result.bitsPerPixel().coded(),
                result.codecs().isEmpty() ? "" : ", " + result.codecs().size() + " codec points");
    }

    private Optional<LongClip> loop(TokenCodec codec, Optional<Clip> looped) throws IOException {
        if (plan.longFrames() == 0 || looped.isEmpty()) {
            return Optional.empty();
        }
        Clip clip = looped.get();
        int chunk = codec.spec().chunkFrames();
        int period = LongClip.period(clip.frames().size(), round(codec.spec())).orElseThrow();
        int least = LongClip.leastFrames(period, codec.spec().history(), chunk);
        if (plan.longFrames() < least) {
            throw new IllegalArgumentException("--long-frames: found " + plan.longFrames() + ", expected at least "
                    + least + " for a loop of " + period + " frames, or 0 to leave it out");
        }
        LongClip result = LongClip.run(codec, clip, period, plan.longFrames());
        said.accept(Text.format(
                "long clip %s, %d frames: tokens %s; %.2f dB at the start, %.2f dB at the end",
                result.clip(),
                result.frames(),
                result.passed()
                        ? "repeat bit for bit"
                        : "DIFFER in " + result.repeats().different() + " of "
                                + result.repeats().compared() + " token frames",
                result.psnrFirst(),
                result.psnrLast()));
        return Optional.of(result);
    }

    /** Frames after which a step is told the same phase again. */
    private static int round(ModelSpec spec) {
        return spec.chunkFrames() * spec.phasePeriod();
    }

    private List<SizeResult> sizes(Map<String, Path> clips) throws IOException {
        List<SizeResult> sizes = new ArrayList<>();
        for (FrameSize size : plan.sizes()) {
            try (TokenCodec codec = models.open(size)) {
                List<Scores> scores = new ArrayList<>();
                Rate sum = Rate.NOTHING;
                long frames = 0;
                for (Map.Entry<String, Path> entry : clips.entrySet()) {
                    Clip clip = Clip.read(entry.getKey(), entry.getValue(), plan.limits(), size);
                    TokenCodec.Run run = codec.run(clip.frames(), clip.framesPerSecond());
                    scores.add(Scores.of(clip.frames(), run.pictures()));
                    sum = sum.plus(
                            Rate.of(run.tokens(), grid(codec), codec.spec().phasePeriod()));
                    frames += clip.frames().size();
                }
                Rate rate = sum.over(frames * size.width() * size.height());
                Scores mean = Scores.mean(scores);
                boolean scales = StructuralSimilarity.hasScales(size.width(), size.height());
                sizes.add(
                        new SizeResult(size.toString(), scales ? StructuralSimilarity.SCALES : 0, frames, mean, rate));
                said.accept(Text.format(
                        "size %s: %.2f dB, SSIM %.4f, %.4f bit/pixel raw", size, mean.psnr(), mean.ssim(), rate.raw()));
            }
        }
        return sizes;
    }

    private EvalReport report(
            TokenCodec codec, CodeUse use, Flicker flicker, LongClip longClip, List<SizeResult> sizes) {
        Scores scores = Scores.mean(results.stream().map(ClipResult::scores).toList());
        Rate rate = bits.over(pixels);
        List<CodecPoint> points = plan.ffmpeg().isPresent()
                ? CodecPoint.pool(results.stream().map(ClipResult::codecs).toList(), pixels)
                : List.of();
        return new EvalReport(
                model(codec),
                new Machine(
                        codec.runtimeId(),
                        Processor.name(),
                        Runtime.getRuntime().availableProcessors()),
                setting(),
                scores,
                results.get(0).beside() == null
                        ? null
                        : Scores.mean(results.stream().map(ClipResult::beside).toList()),
                rate,
                new Codes(use.tokens(), use.distinct(), use.entropy(), use.bitEntropies(), use.deadBits()),
                new ChunkFlicker(flicker.border(), flicker.inside(), flicker.still()),
                Stills.mean(results.stream().map(ClipResult::stills).toList()),
                HeldPicture.mean(results.stream().map(ClipResult::heldPsnr).toList()),
                Speed.of(encodeMillis, codec.spec().chunkFrames()),
                Speed.of(decodeMillis, codec.spec().chunkFrames()),
                longClip,
                sizes,
                points,
                Comparison.all(scores, rate, points),
                Likeness.of(
                        scores,
                        points,
                        pixels
                                / results.stream()
                                        .mapToDouble(ClipResult::seconds)
                                        .sum()),
                List.copyOf(results));
    }

    private static Model model(TokenCodec codec) {
        ModelSpec spec = codec.spec();
        double pixelsOfToken = (double) spec.chunkFrames() * spec.spatialStride() * spec.spatialStride();
        return new Model(
                spec.name(),
                spec.tokenizerId(),
                codec.encoderHash(),
                spec.bits(),
                spec.chunkFrames(),
                spec.spatialStride(),
                spec.receptiveField(),
                spec.bits() / pixelsOfToken);
    }

    private Setting setting() {
        Map<String, String> commands = new LinkedHashMap<>();
        if (plan.ffmpeg().isPresent()) {
            for (VideoCodec codec : VideoCodec.values()) {
                commands.put(codec.title(), codec.command());
            }
        }
        return new Setting(
                plan.size().toString(),
                plan.fit().name().toLowerCase(Locale.ROOT),
                plan.limitFrames(),
                results.stream().mapToLong(ClipResult::frames).sum(),
                plan.ffmpeg().map(Ffmpeg::version).orElse("none: codecs were not measured"),
                commands);
    }

    private static TokenGrid grid(TokenCodec codec) {
        int stride = codec.spec().spatialStride();
        return new TokenGrid(
                codec.size().height() / stride,
                codec.size().width() / stride,
                codec.spec().bits());
    }
}
