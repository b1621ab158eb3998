package io.nolook.bench;

import java.util.List;

/** What a benchmark found. */
public interface Finding {

    /** For people, line by line. */
    List<String> lines();

    /** Whether everything came back as it should, where that was looked at. */
    default boolean right() {
        return true;
    }
}
