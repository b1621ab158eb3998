package io.nolook.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class MainTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    static Stream<String> commands() {
        return Main.commandLine().getSubcommands().keySet().stream();
    }

    @Test
    void helpNamesEveryCommand() {
        assertThat(execute("--help")).isZero();

        assertThat(out.toString())
                .startsWith("Usage: nolook ")
                .contains(commands().toList());
    }

    @ParameterizedTest
    @MethodSource("commands")
    void everyCommandHasHelp(String command) {
        assertThat(execute(command, "--help")).isZero();

        assertThat(out.toString()).startsWith("Usage: nolook " + command + " ").contains("--help");
        assertThat(err.toString()).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("commands")
    void everyCommandAndParameterSaysWhatItIs(String command) {
        CommandLine.Model.CommandSpec spec =
                Main.commandLine().getSubcommands().get(command).getCommandSpec();

        assertThat(spec.usageMessage().description()).isNotEmpty();
        assertThat(spec.args())
                .allSatisfy(argument -> assertThat(String.join("", argument.description()))
                        .as(argument.paramLabel())
                        .isNotBlank());
    }

    @Test
    void shellsCompleteEveryCommand() {
        assertThat(execute("completion")).isZero();

        assertThat(out.toString())
                .contains("complete -F _complete_nolook")
                .contains(commands().toList());
        assertThat(out.toString()).contains("--top-k");
    }

    @Test
    void aMistakeIsToldInOneLineWithAStatus() {
        assertThat(execute("run", "tokenize", "-D", "fram.size=1")).isEqualTo(1);

        assertThat(err.toString())
                .isEqualTo("nolook: fram.size: found an option that nobody knows, expected one of those that"
                        + " 'nolook options' lists, kafka.* or one of Flink's" + System.lineSeparator());
    }

    /** What a new user types wrong first: each is told at once, in one line that names what to change. */
    @Test
    void whatIsNotThereIsNamed() {
        assertThat(execute("run", "tokenize", "--config", "nowhere.properties")).isEqualTo(1);
        assertThat(execute("run", "tokenize", "-D", "kafka.bootstrap.servers=nohost.invalid:9092"))
                .isEqualTo(1);
        assertThat(execute("demo", "--video", "nowhere.mp4")).isEqualTo(1);

        assertThat(err.toString().lines().toList())
                .hasSize(3)
                .satisfiesExactly(
                        line -> assertThat(line).contains("--config: found no file", "nowhere.properties"),
                        line -> assertThat(line).contains("kafka.bootstrap.servers: found nohost.invalid:9092"),
                        line -> assertThat(line).contains("--video: found nothing at nowhere.mp4"));
    }

    @Test
    void checkModelTakesTokenizersOfOthersAndNamesTheirQuantizer() {
        String models = "../operators/src/test/resources/models/";
        assertThat(execute("check-model", "--no-speed", "-D", "frame.size=64x64", models + "fsq-windowed-encoder.onnx"))
                .isZero();
        assertThat(out.toString())
                .contains("quantizer fsq with 64000 codes: 16 bits a token, 4 frames and 8 x 8 pixels a token")
                .contains("admitted at 64x64");
    }

    @ParameterizedTest
    @ValueSource(strings = {"nolook-next/predictor", "nolook-next/sampler", "nolook-words/recognizer"})
    void checkModelTakesEveryRole(String file) {
        assertThat(execute("check-model", "-D", "batch.size=2", "../deploy/models/" + file + ".onnx"))
                .isZero();
        assertThat(out.toString())
                .contains(", " + file.substring(file.indexOf('/') + 1).toUpperCase(Locale.ROOT)
                        + ", tokenizer nolook-small-4")
                .contains("admitted at 128x128")
                .contains("batch sizes that agree bit for bit: [1, 2]");
    }

    @Test
    void anUnknownCommandOrJobIsAUsageError() {
        assertThat(execute("tokenise")).isEqualTo(2);
        assertThat(err.toString()).contains("tokenise");
        assertThat(execute("run", "nothing")).isEqualTo(2);
        assertThat(err.toString()).contains("nothing", "tokenize");
    }

    private int execute(String... arguments) {
        return Main.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
    }
}
