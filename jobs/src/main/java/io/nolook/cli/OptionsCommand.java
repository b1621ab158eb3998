package io.nolook.cli;

import io.nolook.option.OptionSources;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.description.HtmlFormatter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code nolook options}: the table of all options, as the README has it. */
@Command(
        name = "options",
        mixinStandardHelpOptions = true,
        description = "Prints every option with its default and meaning, as a Markdown table.")
final class OptionsCommand implements Callable<Integer> {

    @Spec
    private CommandSpec command;

    @Override
    public Integer call() {
        command.commandLine().getOut().print(table());
        return 0;
    }

    static String table() {
        StringBuilder table = new StringBuilder("| option | default | meaning |\n|---|---|---|\n");
        for (ConfigOption<?> option : OptionSources.known()) {
            Object value = option.defaultValue();
            table.append("| `%s` | %s | %s |\n"
                    .formatted(option.key(), value == null ? "" : "`" + text(value) + "`", described(option)));
        }
        return table.toString();
    }

    private static String text(Object value) {
        if (value instanceof Enum<?> constant) {
            return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
        return value instanceof Duration time ? time.toMillis() + " ms" : value.toString();
    }

    private static String described(ConfigOption<?> option) {
        return new HtmlFormatter().format(option.description()).replace("&quot;", "\"");
    }
}
