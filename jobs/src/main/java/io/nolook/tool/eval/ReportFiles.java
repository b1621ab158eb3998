package io.nolook.tool.eval;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
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
        Path json = folder.resolve("report.json");
        json().writeValue(json.toFile(), report);
        written.add(json);
        for (Metric metric : Metric.values()) {
            if (!Double.isNaN(metric.of(report.scores()))) {
                String name = metric == Metric.PSNR ? "psnr.svg" : "ms-ssim.svg";
                written.add(Files.writeString(folder.resolve(name), RatePlot.of(report, metric)));
            }
        }
        return written;
    }

    private static ObjectMapper json() {
        return new ObjectMapper()
                .enable(SerializationFeature.INDENT_OUTPUT)
                .registerModule(new SimpleModule()
                        .addSerializer(Double.class, new Figures())
                        .addSerializer(double.class, new Figures()));
    }

    /** JSON has no NaN: what is not defined is null. */
    private static final class Figures extends StdSerializer<Double> {
        private static final long serialVersionUID = 1;

        Figures() {
            super(Double.class);
        }

        @Override
        public void serialize(Double value, JsonGenerator json, SerializerProvider provider) throws IOException {
            if (value.isNaN() || value.isInfinite()) {
                json.writeNull();
            } else {
                json.writeNumber(value);
            }
        }
    }
}
