package io.nolook.tool.bench;

import java.util.List;

/** What a benchmark found. */
public interface Finding {

    /** The outcome for people, line by line; steps on the way are told while it runs. */
    List<String> lines();

    /** Whether everything came back as it should, where that was looked at. */
    default boolean right() {
        return true;
    }
}
