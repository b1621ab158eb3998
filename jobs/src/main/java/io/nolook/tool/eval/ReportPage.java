package io.nolook.tool.eval;

import static io.nolook.report.Text.escaped;
import static io.nolook.report.Text.format;

import io.nolook.tool.eval.Bars.Bar;
import io.nolook.tool.eval.Comparison.Metric;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The report as one page of HTML, plots inside, for people. */
final class ReportPage {
    private static final String STYLE = """
            body { font: 15px/1.5 Helvetica, Arial, sans-serif; color: #222; background: #fff;
              max-width: 1100px; margin: 2em auto; padding: 0 1em }
            h1 { font-size: 1.6em } h2 { font-size: 1.2em; margin-top: 2em }
            table { border-collapse: collapse; font-size: 13px; margin: 1em 0 }
            th, td { border-bottom: 1px solid #ddd; padding: 3px 9px; text-align: right; white-space: nowrap }
            th:first-child, td:first-child { text-align: left }
            .bad { color: #b00020; font-weight: bold } .note { color: #555; font-size: 13px }
            code { background: #f3f3f3; padding: 1px 4px; font-size: 12px }
            .wide { overflow-x: auto }
            svg, img { max-width: 100%; height: auto }
            """;

    private final EvalReport report;
    private final StringBuilder html = new StringBuilder();

    private ReportPage(EvalReport report) {
        this.report = report;
    }

    /**
     * @param pictures paths relative to the page, by clip
     */
    static String of(EvalReport report, Map<String, String> pictures) {
        return new ReportPage(report).page(pictures);
    }

    private String page(Map<String, String> pictures) {
        html.append("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n<title>")
                .append(escaped(report.model().name()))
                .append(" evaluated</title>\n<style>\n")
                .append(STYLE)
                .append("</style></head><body>\n");
        EvalReport.Model model = report.model();
        html.append("<h1>").append(escaped(model.name())).append(" evaluated</h1>\n");
        paragraph(
                "%d clips, %d frames of %s (%s). Tokenizer %s: %d bits a token of %d frames x %d x %d pixels."
                        + " No periodic keyframes: a clip is one keyframe at its start and what follows it.",
                report.clips().size(),
                report.setting().frames(),
                report.setting().size(),
                report.setting().fit(),
                model.tokenizerId(),
                model.bits(),
                model.chunkFrames(),
                model.spatialStride(),
                model.spatialStride());
        figures();
        reading();
        for (Metric metric : Metric.values()) {
            if (!Double.isNaN(metric.of(report.scores()))) {
                html.append(RatePlot.of(report, metric));
            }
        }
        checks();
        sizes();
        clips();
        codes();
        pictures(pictures);
        method();
        return html.append("</body></html>\n").toString();
    }

    private void figures() {
        Rate rate = report.bitsPerPixel();
        heading("Figures");
        quality();
        table(
                "what|figure",
                Stream.of(
                                row(
                                        "rate, raw",
                                        format(
                                                "%.4f bit per pixel (%.4f without the clips' first frames)",
                                                rate.raw(), report.model().nominalBitsPerPixel())),
                                row(
                                        "rate, coded as in the archive, a segment a clip",
                                        format("%.4f bit per pixel", rate.coded())),
                                row("rate under Deflate", format("%.4f bit per pixel", rate.deflated())),
                                row("looks like H.264", likeness(report.likeness())),
                                speed("encode, batch of one", report.encode()),
                                speed("decode, batch of one", report.decode()),
                                row(
                                        "on",
                                        format(
                                                "%s, %d processors; %s",
                                                report.machine().processor(),
                                                report.machine().processors(),
                                                report.machine().runtimeId())))
                        .toList());
    }

    private void quality() {
        List<String> rows = new ArrayList<>(List.of(scores("decoder", report.scores())));
        if (report.beside() != null) {
            rows.add(scores("second decoder, the same tokens", report.beside()));
        }
        table("mean over clips|PSNR|SSIM|MS-SSIM (4 scales)|detail", rows);
        if (report.beside() != null) {
            paragraph(
                    "Detail is the energy of what changes from pixel to pixel, over the original's: 1 is as sharp. A decoder"
                            + " that makes up for what the tokens do not say has more of it and a lower PSNR: what it adds is invented.");
        }
    }

