package io.nolook.flink;

import java.util.function.Supplier;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;

/** Refuses bad options, naming the key, what was found and what is expected. */
final class OptionChecks {

    private OptionChecks() {}

    static void readable(Configuration configuration, ConfigOption<?> option) {
        named(option, () -> configuration.get(option));
    }

    static void range(Configuration configuration, ConfigOption<Integer> option, int least, int most) {
        int found = configuration.get(option);
        require(found >= least && found <= most, option, found, least + " to " + most);
    }

    static void require(boolean holds, ConfigOption<?> option, Object found, String expected) {
        if (!holds) {
            throw new IllegalArgumentException(option.key() + ": found " + found + ", expected " + expected);
        }
    }

    /** Runs a check whose own message may not know the key. */
    static void named(ConfigOption<?> option, Supplier<?> read) {
        try {
            read.get();
        } catch (IllegalArgumentException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new IllegalArgumentException(option.key() + ": " + cause.getMessage(), e);
        }
    }
}
