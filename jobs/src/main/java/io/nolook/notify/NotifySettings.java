package io.nolook.notify;

import io.nolook.flink.stream.OptionChecks;
import io.nolook.option.NotifyOptions;
import io.nolook.option.OptionTexts;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.apache.flink.configuration.Configuration;

/**
 * The options of notices, checked before anything runs.
 *
 * @param webhook that takes them
 * @param token sent along; empty for none
 * @param timeout of an answer
 * @param group that remembers which were told
 * @param labels that are told; empty for all
 * @param cameras that are told of; empty for all
 * @param leastConfidence of what is told, 0 to 1
 * @param ends whether ends are told, too
 */
public record NotifySettings(
        URI webhook,
        Optional<String> token,
        Duration timeout,
        String group,
        Set<String> labels,
        Set<String> cameras,
        double leastConfidence,
        boolean ends) {

    /**
     * Checks every option.
     *
     * @throws IllegalArgumentException naming the key, what was found and what is expected
     */
    public static NotifySettings of(Configuration configuration) {
        OptionChecks.readable(configuration, NotifyOptions.all());
        String address = configuration.getOptional(NotifyOptions.WEBHOOK).orElse("");
        OptionChecks.require(
                address.matches("https?://[^\\s/]+(/\\S*)?"),
                NotifyOptions.WEBHOOK,
                address.isEmpty() ? "nothing" : address,
                "an address such as https://example.org/hook");
        URI webhook;
        try {
            webhook = URI.create(address);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(NotifyOptions.WEBHOOK.key() + ": " + e.getMessage(), e);
        }
        OptionChecks.require(
                webhook.getUserInfo() == null,
                NotifyOptions.WEBHOOK,
                "a user in the address",
                "none: give a token with " + NotifyOptions.TOKEN_FILE.key());
        Duration timeout = configuration.get(NotifyOptions.TIMEOUT);
        OptionChecks.require(
                timeout.compareTo(Duration.ofSeconds(1)) >= 0 && timeout.compareTo(Duration.ofMinutes(5)) <= 0,
                NotifyOptions.TIMEOUT,
                timeout,
                "1 s to 5 min");
        double confidence = configuration.get(NotifyOptions.CONFIDENCE);
        OptionChecks.require(confidence >= 0 && confidence <= 1, NotifyOptions.CONFIDENCE, confidence, "0 to 1");
        String group = configuration.get(NotifyOptions.GROUP);
        OptionChecks.require(!group.isBlank(), NotifyOptions.GROUP, "nothing", "a name");
        return new NotifySettings(
                webhook,
                Optional.of(configuration.get(NotifyOptions.TOKEN_FILE))
                        .filter(file -> !file.isEmpty())
                        .map(file -> OptionTexts.secret(NotifyOptions.TOKEN_FILE, file)),
                timeout,
                group,
                OptionTexts.words(configuration.get(NotifyOptions.LABELS)),
                OptionTexts.words(configuration.get(NotifyOptions.CAMERAS)),
                confidence,
                configuration.get(NotifyOptions.ENDS));
    }

    /** Whether an action is told. */
    boolean takes(Notice notice) {
        return (ends || notice.state().equals(Notice.BEGUN))
                && (labels.isEmpty() || labels.contains(notice.label()))
                && (cameras.isEmpty() || cameras.contains(notice.camera()))
                && notice.confidence() >= leastConfidence;
    }

    /** Without the token. */
    @Override
    public String toString() {
        return "NotifySettings[" + webhook + "]";
    }
}
