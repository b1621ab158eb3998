package io.nolook.job.backfill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Splits in checkpoints: Flink keeps the version beside the bytes. */
class RecordingSplitCodecTest {
    private static final long BEGAN = 1_700_000_000_123_456L;

    private final RecordingSplitCodec codec = new RecordingSplitCodec();

    /** Before version 3 there were no times; version 1 and 2 differ in what is left out now. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void everyVersionIsRead(int version) throws IOException {
        assertThat(codec.deserialize(version, fixture(version))).isEqualTo(splits(version < 3 ? 1 : BEGAN));
    }

    @Test
    void theNewestVersionIsWritten() throws IOException {
        assertThat(codec.getVersion()).isEqualTo(3);
        assertThat(codec.serialize(splits(BEGAN))).isEqualTo(fixture(3));
    }

    @Test
    void refusesANewerVersionAndMissingOrMoreBytes() throws IOException {
        assertThatThrownBy(() -> codec.deserialize(4, new byte[0]))
                .hasMessageContaining("found recording splits of version 4, expected 1 to 3");
        byte[] whole = fixture(3);
        for (int length : new int[] {0, 3, whole.length - 1}) {
            assertThatThrownBy(() -> codec.deserialize(3, Arrays.copyOf(whole, length)))
                    .isInstanceOf(IOException.class);
        }
        assertThatThrownBy(() -> codec.deserialize(3, Arrays.copyOf(whole, whole.length + 2)))
                .hasMessage("found 2 bytes after the recording splits");
    }

    private static List<RecordingSplit> splits(long began) {
        return List.of(
                new RecordingSplit(List.of(new Recording("/clips/0-0.mp4", "c0-0", began, 0))),
                new RecordingSplit(List.of(
                        new Recording("/clips/1-0.mp4", "c1-0", began, 0),
                        new Recording("/clips/1-1.mp4", "c1-1", began, 7))));
    }

    private static byte[] fixture(int version) throws IOException {
        try (InputStream in =
                RecordingSplitCodecTest.class.getResourceAsStream("/fixtures/recording-splits-v" + version + ".bin")) {
            return in.readAllBytes();
        }
    }
}
