package io.nolook.tool.chaos;

import io.nolook.tool.verify.ReaderReport;
import io.nolook.verification.Fate;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A run as one page of HTML for people: what came of it, a time line of the faults, and each fault's recovery. */
public final class ChaosPage {
    private static final int NAME_WIDTH = 210;
    private static final int TIME_WIDTH = 860;
    private static final int ROW = 20;
    private static final int TOP = 26;
    private static final String STYLE = """
            body { font: 15px/1.5 Helvetica, Arial, sans-serif; color: #222; max-width: 1100px; margin: 2em auto;
              padding: 0 1em }
            table { border-collapse: collapse; font-size: 13px }
            th, td { border-bottom: 1px solid #ddd; padding: 3px 9px; text-align: right }
            th:nth-child(2), td:nth-child(2), th:nth-child(3), td:nth-child(3) { text-align: left }
            .passed { color: #1a7f37 } .failed { color: #b00020 } svg { max-width: 100%; height: auto }
            """;

    private final ChaosReport report;
    private final StringBuilder html = new StringBuilder();

    private ChaosPage(ChaosReport report) {
        this.report = report;
    }

    public static String of(ChaosReport report) {
        return new ChaosPage(report).page();
    }

    private String page() {
        html.append("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>chaos</title><style>\n")
                .append(STYLE)
                .append("</style></head><body>\n");
        add(
                "<h1>Chaos, seed %d: <span class=\"%s\">%s</span></h1>\n",
                report.seed(),
                report.passed() ? "passed" : "failed",
                report.passed()
                        ? "passed"
                        : "failed " + report.verdict().faults() + " "
                                + report.readers().examples());
        add(
                "<p>%d cameras sent %d frames a second each; %d faults of %d kinds in %.1f minutes, %d with batches in the"
                        + " model, %d with open transactions. %d frames sent, %d token frames recomputed and compared:"
                        + " %s.</p>\n",
                report.cameras().count(),
                report.cameras().framesPerSecond(),
                report.faults().size(),
                report.kinds(),
                report.minutes(),
                report.hitRunningBatches(),
                report.hitOpenTransactions(),
                report.framesSent(),
                report.verdict().tokenFrames(),
                fates(report.verdict().frames()));
        add(
                "<p>Of %d token frames, %d are in the archive; %d scores and %d actions were recomputed and compared."
                        + " %d faults.</p>\n",
                report.readers().tokenFrames(),
                report.readers().archived(),
                report.readers().scores(),
                report.readers().actions(),
                report.readers().faults());
        if (report.readers().generated() != null) {
            ReaderReport.Generated generated = report.readers().generated();
            add(
                    "<p>%d surprises, %d anomalies and %d token frames of samples were recomputed and compared.</p>\n",
                    generated.surprises(), generated.anomalies(), generated.samples());
        }
        add("<p>Misdeeds of the cameras: %s.</p>\n", report.misdeeds());
        report.leftOut().forEach((kind, why) -> add("<p>Left out: %s: %s.</p>\n", kind, why));
        timeLine();
        table();
        return html.append("</body></html>\n").toString();
    }

    private static String fates(Map<Fate, Long> frames) {
        return frames.toString().toLowerCase(Locale.ROOT).replaceAll("[{}]", "").replace('=', ' ');
    }

    /** One row a kind; red until a checkpoint completed, amber until the job had caught up. */
    private void timeLine() {
        List<FaultKind> kinds =
                report.faults().stream().map(ChaosReport.Fault::kind).distinct().toList();
        double end = report.faults().stream()
                .mapToDouble(fault -> fault.overSeconds() + fault.caughtUpMillis() / 1e3)
                .max()
                .orElse(1);
        add(
                "<svg viewBox=\"0 0 %d %d\" font-family=\"Helvetica, Arial, sans-serif\" font-size=\"12\">\n",
                NAME_WIDTH + TIME_WIDTH + 10, TOP + ROW * kinds.size() + 8);
        add(
                "<text x=\"%d\" y=\"16\">grey: the fault; red: until the next completed checkpoint; amber: until caught up."
                        + " Whole width: %.0f s</text>\n",
                NAME_WIDTH, end);
        for (int row = 0; row < kinds.size(); row++) {
            add(
                    "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>\n",
                    NAME_WIDTH - 8, TOP + ROW * row + 14, kinds.get(row));
            add(
                    "<line x1=\"%d\" x2=\"%d\" y1=\"%d\" y2=\"%d\" stroke=\"#eee\"/>\n",
                    NAME_WIDTH, NAME_WIDTH + TIME_WIDTH, TOP + ROW * row + 19, TOP + ROW * row + 19);
        }
        for (ChaosReport.Fault fault : report.faults()) {
            int y = TOP + ROW * kinds.indexOf(fault.kind()) + 3;
            double over = fault.overSeconds();
            double checkpoint = over + fault.checkpointMillis() / 1e3;
            bar(y, fault.atSeconds() / end, over / end, "#999");
            bar(y, over / end, checkpoint / end, "#c8352b");
            bar(y, checkpoint / end, (over + fault.caughtUpMillis() / 1e3) / end, "#e8a33d");
        }
        html.append("</svg>\n");
    }

    private void bar(int y, double from, double to, String colour) {
        add(
                "<rect x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\" fill=\"%s\"/>\n",
                NAME_WIDTH + from * TIME_WIDTH, y, Math.max(0.5, (to - from) * TIME_WIDTH), ROW - 6, colour);
    }

    private void table() {
        html.append(
                "<table><tr><th>at, s</th><th>fault</th><th>of</th><th>chunks in the model</th>"
                        + "<th>uncommitted tokens</th><th>lasted, s</th><th>checkpoint after, s</th><th>caught up after, s</th></tr>\n");
        for (ChaosReport.Fault fault : report.faults()) {
            add(
                    "<tr><td>%.1f</td><td>%s</td><td>%s</td><td>%d</td><td>%d</td><td>%.1f</td><td>%.1f</td><td>%.1f</td></tr>\n",
                    fault.atSeconds(),
                    fault.kind(),
                    fault.target(),
                    fault.chunksRunning(),
                    fault.openTokens(),
                    fault.overSeconds() - fault.atSeconds(),
                    fault.checkpointMillis() / 1e3,
                    fault.caughtUpMillis() / 1e3);
        }
        html.append("</table>\n");
    }

    private void add(String format, Object... values) {
        html.append(String.format(Locale.ROOT, format, values));
    }
}
