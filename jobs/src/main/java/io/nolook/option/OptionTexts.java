package io.nolook.option;

import io.nolook.flink.stream.OptionChecks;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.flink.configuration.ConfigOption;

/** What the texts of options say. */
public final class OptionTexts {

    private OptionTexts() {}

    /** Those between commas, without the empty ones. */
    public static Set<String> words(String text) {
        return Arrays.stream(text.split(","))
                .map(String::strip)
                .filter(word -> !word.isEmpty())
                .collect(Collectors.toUnmodifiableSet());
    }

    /**
     * The secret on the first line of a file.
     *
     * @param option that names the file
     * @throws IllegalArgumentException naming the option, when there is none
     */
    public static String secret(ConfigOption<String> option, String file) {
        try (var lines = Files.lines(Path.of(file))) {
            String secret = lines.findFirst().orElse("").strip();
            OptionChecks.require(!secret.isEmpty(), option, "an empty first line in " + file, "a token");
            return secret;
        } catch (IOException | UncheckedIOException e) { // the latter of a folder
            throw new IllegalArgumentException(
                    option.key() + ": found no file " + file + " that can be read, expected one", e);
        }
    }
}
