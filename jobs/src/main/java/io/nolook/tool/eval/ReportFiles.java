package io.nolook.tool.eval;

import io.nolook.report.JsonFile;
import io.nolook.tool.eval.Comparison.Metric;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes a report: page, figures, plots. */
public final class ReportFiles {

    private ReportFiles() {}

    /**
     * @param folder made if missing
     * @return the files, the page first
     */
    public static List<Path> write(EvalReport report, ClipPictures pictures, Path folder) throws IOException {
        Files.createDirectories(folder);
        List<Path> written = new ArrayList<>();
        Map<String, String> relative = new LinkedHashMap<>();
        pictures.written()
                .forEach((clip, path) ->
                        relative.put(clip, folder.relativize(path).toString().replace('\\', '/')));
        written.add(Files.writeString(folder.resolve("index.html"), ReportPage.of(report, relative)));
        written.add(JsonFile.write(folder.resolve("report.json"), report));
        for (Metric metric : Metric.values()) {
            if (!Double.isNaN(metric.of(report.scores()))) {
                String name = metric == Metric.PSNR ? "psnr.svg" : "ms-ssim.svg";
                written.add(Files.writeString(folder.resolve(name), RatePlot.of(report, metric)));
            }
        }
        return written;
    }
}
