package io.nolook.cli;

import io.nolook.option.OptionSources;
import io.nolook.tool.rollout.Rollout;
import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code nolook keyframe}: a camera's next frame begins a clip. */
@Command(
        name = "keyframe",
        mixinStandardHelpOptions = true,
        description = "Asks the tokenizing job for a keyframe: the camera's next frame begins a clip, from which any"
                + " reader can begin.")
final class KeyframeCommand implements Callable<Integer> {

    @Parameters(paramLabel = "CAMERA", description = "Id of the camera.")
    private String camera;

    @Option(
            names = "--wait",
            defaultValue = "30",
            description = "How long the job may take, in seconds (default: ${DEFAULT-VALUE}).")
    private int seconds;

    @Mixin
    private OptionSources options;

    @Spec
    private CommandSpec command;

    @Override
    public Integer call() throws IOException, InterruptedException {
        new Rollout(ModelCommand.control(options.read()), Duration.ofSeconds(seconds), this::say).keyframe(camera);
        return 0;
    }

    private void say(String line) {
        command.commandLine().getOut().printf(Locale.ROOT, "%s%n", line);
        command.commandLine().getOut().flush();
    }
}
