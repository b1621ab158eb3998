package io.nolook.cli;

import java.io.PrintWriter;
import java.util.Locale;

/** How far a long command is: one line on a terminal, renewed each second; elsewhere a line every ten. */
final class Progress {
    private static final boolean TERMINAL = System.console() != null;
    private static final long EVERY_NANOS = TERMINAL ? 1_000_000_000L : 10_000_000_000L;

    private final PrintWriter out;
    private final String unit;
    private final long began = System.nanoTime();
    private long said = began;

    Progress(PrintWriter out, String unit) {
        this.out = out;
        this.unit = unit;
    }

    void at(long done) {
        long now = System.nanoTime();
        if (now - said >= EVERY_NANOS) {
            said = now;
            out.printf(
                    Locale.ROOT,
                    TERMINAL ? "\r%d %s, %.1f a second " : "%d %s, %.1f a second%n",
                    done,
                    unit,
                    done / ((now - began) / 1e9));
            out.flush();
        }
    }

    void end() {
        if (TERMINAL && said != began) {
            out.println();
            out.flush();
        }
    }
}