    private static String likeness(List<Likeness> likeness) {
        return likeness.isEmpty()
                ? "not measured"
                : likeness.stream()
                        .map(each -> each.text() + " by " + each.metric().title())
                        .collect(Collectors.joining(", "));
    }

    private static String likeness(ClipResult clip, Metric metric) {
        return clip.likeness().stream()
                .filter(each -> each.metric() == metric)
                .map(Likeness::text)
                .findFirst()
                .orElse("-");
    }

    private static String speed(String what, Speed speed) {
        return row(
                what,
                format(
                        "%.2f ms a frame; a step p50 %.1f ms, p99 %.1f ms (%d steps)",
                        speed.millisPerFrame(), speed.stepMillisP50(), speed.stepMillisP99(), speed.steps()));
    }

    private void reading() {
        heading("What that says");
        if (report.comparisons().isEmpty()) {
            paragraph("No codec was measured (%s).", report.setting().ffmpeg());
            return;
        }
        html.append("<ul>\n");
        for (Comparison comparison : report.comparisons()) {
            html.append("<li>").append(escaped(comparison.reading())).append("</li>\n");
        }
        html.append("</ul>\n");
        paragraph(
                "Read it with care: the codecs look ahead, code frames out of order and need their stream from the last"
                        + " keyframe; the tokens are causal, of a constant rate, and coded without a loss."
                        + " PSNR and MS-SSIM reward what the codecs are built for.");
    }

    private void checks() {
        heading("Checks");
        LongClip looped = report.longClip();
        if (looped == null) {
            paragraph("Long clip: not run.");
        } else {
            html.append(format(
                    "<p>Long clip: <span class=\"%s\">%s</span>. %s looped every %d frames to %d without a keyframe;"
                            + " %d of %d token frames differ from those one period before;"
                            + " %.2f dB at the start, %.2f dB at the end.</p>\n",
                    looped.passed() ? "good" : "bad",
                    looped.passed() ? "passed" : "FAILED",
                    escaped(looped.clip()),
                    looped.period(),
                    looped.frames(),
                    looped.repeats().different(),
                    looped.repeats().compared(),
                    looped.psnrFirst(),
                    looped.psnrLast()));
        }
        paragraph(
                "Flicker (RMS of the frame-to-frame change of the error, steps of 1/255): %.3f at chunk borders, %.3f"
                        + " inside chunks, %.3f in blocks that stand still.",
                report.flicker().border(),
                report.flicker().inside(),
                report.flicker().still());
        Stills stills = report.stills();
        table(
                "stills|PSNR|SSIM|MS-SSIM|detail",
                List.of(
                        scores("frames alone, each one keyframe", stills.alone()),
                        scores("the same frames in their stream", stills.inStream()),
                        scores("first frames of the clips", stills.first())));
        paragraph("First frames held, PSNR by token frame:");
        table(
                IntStream.rangeClosed(1, report.heldPsnr().size())
                        .mapToObj(String::valueOf)
                        .collect(Collectors.joining("|")),
                List.of(row(report.heldPsnr().stream()
                        .map(psnr -> format("%.2f", psnr))
                        .toArray())));
    }

    private void sizes() {
        if (report.sizes().isEmpty()) {
            return;
        }
        heading("Other sizes");
        table(
                "size|frames|PSNR|SSIM|MS-SSIM|scales|bit/pixel raw|coded",
                report.sizes().stream()
                        .map(size -> row(
                                size.size(),
                                size.frames(),
                                format("%.2f", size.scores().psnr()),
                                format("%.4f", size.scores().ssim()),
                                size.msSsimScales() == 0
                                        ? "-"
                                        : format("%.4f", size.scores().msSsim()),
                                size.msSsimScales(),
                                format("%.4f", size.bitsPerPixel().raw()),
                                format("%.4f", size.bitsPerPixel().coded())))
                        .toList());
    }

