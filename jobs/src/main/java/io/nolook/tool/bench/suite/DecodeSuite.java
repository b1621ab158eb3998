package io.nolook.tool.bench.suite;

import io.nolook.tool.bench.DecodeBench;
import io.nolook.tool.bench.page.BarPlot;
import io.nolook.tool.bench.page.Chapter;
import io.nolook.tool.bench.page.Grid;
import java.util.ArrayList;
import java.util.List;

/** What a JPEG costs before the model sees it, by its size. */
final class DecodeSuite implements Suite.Run {
    /** Two decoders that agree less than this show different pictures. */
    private static final double LEAST_PSNR = 25;

    private final SuitePlan plan;

    DecodeSuite(SuitePlan plan) {
        this.plan = plan;
    }

    @Override
    public Chapter chapter() throws Exception {
        int rounds = plan.extent().choose(1, 7);
        double seconds = plan.extent().choose(0.05, 0.5);
        DecodeBench.Result found = new DecodeBench(plan.options(), rounds, seconds).run();
        found.lines().forEach(line -> plan.say("%s", line));
        List<List<String>> rows = new ArrayList<>();
        List<BarPlot.Bar> bars = new ArrayList<>();
        for (DecodeBench.Row row : found.rows()) {
            bars.add(new BarPlot.Bar(row.size() + ", as the job", row.job(), true));
            bars.add(new BarPlot.Bar(row.size() + ", whole by the JDK", row.jdk(), false));
            rows.add(List.of(
                    row.size(),
                    Long.toString(row.bytes()),
                    row.job().text(3),
                    row.jdk().text(3),
                    SuitePlan.text("%.1f", row.psnr())));
        }
        double worst =
                found.rows().stream().mapToDouble(DecodeBench.Row::psnr).min().orElseThrow();
        return new Chapter(
                Suite.DECODE.toString(),
                "Decoding: from a JPEG to the model's picture",
                List.of(SuitePlan.text(
                        "Decoded and fitted to %s on one thread; %d turns of %.2f s of each way.",
                        found.fitted(), rounds, seconds)),
                List.of(Grid.of(
                        "Decoding", "JPEG|bytes|ms, as the job|ms, whole by the JDK|PSNR between them, dB", rows)),
                List.of(new BarPlot("Decoding and fitting", "ms a picture", bars)),
                List.of(SuitePlan.text(
                        "the two ways agree to %.1f dB or more, %s %.0f dB",
                        worst, worst < LEAST_PSNR ? "LESS than" : "at least", LEAST_PSNR)),
                worst >= LEAST_PSNR);
    }
}
