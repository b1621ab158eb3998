package io.nolook.job.backfill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nolook.frame.FrameFit;
import io.nolook.frame.FrameSize;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Splits in checkpoints: Flink keeps the version beside the bytes. */
class RecordingSplitCodecTest {
    private final RecordingSplitCodec codec = new RecordingSplitCodec();

    /** Version 1 had all recordings of a split open at once. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void everyVersionIsRead(int version) throws IOException {
        assertThat(codec.deserialize(version, fixture(version)))
                .isEqualTo(splits(version == 1 ? Integer.MAX_VALUE : 3));
    }

    @Test
    void theNewestVersionIsWritten() throws IOException {
        assertThat(codec.getVersion()).isEqualTo(2);
        assertThat(codec.serialize(splits(3))).isEqualTo(fixture(2));
    }

    @Test
    void refusesANewerVersionAndMissingOrMoreBytes() throws IOException {
        assertThatThrownBy(() -> codec.deserialize(3, new byte[0]))
                .hasMessageContaining("found recording splits of version 3, expected 1 to 2");
        byte[] whole = fixture(2);
        for (int length : new int[] {0, 3, whole.length - 1}) {
            assertThatThrownBy(() -> codec.deserialize(2, Arrays.copyOf(whole, length)))
                    .isInstanceOf(IOException.class);
        }
        assertThatThrownBy(() -> codec.deserialize(2, Arrays.copyOf(whole, whole.length + 2)))
                .hasMessage("found 2 bytes after the recording splits");
    }

    private static List<RecordingSplit> splits(int atOnce) {
        Recording first = new Recording("/clips/0-0.mp4", "c0-0", 0);
        List<Recording> more =
                List.of(new Recording("/clips/1-0.mp4", "c1-0", 0), new Recording("/clips/1-1.mp4", "c1-1", 7));
        return List.of(
                new RecordingSplit("split-0", new FrameSize(16, 8), FrameFit.CROP, atOnce, List.of(first)),
                new RecordingSplit("split-1", new FrameSize(16, 8), FrameFit.CROP, atOnce, more));
    }

    private static byte[] fixture(int version) throws IOException {
        try (InputStream in =
                RecordingSplitCodecTest.class.getResourceAsStream("/fixtures/recording-splits-v" + version + ".bin")) {
            return in.readAllBytes();
        }
    }
}
