package io.nolook.option;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nolook.flink.model.InferenceOptions;
import io.nolook.flink.tokenize.TokenizeOptions;
import io.nolook.kafka.KafkaOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class OptionSourcesTest {
    private static final Map<String, String> NOTHING = Map.of();

    @TempDir
    Path folder;

    @Test
    void saysNothingOfItself() throws IOException {
        assertThat(sources().read(NOTHING).toMap()).isEmpty();
    }

    @Test
    void theEnvironmentIsOverTheFileAndFlagsAreOverBoth() throws IOException {
        String file = file("batch.size = 2\nbatch.queue = 22\nframe.size = 32x32\n");
        Map<String, String> environment = Map.of("NOLOOK_BATCH_SIZE", "3", "NOLOOK_BATCH_QUEUE", "33");

        Configuration read = sources("--config", file, "-D", "batch.size=4").read(environment);

        assertThat(read.get(InferenceOptions.BATCH_SIZE)).isEqualTo(4);
        assertThat(read.get(InferenceOptions.BATCH_QUEUE)).isEqualTo(33);
        assertThat(read.get(TokenizeOptions.FRAME_SIZE)).isEqualTo("32x32");
    }

    @Test
    void theLastFlagWins() throws IOException {
        Configuration read = sources("-D", "batch.size=4", "-Dbatch.size=5").read(NOTHING);

        assertThat(read.get(InferenceOptions.BATCH_SIZE)).isEqualTo(5);
    }

    @Test
    void everyOptionCanComeFromTheEnvironment() throws IOException {
        Map<String, String> environment = new HashMap<>();
        OptionSources.known().forEach(option -> environment.put(OptionSources.environmentName(option.key()), "1"));

        assertThat(environment).as("two options of one name").hasSameSizeAs(OptionSources.known());
        assertThat(sources().read(environment).keySet())
                .containsExactlyInAnyOrderElementsOf(
                        OptionSources.known().stream().map(ConfigOption::key).toList());
    }

    @Test
    void othersVariablesAreNotRead() throws IOException {
        assertThat(sources()
                        .read(Map.of("BATCH_SIZE", "3", "NOLOOK_STACKTRACE", "1"))
                        .toMap())
                .isEmpty();
    }

    @Test
    void valuesAreTrimmedAndMayHoldEqualsSigns() throws IOException {
        String file = file("kafka.sasl.jaas.config = a.Module required user=\"x\" b=c;\n");
        Configuration read = sources("-D", "frame.size= 64x64 ", "-D", "kafka.client.id=a=b", "--config", file)
                .read(NOTHING);

        assertThat(read.get(TokenizeOptions.FRAME_SIZE)).isEqualTo("64x64");
        assertThat(read.toMap())
                .containsEntry("kafka.client.id", "a=b")
                .containsEntry("kafka.sasl.jaas.config", "a.Module required user=\"x\" b=c;");
    }

    @ParameterizedTest
    @ValueSource(strings = {"kafka.sasl.jaas.config", "kafka.ssl.key.password", "kafka.ssl.truststore.password"})
    void credentialsComeFromFilesOnly(String key) {
        assertThatThrownBy(() -> sources("-D", key + "=hunter2").read(NOTHING))
                .hasMessageContaining(key)
                .hasMessageContaining("--config")
                .hasMessageNotContaining("hunter2");
    }

    @ParameterizedTest
    @ValueSource(strings = {"at-least-once", "AT_LEAST_ONCE", "at_least_once"})
    void constantsAreReadWithHyphens(String value) throws IOException {
        assertThat(sources("-D", "delivery=" + value).read(NOTHING).get(KafkaOptions.DELIVERY))
                .isEqualTo(KafkaOptions.Delivery.AT_LEAST_ONCE);
        assertThat(sources("-D", "source.group-id=a-b").read(NOTHING).get(KafkaOptions.GROUP_ID))
                .as("no constant")
                .isEqualTo("a-b");
    }

    @Test
    void aFileIsReadAsUtf8() throws IOException {
        Configuration read =
                sources("--config", file("# Kamera\ntopics.frames: tür\n")).read(NOTHING);

        assertThat(read.get(KafkaOptions.FRAMES_TOPIC)).isEqualTo("tür");
    }

    @ParameterizedTest
    @ValueSource(strings = {"kafka.ssl.truststore.location", "execution.checkpointing.interval", "state.backend.type"})
    void settingsOfKafkaAndFlinkGoThrough(String key) throws IOException {
        assertThat(sources("-D", key + "=x").read(NOTHING).toMap()).containsEntry(key, "x");
    }

    @ParameterizedTest
    @ValueSource(strings = {"fram.size", "frame.size.x", "Frame.size", "kafka", "batch"})
    void aKeyThatNobodyKnowsIsRefusedByName(String key) throws IOException {
        String message = key + ": found an option that nobody knows, expected one of those that 'nolook options' lists,"
                + " kafka.* or one of Flink's";
        OptionSources inFile = sources("--config", file(key + "=1"));

        assertThatThrownBy(() -> sources("-D", key + "=1").read(NOTHING))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
        assertThatThrownBy(() -> inFile.read(NOTHING))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    @Test
    void aMissingFileIsNamed() {
        String missing = folder.resolve("none.properties").toString();

        assertThatThrownBy(() -> sources("--config", missing).read(NOTHING))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("--config: found no file " + missing + ", expected a properties file");
    }

    @ParameterizedTest
    @CsvSource({
        "frame.size,            NOLOOK_FRAME_SIZE",
        "batch.max-delay,       NOLOOK_BATCH_MAX_DELAY",
        "kafka.bootstrap.servers, NOLOOK_KAFKA_BOOTSTRAP_SERVERS"
    })
    void aVariableIsTheKeyInCapitals(String key, String name) {
        assertThat(OptionSources.environmentName(key)).isEqualTo(name);
    }

    private static OptionSources sources(String... arguments) {
        return CommandLine.populateCommand(new OptionSources(), arguments);
    }

    private String file(String text) throws IOException {
        return Files.writeString(folder.resolve("nolook.properties"), text).toString();
    }
}
