package io.nolook.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The notes of which a release makes its section of the changelog. */
class ChangesTest {
    private static final Path FOLDER = Page.HOME.resolve(".changes");

    static Stream<String> notes() throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            List<String> names = files.map(file -> file.getFileName().toString())
                    .filter(name -> !name.equals("towncrier.toml"))
                    .sorted()
                    .toList();
            return names.stream();
        }
    }

    @ParameterizedTest
    @MethodSource("notes")
    void aNoteIsOfAKindThatTheChangelogHasAndItsLinksLeadSomewhere(String name) throws IOException {
        assertThat(name).matches("\\+[a-z0-9-]+\\.(added|changed|fixed|removed|security)\\.md");
        Page note = Page.read(".changes/" + name);
        assertThat(note.lines())
                .isNotEmpty()
                .allSatisfy(line ->
                        assertThat(line).hasSizeLessThan(200).isNotBlank().doesNotStartWith("-"));
        for (String link : note.links()) {
            if (!link.contains("://")) {
                String[] parts = link.split("#", 2);
                assertThat(Page.HOME.resolve(parts[0])).exists();
                if (parts.length > 1) {
                    assertThat(Page.read(parts[0]).anchors()).contains(parts[1]);
                }
            }
        }
    }
}
