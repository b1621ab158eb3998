package io.nolook.cli;

import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Option;

/** How long a command sends, and what it remembers of its cameras. */
final class SendingOptions {
    @Option(names = "--seconds", paramLabel = "S", description = "Stop after this long.")
    private long seconds = Long.MAX_VALUE / 2_000_000_000;

    @Option(
            names = "--state",
            paramLabel = "DIR",
            description = "Where the last epoch of each camera is kept (default: ~/.nolook/epochs).")
    private Path state = Path.of(System.getProperty("user.home"), ".nolook", "epochs");

    /** {@link System#nanoTime} at the end, of a command that begins now. */
    long untilNanos() {
        return System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    }

    Path state() {
        return state;
    }
}
