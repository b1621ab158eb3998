package io.nolook.tool.bench.page;

import static io.nolook.report.Text.escaped;
import static io.nolook.report.Text.format;

import java.util.List;

/** A run as one page of HTML, plots inside, for people; it loads nothing. */
final class BenchPage {
    private static final String STYLE = """
            body { font: 15px/1.5 Helvetica, Arial, sans-serif; color: #222; background: #fff;
              max-width: 1100px; margin: 2em auto; padding: 0 1em }
            h1 { font-size: 1.6em } h2 { font-size: 1.25em; margin-top: 2.2em; border-top: 1px solid #ddd;
              padding-top: 0.8em } h3 { font-size: 1em; margin-bottom: 0.3em }
            table { border-collapse: collapse; font-size: 13px; margin: 0.3em 0 1.2em }
            th, td { border-bottom: 1px solid #ddd; padding: 3px 9px; text-align: right; vertical-align: top }
            th:first-child, td:first-child { text-align: left } .words td { text-align: left }
            .words th { text-align: left }
            .right { color: #1a7f37 } .wrong { color: #b00020; font-weight: bold }
            .note { color: #444 } .wide { overflow-x: auto } svg { max-width: 100%; height: auto }
            nav a { margin-right: 1em }
            """;
    private static final int WORDS = 24;

    private final BenchReport report;
    private final StringBuilder html = new StringBuilder();

    private BenchPage(BenchReport report) {
        this.report = report;
    }

    static String of(BenchReport report) {
        return new BenchPage(report).page();
    }

    private String page() {
        html.append("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n<title>")
                .append(escaped(report.title()))
                .append("</title>\n<style>\n")
                .append(STYLE)
                .append("</style></head><body>\n");
        html.append("<h1>").append(escaped(report.title())).append("</h1>\n");
        Machine machine = report.machine();
        paragraph(format(
                "%s, %s, %.0f s. %d processors (%s), %d MiB of memory, heap up to %d MiB, load %.1f at the start. %s. %s.",
                report.began(),
                report.version(),
                report.seconds(),
                machine.processors(),
                machine.processor(),
                machine.memoryMiB(),
                machine.heapMiB(),
                machine.load(),
                machine.system(),
                machine.java()));
        paragraph((report.repeats() == 1
                        ? "One run of each thing. "
                        : "Medians of " + report.repeats()
                                + " runs where no other number stands, with the least and the"
                                + " most in brackets and as whiskers. ")
                + "Broker, jobs and readers share the machine. Compare figures of one run only: machines have slow"
                + " hours.");
        html.append("<nav>");
        for (Chapter chapter : report.chapters()) {
            html.append(format("<a href=\"#%s\">%s</a>\n", chapter.name(), escaped(chapter.title())));
        }
        html.append("</nav>\n");
        report.chapters().forEach(this::chapter);
        return html.append("</body></html>\n").toString();
    }

    private void chapter(Chapter chapter) {
        html.append(format("<h2 id=\"%s\">%s</h2>\n", chapter.name(), escaped(chapter.title())));
        chapter.notes().forEach(this::paragraph);
        chapter.plots().forEach(plot -> html.append(plot.svg()));
        chapter.grids().forEach(this::table);
        for (String check : chapter.checks()) {
            html.append(format("<p class=\"%s\">%s</p>\n", chapter.right() ? "right" : "wrong", escaped(check)));
        }
    }

    private void table(Grid grid) {
        boolean words =
                grid.rows().stream().anyMatch(row -> row.stream().skip(1).anyMatch(cell -> cell.length() > WORDS));
        html.append("<h3>").append(escaped(grid.title())).append("</h3>\n<div class=\"wide\"><table");
        html.append(words ? " class=\"words\">\n<tr>" : ">\n<tr>");
        cells("th", grid.columns());
        for (List<String> row : grid.rows()) {
            html.append("<tr>");
            cells("td", row);
        }
        html.append("</table></div>\n");
    }

    private void cells(String tag, List<String> cells) {
        cells.forEach(cell -> html.append(format("<%s>%s</%s>", tag, escaped(cell), tag)));
        html.append("</tr>\n");
    }

    private void paragraph(String text) {
        html.append("<p class=\"note\">").append(escaped(text)).append("</p>\n");
    }
}
