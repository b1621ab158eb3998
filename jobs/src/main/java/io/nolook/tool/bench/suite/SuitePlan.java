package io.nolook.tool.bench.suite;

import io.nolook.flink.tokenize.TokenizeSettings;
import io.nolook.tool.bench.BenchModel;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import org.apache.flink.configuration.Configuration;

/**
 * What all suites are asked.
 *
 * @param options of the jobs
 * @param cameras of suites that do not vary them
 * @param repeats of quick runs, by turns
 * @param extent how much
 * @param out where steps are told
 */
public record SuitePlan(Configuration options, int cameras, int repeats, Extent extent, PrintWriter out) {

    /** How much is measured. */
    public enum Extent {
        /** Enough to see that everything works; its figures mean little. */
        QUICK,
        FULL;

        <T> T choose(T quick, T full) {
            return this == QUICK ? quick : full;
        }
    }

    public SuitePlan {
        if (repeats < 1 || repeats > 100) {
            throw new IllegalArgumentException("found --repeats " + repeats + ", expected 1 to 100");
        }
    }

    TokenizeSettings settings() {
        return TokenizeSettings.of(options);
    }

    TokenizeSettings settings(BenchModel model) {
        return TokenizeSettings.of(model.in(options));
    }

    /** The files of the encoder; in a quick run the first one only. */
    List<BenchModel> models() {
        List<BenchModel> all = BenchModel.of(options);
        return extent.choose(all.subList(0, 1), all);
    }

    void say(String line, Object... values) {
        out.println(String.format(Locale.ROOT, line, values));
        out.flush();
    }

    static String text(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
