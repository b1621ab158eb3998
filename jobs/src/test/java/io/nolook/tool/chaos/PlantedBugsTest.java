package io.nolook.tool.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The bugs that chaos and the simulation must find can still be planted: the lines that they change are there. */
class PlantedBugsTest {
    private static final Path HOME = Path.of("..");

    static List<Path> patches() throws IOException {
        try (Stream<Path> files = Files.walk(HOME.resolve("deploy/build/planted"))) {
            return files.filter(Files::isRegularFile).sorted().toList();
        }
    }

    @ParameterizedTest
    @MethodSource("patches")
    void whatIsChangedIsThere(Path patch) throws IOException {
        List<String> lines = Files.readAllLines(patch);
        String file = lines.stream()
                .filter(line -> line.startsWith("--- a/"))
                .map(line -> line.substring("--- a/".length()))
                .findFirst()
                .orElseThrow();
        String before = String.join(
                "\n",
                lines.stream()
                        .dropWhile(line -> !line.startsWith("@@"))
                        .skip(1)
                        .filter(line -> !line.startsWith("+"))
                        .map(line -> line.isEmpty() ? line : line.substring(1))
                        .toList());
        assertThat(Files.readString(HOME.resolve(file))).contains(before);
        assertThat(lines).anyMatch(line -> line.startsWith("-") && !line.startsWith("---"));
    }
}
