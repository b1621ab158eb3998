package io.nolook.cli;

import io.nolook.kafka.KafkaSettings;
import io.nolook.notify.Notifier;
import io.nolook.notify.NotifySettings;
import io.nolook.option.OptionSources;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.apache.flink.configuration.Configuration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code nolook notify}: actions to a webhook, for as long as the process lives. */
@Command(
        name = "notify",
        mixinStandardHelpOptions = true,
        description = {
            "Posts each action of the actions topic as JSON to notify.webhook, at least once, and goes on where it ended.",
            "Ends with Ctrl-C."
        })
final class NotifyCommand implements Callable<Integer> {

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
        NotifySettings settings = NotifySettings.of(configuration);
        PrintWriter out = command.commandLine().getOut();
        Notifier notifier = new Notifier(settings, new KafkaSettings(configuration), line -> {
            out.println(line);
            out.flush();
        });
        long until = seconds > 0 ? System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds) : Long.MAX_VALUE;
        out.printf(Locale.ROOT, "telling %s%n", settings.webhook());
        out.flush();
        try (StopRequest stop = new StopRequest()) {
            notifier.run(() -> !stop.isThere() && System.nanoTime() < until);
        }
        out.printf(Locale.ROOT, "%d told, %d refused%n", notifier.told(), notifier.refused());
        return 0;
    }
}
