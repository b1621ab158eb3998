package io.nolook.camera;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Epochs rise for each camera, and for no other. */
class EpochsTest {
    @TempDir
    private Path folder;

    @Test
    void epochsRiseWhateverTheClockDoes() throws IOException {
        Epochs epochs = new Epochs(folder);

        assertThat(epochs.next("gate", 5)).isEqualTo(5);
        assertThat(epochs.next("gate", 5)).isEqualTo(6);
        assertThat(epochs.next("gate", 1)).isEqualTo(7);
        assertThat(new Epochs(folder).next("gate", 9)).isEqualTo(9);
        assertThat(folder.resolve("67617465.epoch")).hasContent("9");
    }

    @Test
    void longIdsThatBeginAlikeAreTwoCameras() throws IOException {
        Epochs epochs = new Epochs(folder);
        String beginning = "دوربین/".repeat(150);

        assertThat(epochs.next(beginning + "a", 5)).isEqualTo(5);
        assertThat(epochs.next(beginning + "b", 5)).isEqualTo(5);
        assertThat(epochs.next(beginning + "a", 5)).isEqualTo(6);
    }
}
