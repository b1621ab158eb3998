package io.nolook.option;

import io.nolook.kafka.KafkaOptions;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Where options come from: a file, then the environment, then flags; the last one said wins. */
@Command
public final class OptionSources {
    private static final String ENVIRONMENT_PREFIX = "NOLOOK_";
    /** Settings of Flink itself, which it checks. */
    private static final List<String> FLINK_PREFIXES = List.of(
            "execution.",
            "state.",
            "pipeline.",
            "parallelism.",
            "restart-strategy.",
            "taskmanager.",
            "jobmanager.",
            "rest.",
            "metrics.",
            "security.",
            "high-availability.",
            "io.",
            "fs.",
            "s3.",
            "cluster.",
            "job.",
            "web.",
            "env.",
            "heartbeat.",
            "table.");

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "Properties file of options (key = value), such as secrets in a file of their own; may be"
                    + " given more than once, the later file wins. See nolook options.")
    private List<Path> files = new ArrayList<>();

    @Option(
            names = "-D",
            paramLabel = "KEY=VALUE",
            description = "An option, over the file and the environment (NOLOOK_FRAME_SIZE for frame.size).")
    private Map<String, String> flags = new LinkedHashMap<>();

    /**
     * The options of a program that takes nothing else.
     *
     * @throws IllegalArgumentException when there are other arguments
     */
    public static OptionSources parse(String... arguments) {
        OptionSources sources = new OptionSources();
        try {
            new CommandLine(sources).parseArgs(arguments);
        } catch (CommandLine.ParameterException e) {
            throw new IllegalArgumentException(e.getMessage() + "; expected --config FILE and -D KEY=VALUE", e);
        }
        return sources;
    }

    /** Takes the file of {@code --config} that is YAML out: it says something else than options. */
    public Optional<Path> takeYaml() {
        Optional<Path> yaml = files.stream()
                .filter(file ->
                        file.toString().endsWith(".yaml") || file.toString().endsWith(".yml"))
                .findFirst();
        yaml.ifPresent(files::remove);
        return yaml;
    }

    /** Everything that was said. */
    public Configuration read() throws IOException {
        return read(System.getenv());
    }

    public Configuration read(Map<String, String> environment) throws IOException {
        Configuration configuration = new Configuration();
        for (Path file : files) {
            Properties properties = new Properties();
            try (BufferedReader in = Files.newBufferedReader(file)) {
                properties.load(in);
            } catch (NoSuchFileException e) {
                throw new IllegalArgumentException(
                        "--config: found no file " + file.toAbsolutePath() + ", expected a properties file", e);
            }
            properties.stringPropertyNames().forEach(key -> set(configuration, key, properties.getProperty(key)));
        }
        for (ConfigOption<?> option : known()) {
            String value = environment.get(environmentName(option.key()));
            if (value != null) {
                set(configuration, option.key(), value);
            }
        }
        flags.forEach((key, value) -> {
            if (isSecret(key)) {
                throw new IllegalArgumentException(key
                        + ": found a credential on the command line, which every user of the machine can read;"
                        + " expected it in the file of --config");
            }
            set(configuration, key, value);
        });
        return configuration;
    }

    private static boolean isSecret(String key) {
        return key.contains("password")
                || key.contains("jaas.config")
                || key.contains("secret")
                || key.equals(PageOptions.TOKEN.key());
    }

    /** Every option there is. */
    public static List<ConfigOption<?>> known() {
        return Arrays.stream(OptionTables.values())
                .<ConfigOption<?>>flatMap(table -> table.options().stream())
                .toList();
    }

    static String environmentName(String key) {
        return ENVIRONMENT_PREFIX
                + key.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
    }

    private static void set(Configuration configuration, String key, String value) {
        Optional<ConfigOption<?>> ours =
                known().stream().filter(option -> option.key().equals(key)).findFirst();
        boolean known = ours.isPresent()
                || key.startsWith(KafkaOptions.CLIENT_PREFIX)
                || FLINK_PREFIXES.stream().anyMatch(key::startsWith);
        if (!known) {
            throw new IllegalArgumentException(
                    key + ": found an option that nobody knows, expected one of those that 'nolook options' lists,"
                            + " kafka.* or one of Flink's");
        }
        // constants are written with hyphens (at-least-once); Flink reads their names
        boolean constant =
                ours.map(option -> option.defaultValue() instanceof Enum<?>).orElse(false);
        configuration.setString(key, constant ? value.trim().replace('-', '_') : value.trim());
    }
}
