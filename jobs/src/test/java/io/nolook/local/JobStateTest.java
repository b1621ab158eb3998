package io.nolook.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JobStateTest {
    @TempDir
    private Path root;

    @Test
    void theNewestCheckpointOrSavepointIsWhereItGoesOn() throws IOException {
        try (JobState state = JobState.open(root, "cluster", "nolook-tokenize")) {
            assertThat(state.newest()).isEmpty();
            Path old = written(state.checkpoints().resolve("a/chk-12"), 1000);
            assertThat(state.newest()).contains(old);
            Path stopped = written(state.savepoints().resolve("savepoint-1"), 3000);
            written(state.checkpoints().resolve("b/chk-1"), 2000);
            Files.createDirectories(state.checkpoints().resolve("b/chk-2")); // unfinished
            assertThat(state.newest()).contains(stopped);
        }
    }

    @Test
    void jobsAndBrokersHaveFoldersOfTheirOwn() throws IOException {
        try (JobState one = JobState.open(root, "cluster", "a");
                JobState two = JobState.open(root, "cluster", "b");
                JobState elsewhere = JobState.open(root, "other", "a")) {
            written(one.checkpoints().resolve("x/chk-1"), 1000);
            assertThat(two.newest()).isEmpty();
            assertThat(elsewhere.newest()).isEmpty();
        }
    }

    @Test
    void oneProcessAtATime() throws IOException {
        JobState state = JobState.open(root, "cluster", "a");
        assertThatThrownBy(() -> JobState.open(root, "cluster", "a"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("found another process that runs a with its state in")
                .hasMessageContaining("delivery.transaction-prefix");
        state.close();
        JobState.open(root, "cluster", "a").close();
    }

    @Test
    void namesNeverLeadElsewhere() throws IOException {
        JobState state = JobState.open(root, "..", "../../a");
        assertThat(state.checkpoints().normalize().startsWith(root)).isTrue();
        state.close();
    }

    private static Path written(Path folder, long millis) throws IOException {
        Files.createDirectories(folder);
        Path metadata = Files.writeString(folder.resolve("_metadata"), "");
        Files.setLastModifiedTime(metadata, FileTime.fromMillis(millis));
        return folder;
    }
}
