package io.nolook.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The README says what the program says. */
class ReadmeTest {

    @Test
    void optionsTableIsTheGeneratedOne() throws IOException {
        assertThat(Files.readString(Path.of("../README.md")))
                .as("run './nolook options' and put its table into README.md")
                .contains(OptionsCommand.table());
    }
}
