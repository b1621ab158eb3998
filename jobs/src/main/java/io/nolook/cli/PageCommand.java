package io.nolook.cli;

import io.nolook.kafka.KafkaSettings;
import io.nolook.option.OptionSources;
import io.nolook.page.PageServer;
import io.nolook.page.PageSettings;
import io.nolook.tool.rollout.Rollout;
import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.apache.flink.configuration.Configuration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code nolook page}: cameras in a browser, live, for as long as the process lives. */
@Command(
        name = "page",
        mixinStandardHelpOptions = true,
        description = {
            "Shows all cameras in a browser: live pictures beside what their tokens decode to, how each is, actions.",
            "Reads topics alone; ends with Ctrl-C."
        })
final class PageCommand implements Callable<Integer> {
    private static final Duration KEYFRAME_PATIENCE = Duration.ofSeconds(10);

    @Option(
            names = "--seconds",
            defaultValue = "0",
            description = "Stop after this long; 0 goes on until it is stopped (default: ${DEFAULT-VALUE}).")
    private long seconds;

    @Mixin
    private OptionSources options;

    @Spec
    private CommandSpec command;

    @Override
    public Integer call() throws IOException, InterruptedException {
        Configuration configuration = options.read();
        PageSettings settings = PageSettings.of(configuration);
        KafkaSettings kafka = new KafkaSettings(configuration);
        try (StopRequest stop = new StopRequest();
                PageServer page = PageServer.start(
                        settings,
                        kafka,
                        camera -> new Rollout(ModelCommand.control(configuration), KEYFRAME_PATIENCE, line -> {})
                                .keyframe(camera))) {
            command.commandLine().getOut().printf(Locale.ROOT, "%s%n", page.address());
            command.commandLine().getOut().flush();
            stop.await(seconds > 0 ? seconds : Long.MAX_VALUE);
        }
        return 0;
    }
}
