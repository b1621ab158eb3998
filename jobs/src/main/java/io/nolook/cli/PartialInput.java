package io.nolook.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code --partial}, and what commands say of inputs that are damaged or not read: each line once, on stderr. */
final class PartialInput {
    private static final String LINE = System.lineSeparator() + "nolook: ";

    @Option(
            names = "--partial",
            description = "Take what can be read of a damaged input, and end with exit code 0, not 1.")
    private boolean partial;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    private final Set<String> told = new HashSet<>();

    /** Names what is not read. */
    void leftAlone(Optional<String> line) {
        line.ifPresent(this::tell);
    }

    /**
     * Names what is missing of an input that was read to its end.
     *
     * @throws UncheckedIOException in place of it, unless what can be read is enough; exit code 1
     */
    void require(List<String> damage) {
        if (!partial && !damage.isEmpty()) {
            String all = String.join(LINE, damage) + "; with --partial what can be read is enough";
            throw new UncheckedIOException(all, new IOException(all));
        }
        damage.forEach(this::tell);
    }

    private void tell(String line) {
        if (told.add(line)) {
            command.commandLine().getErr().println("nolook: " + line);
            command.commandLine().getErr().flush();
        }
    }
}
