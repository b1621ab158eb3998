package io.nolook.tool.bench.page;

import io.nolook.report.JsonFile;
import io.nolook.tool.bench.Finding;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * One run of benchmarks.
 *
 * @param title of the page
 * @param began when, UTC
 * @param version of nolook
 * @param machine that it ran on
 * @param repeats of quick runs
 * @param seconds that it took
 * @param chapters in the order of the page
 */
public record BenchReport(
        String title,
        String began,
        String version,
        Machine machine,
        int repeats,
        double seconds,
        List<Chapter> chapters)
        implements Finding {

    @Override
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        for (Chapter chapter : chapters) {
            lines.add(chapter.title());
            chapter.grids().forEach(grid -> lines.addAll(grid.lines()));
            lines.addAll(chapter.checks());
        }
        return lines;
    }

    @Override
    public boolean right() {
        return chapters.stream().allMatch(Chapter::right);
    }

    /**
     * Writes the page beside the JSON.
     *
     * @return the page
     */
    public Path write(Path json) throws IOException {
        JsonFile.write(json, this);
        Path page = json.resolveSibling(json.getFileName().toString().replaceFirst("\\.json$", ".html"));
        return Files.writeString(page, BenchPage.of(this));
    }
}
