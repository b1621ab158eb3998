package io.nolook.flink.stream;

import java.util.List;
import java.util.function.Supplier;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;

/** Checks of options whose messages name the key. */
public final class OptionChecks {

    private OptionChecks() {}

    /** Every option can be read. */
    public static void readable(Configuration configuration, List<ConfigOption<?>> options) {
        options.forEach(option -> named(option, () -> configuration.get(option)));
    }

    public static void range(ConfigOption<?> option, long found, long least, long most, String unit) {
        require(found >= least && found <= most, option, found + unit, least + " to " + most + unit);
    }

    public static void require(boolean holds, ConfigOption<?> option, Object found, String expected) {
        if (!holds) {
            throw new IllegalArgumentException(option.key() + ": found " + found + ", expected " + expected);
        }
    }

    /** Runs a check whose own message may not know the key. */
    public static <T> T named(ConfigOption<?> option, Supplier<T> read) {
        try {
            return read.get();
        } catch (IllegalArgumentException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new IllegalArgumentException(option.key() + ": " + cause.getMessage(), e);
        }
    }
}
