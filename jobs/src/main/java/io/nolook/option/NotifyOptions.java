package io.nolook.option;

import static org.apache.flink.configuration.ConfigOptions.key;

import java.time.Duration;
import java.util.List;
import org.apache.flink.configuration.ConfigOption;

/** Options of notices: type, default, unit, range, cost. */
public final class NotifyOptions {

    public static final ConfigOption<String> WEBHOOK = key("notify.webhook")
            .stringType()
            .noDefaultValue()
            .withDescription("Address that takes each notice as JSON by POST, http or https.");

    public static final ConfigOption<String> TOKEN_FILE = key("notify.webhook.token-file")
            .stringType()
            .defaultValue("")
            .withDescription("File whose first line is sent along as a bearer token. Empty for none.");

    public static final ConfigOption<Duration> TIMEOUT = key("notify.webhook.timeout")
            .durationType()
            .defaultValue(Duration.ofSeconds(10))
            .withDescription("Longest that an answer may take, 1 s to 5 min.");

    public static final ConfigOption<String> GROUP = key("notify.group-id")
            .stringType()
            .defaultValue("nolook-notify")
            .withDescription("Consumer group on the actions topic: it goes on where it ended. Another group has notices"
                    + " of its own.");

    public static final ConfigOption<String> LABELS = key("notify.labels")
            .stringType()
            .defaultValue("")
            .withDescription("Labels that are told, separated by commas. Empty for all.");

    public static final ConfigOption<String> CAMERAS = key("notify.cameras")
            .stringType()
            .defaultValue("")
            .withDescription("Cameras that are told of, separated by commas. Empty for all.");

    public static final ConfigOption<Double> CONFIDENCE = key("notify.min-confidence")
            .doubleType()
            .defaultValue(0.0)
            .withDescription("Least probability of what is told, 0 to 1.");

    public static final ConfigOption<Boolean> ENDS = key("notify.ends")
            .booleanType()
            .defaultValue(false)
            .withDescription("Whether ends are told, too, not beginnings alone.");

    private NotifyOptions() {}

    /** All of them, in the order of the documentation. */
    public static List<ConfigOption<?>> all() {
        return List.of(WEBHOOK, TOKEN_FILE, TIMEOUT, GROUP, LABELS, CAMERAS, CONFIDENCE, ENDS);
    }
}
