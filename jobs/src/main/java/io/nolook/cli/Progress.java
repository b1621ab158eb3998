package io.nolook.cli;

import java.io.PrintWriter;

/** A line on the terminal that says, about once a second, how far a long command is. */
final class Progress {
    private static final long EVERY_NANOS = 1_000_000_000L;

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
            out.printf("\r%d %s, %.1f a second ", done, unit, done / ((now - began) / 1e9));
            out.flush();
        }
    }

    void end() {
        if (said != began) {
            out.println();
            out.flush();
        }
    }
}
