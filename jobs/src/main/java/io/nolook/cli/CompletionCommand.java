package io.nolook.cli;

import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code nolook completion}: a script by which shells complete its commands. */
@Command(
        name = "completion",
        mixinStandardHelpOptions = true,
        description = "Prints a script for bash and zsh that completes commands and options with the Tab key:"
                + " source <(./nolook completion)")
final class CompletionCommand implements Runnable {

    @Spec
    private CommandSpec command;

    @Override
    public void run() {
        String script = AutoComplete.bash("nolook", command.root().commandLine());
        command.commandLine().getOut().println(script);
    }
}
