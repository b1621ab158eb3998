package io.nolook.cli;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** Capture times as people write them. */
final class Times {

    private Times() {}

    /** Microseconds since 1970 of an ISO 8601 instant, or of seconds since 1970. */
    static long micros(String option, String text) {
        try {
            return text.matches("-?\\d+(\\.\\d+)?")
                    ? Math.round(Double.parseDouble(text) * 1e6)
                    : ChronoUnit.MICROS.between(Instant.EPOCH, Instant.parse(text));
        } catch (DateTimeException e) {
            throw new IllegalArgumentException(option + ": found '" + text
                    + "', expected a time such as 2026-01-31T12:00:00Z, or seconds since 1970");
        }
    }

    /** As ISO 8601. */
    static String text(long micros) {
        return Instant.EPOCH.plus(micros, ChronoUnit.MICROS).toString();
    }
}