    private void clips() {
        heading("Clips");
        table(
                "clip|source|frames|PSNR|SSIM|MS-SSIM|bit/pixel raw|coded|Deflate|like H.264 by PSNR|by MS-SSIM"
                        + "|held, last token frame|flicker border|inside",
                report.clips().stream()
                        .map(clip -> row(
                                clip.clip(),
                                clip.sourceSize(),
                                clip.frames(),
                                format("%.2f", clip.scores().psnr()),
                                format("%.4f", clip.scores().ssim()),
                                format("%.4f", clip.scores().msSsim()),
                                format("%.4f", clip.bitsPerPixel().raw()),
                                format("%.4f", clip.bitsPerPixel().coded()),
                                format("%.4f", clip.bitsPerPixel().deflated()),
                                likeness(clip, Metric.PSNR),
                                likeness(clip, Metric.MS_SSIM),
                                format(
                                        "%.2f",
                                        clip.heldPsnr().get(clip.heldPsnr().size() - 1)),
                                format("%.2f", clip.flickerBorder()),
                                format("%.2f", clip.flickerInside())))
                        .toList());
        html.append(Bars.of("PSNR of the tokens, dB", bars(Metric.PSNR), 45, "%.2f"));
        if (!Double.isNaN(report.scores().msSsim())) {
            html.append(Bars.of("MS-SSIM of the tokens", bars(Metric.MS_SSIM), 1, "%.4f"));
        }
    }

    private List<Bar> bars(Metric metric) {
        return report.clips().stream()
                .map(clip -> new Bar(clip.clip(), metric.of(clip.scores())))
                .toList();
    }

    private void codes() {
        heading("Codes");
        EvalReport.Codes codes = report.codes();
        paragraph(
                "%d tokens use %d different codes; %.2f bits of entropy a token (plug-in estimate from these tokens alone,"
                        + " too low for a small sample); %d dead bits (entropy below 0.01).",
                codes.tokens(), codes.distinct(), codes.entropyPerToken(), codes.deadBits());
        List<Bar> bars = new ArrayList<>();
        for (int bit = 0; bit < codes.bitEntropies().length; bit++) {
            bars.add(new Bar("bit " + bit, codes.bitEntropies()[bit]));
        }
        html.append(Bars.of("entropy of each bit", bars, 1, "%.3f"));
    }

    private void pictures(Map<String, String> pictures) {
        if (pictures.isEmpty()) {
            return;
        }
        heading("Pictures");
        paragraph("Codecs at the measured rate nearest to the tokens' raw rate in that clip.");
        pictures.forEach((clip, path) -> html.append(format(
                "<h3>%s</h3><img loading=\"lazy\" alt=\"%s\" src=\"%s\">\n",
                escaped(clip), escaped(clip), escaped(path))));
    }

    private void method() {
        heading("How it was measured");
        paragraph(
                "PSNR of a clip is that of the RGB error pooled over its frames (equal pictures count as 100 dB). SSIM:"
                        + " Gaussian 11 x 11, sigma 1.5, whole windows, mean of the RGB channels and frames. MS-SSIM: four scales"
                        + " with the weights .0517 .3295 .3462 .2726. All are means over clips. Rates are all bits over all pixels;"
                        + " between the codecs' points quality is straight over the logarithm of the rate. H.264 at N kbit/s is"
                        + " that of equal quality, at the clip's own rate of pictures. Source: %s frames at"
                        + " most of each clip, short side averaged by area.",
                report.setting().limitFrames());
        paragraph(
                "Codecs: %s. Keyframes at least every %d s, the default interval of the jobs; elementary streams, settings"
                        + " messages left out.",
                report.setting().ffmpeg(), VideoCodec.GOP_SECONDS);
        report.setting()
                .codecCommands()
                .forEach((codec, command) -> html.append("<p class=\"note\">")
                        .append(escaped(codec))
                        .append(": <code>")
                        .append(escaped(command))
                        .append("</code></p>\n"));
    }

    private void heading(String text) {
        html.append("<h2>").append(escaped(text)).append("</h2>\n");
    }

    private void paragraph(String format, Object... values) {
        html.append("<p>").append(escaped(format(format, values))).append("</p>\n");
    }

    /** Cells are separated by bars. */
    private void table(String head, List<String> rows) {
        html.append("<div class=\"wide\"><table><tr><th>")
                .append(escaped(head).replace("|", "</th><th>"))
                .append("</th></tr>\n");
        rows.forEach(row -> html.append(row));
        html.append("</table></div>\n");
    }

    private static String scores(String what, Scores scores) {
        return row(
                what,
                format("%.2f dB", scores.psnr()),
                format("%.4f", scores.ssim()),
                format("%.4f", scores.msSsim()),
                format("%.2f", scores.detail()));
    }

    private static String row(Object... cells) {
        StringBuilder row = new StringBuilder("<tr>");
        for (Object cell : cells) {
            row.append("<td>").append(escaped(String.valueOf(cell))).append("</td>");
        }
        return row.append("</tr>\n").toString();
    }
}
