package io.nolook.option;

import io.nolook.flink.archive.ArchiveOptions;
import io.nolook.flink.detokenize.DetokenizeOptions;
import io.nolook.flink.generate.GenerateOptions;
import io.nolook.flink.model.InferenceOptions;
import io.nolook.flink.recognize.RecognizeOptions;
import io.nolook.flink.sequence.SequenceOptions;
import io.nolook.flink.tokenize.TokenizeOptions;
import io.nolook.kafka.KafkaOptions;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.description.HtmlFormatter;

/** Every option there is, by the job that takes it, for terminals and as Markdown. */
public enum OptionTables {
    TOKENIZE(
            "tokenize",
            "Frames to tokens: the job, `nolook backfill` and the commands on files.",
            TokenizeOptions.all()),
    RECOGNIZE("recognize", "Tokens to scores and actions.", RecognizeOptions.all()),
    GENERATE("generate", "Tokens to surprise, anomalies and continuations.", GenerateOptions.all()),
    ARCHIVE("archive", "Tokens to segments of the archive.", ArchiveOptions.all()),
    SEQUENCE("sequence", "Tokens to sequences for language models.", SequenceOptions.all()),
    DETOKENIZE(
            "detokenize",
            "Tokens to pictures: the job, and the commands that decode. The job also takes `frame.size`.",
            DetokenizeOptions.all()),
    PAGE("page", "The live page. It also takes `model.decoder`, `model.registry` and `inference`.", PageOptions.all()),
    NOTIFY("notify", "Actions to a webhook.", NotifyOptions.all()),
    MODEL(
            "jobs that run a model",
            "How a model is run: tokenize, recognize, generate, detokenize.",
            InferenceOptions.all()),
    KAFKA("all jobs", "Topics, where a job begins and ends, and what is delivered.", KafkaOptions.all());

    private static final int WIDTH = 96;

    private final String title;
    private final String about;
    private final List<ConfigOption<?>> options;

    OptionTables(String title, String about, List<ConfigOption<?>> options) {
        this.title = title;
        this.about = about;
        this.options = options;
    }

    public List<ConfigOption<?>> options() {
        return options;
    }

    /** A heading and a table of three columns. */
    public String markdown() {
        StringBuilder table = new StringBuilder(String.format(Locale.ROOT, "## %s%n%n%s%n%n", title, about));
        table.append("| option | default | meaning |\n|---|---|---|\n");
        for (ConfigOption<?> option : options) {
            String written = written(option);
            table.append(String.format(
                    Locale.ROOT,
                    "| `%s` | %s | %s |\n",
                    option.key(),
                    written.isEmpty() ? "" : "`" + written + "`",
                    meaning(option)));
        }
        return table.toString();
    }

    /** Each option as it is written in a file, and below it what it means. */
    public String text() {
        StringBuilder text = new StringBuilder(String.format(Locale.ROOT, "%s: %s%n", title, about.replace("`", "")));
        for (ConfigOption<?> option : options) {
            text.append(String.format(Locale.ROOT, "  %s = %s%n", option.key(), written(option))
                    .replaceAll(" +(\\R)", "$1"));
            text.append(meaning(option).replaceAll("(.{1," + WIDTH + "})(?: +|$)", "      $1\n"));
        }
        return text.toString();
    }

    /** The default, as it would be set; empty where there is none. */
    private static String written(ConfigOption<?> option) {
        Object value = option.defaultValue();
        if (value == null) {
            return "";
        }
        if (value instanceof Enum<?> constant) {
            return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
        return value instanceof Duration time ? time.toMillis() + " ms" : value.toString();
    }

    private static String meaning(ConfigOption<?> option) {
        return new HtmlFormatter().format(option.description()).replace("&quot;", "\"");
    }
}
