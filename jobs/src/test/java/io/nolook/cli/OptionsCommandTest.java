package io.nolook.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.nolook.option.OptionSources;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

class OptionsCommandTest {

    static Stream<ConfigOption<?>> withDefault() {
        return OptionSources.known().stream().filter(ConfigOption::hasDefaultValue);
    }

    @Test
    void listsEveryOptionInOrder() {
        List<String> rows = OptionsCommand.table().lines().toList();

        assertThat(rows.subList(0, 2)).containsExactly("| option | default | meaning |", "|---|---|---|");
        assertThat(rows.subList(2, rows.size()).stream().map(row -> cells(row).get(0)))
                .containsExactlyElementsOf(OptionSources.known().stream()
                        .map(option -> "`" + option.key() + "`")
                        .toList())
                .doesNotHaveDuplicates()
                .hasSizeGreaterThan(25);
    }

    @Test
    void saysWhatEachIsAndBreaksNoCell() {
        OptionsCommand.table().lines().skip(2).forEach(row -> {
            assertThat(cells(row)).as(row).hasSize(3);
            assertThat(cells(row).get(2)).as(row).hasSizeGreaterThan(15).endsWith(".");
            assertThat(row).as("no HTML").doesNotContain("&").doesNotContain("<");
        });
    }

    @Test
    void writesDefaultsAsTheyAreSet() {
        assertThat(OptionsCommand.table())
                .contains("| `frame.fit` | `crop` |")
                .contains("| `batch.max-delay` | `20 ms` |")
                .contains("| `frame.max-bytes` | `1 mb` |")
                .contains("| `delivery` | `exactly-once` |")
                .contains("| `kafka.bootstrap.servers` |  |");
    }

    @ParameterizedTest
    @MethodSource("withDefault")
    void aDefaultSetAsItIsWrittenIsTheDefault(ConfigOption<?> option) throws IOException {
        String written = OptionsCommand.table()
                .lines()
                .filter(row -> row.startsWith("| `" + option.key() + "` |"))
                .map(row -> cells(row).get(1).replace("`", ""))
                .findFirst()
                .orElseThrow();
        Configuration configuration = CommandLine.populateCommand(
                        new OptionSources(), "-D", option.key() + "=" + written)
                .read(Map.of());

        assertThat((Object) configuration.get(option)).isEqualTo(option.defaultValue());
    }

    private static List<String> cells(String row) {
        String[] cells = row.split("\\|", -1);
        return Arrays.stream(cells, 1, cells.length - 1).map(String::trim).toList();
    }
}
