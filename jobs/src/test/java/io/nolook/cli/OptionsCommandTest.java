package io.nolook.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.nolook.option.OptionSources;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

class OptionsCommandTest {

    static Stream<ConfigOption<?>> withDefault() {
        return OptionSources.known().stream().filter(ConfigOption::hasDefaultValue);
    }

    @Test
    void listsEveryOptionOnce() {
        assertThat(rows(printed("options", "--markdown")).stream()
                        .map(row -> cells(row).get(0).replace("`", "")))
                .containsExactlyInAnyOrderElementsOf(
                        OptionSources.known().stream().map(ConfigOption::key).toList())
                .doesNotHaveDuplicates()
                .hasSizeGreaterThan(50);
    }

    @Test
    void thePageOfOptionsIsTheGeneratedOne() throws IOException {
        assertThat(Files.readString(Path.of("../deploy/docs/options.md")))
                .as("put what './nolook options --markdown' prints into deploy/docs/options.md")
                .contains(printed("options", "--markdown"));
    }

    @ParameterizedTest
    @EnumSource
    void aJobHasItsOwnOptionsAndThoseOfAllJobs(OptionsCommand.Job job) {
        assertThat(printed("options", job.name()))
                .startsWith(job.name() + ": ")
                .contains("\nall jobs: ", "  kafka.bootstrap.servers =\n      Brokers, host:port");
    }

    @Test
    void everyJobThatRunsHasATable() {
        assertThat(Arrays.stream(OptionsCommand.Job.values()).map(Enum::name))
                .containsAll(Arrays.stream(JobKind.values()).map(Enum::name).toList());
    }

    @Test
    void aJobHasNoOptionsOfOthers() {
        assertThat(printed("options", "archive"))
                .contains("  archive.codec = pretrained\n")
                .doesNotContain("batch.size")
                .doesNotContain("sequence.factors =");
        assertThat(printed("options", "recognize"))
                .contains("  action.release = 0.4\n", "  batch.size = 8\n")
                .doesNotContain("archive.codec");
    }

    @Test
    void saysWhatEachIsAndBreaksNoCell() {
        rows(printed("options", "--markdown")).forEach(row -> {
            assertThat(cells(row)).as(row).hasSize(3);
            assertThat(cells(row).get(2)).as(row).hasSizeGreaterThan(15).endsWith(".");
            assertThat(row).as("no HTML").doesNotContain("&").doesNotContain("<");
        });
    }

    @Test
    void linesOfATerminalAreNotCut() {
        assertThat(printed("options").lines())
                .allSatisfy(line -> assertThat(line).hasSizeLessThan(110));
    }

    @Test
    void writesDefaultsAsTheyAreSet() {
        assertThat(printed("options", "--markdown"))
                .contains("| `frame.fit` | `crop` |")
                .contains("| `batch.max-delay` | `20 ms` |")
                .contains("| `frame.max-bytes` | `896 kb` |")
                .contains("| `delivery` | `exactly-once` |")
                .contains("| `model.registry` |  |")
                .contains("| `kafka.bootstrap.servers` |  |");
    }

    @ParameterizedTest
    @MethodSource("withDefault")
    void aDefaultSetAsItIsWrittenIsTheDefault(ConfigOption<?> option) throws IOException {
        String written = rows(printed("options", "--markdown")).stream()
                .filter(row -> row.startsWith("| `" + option.key() + "` |"))
                .map(row -> cells(row).get(1).replace("`", ""))
                .findFirst()
                .orElseThrow();
        Configuration configuration = CommandLine.populateCommand(
                        new OptionSources(), "-D", option.key() + "=" + written)
                .read(Map.of());

        assertThat((Object) configuration.get(option)).isEqualTo(option.defaultValue());
    }

    private static String printed(String... arguments) {
        StringWriter out = new StringWriter();
        assertThat(Main.commandLine().setOut(new PrintWriter(out, true)).execute(arguments))
                .isZero();
        return out.toString();
    }

    private static List<String> rows(String markdown) {
        return markdown.lines().filter(line -> line.startsWith("| `")).toList();
    }

    private static List<String> cells(String row) {
        String[] cells = row.split("\\|", -1);
        return Arrays.stream(cells, 1, cells.length - 1).map(String::trim).toList();
    }
}
