package io.nolook.flink.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nolook.Fixtures;
import io.nolook.model.StepPlace;
import java.io.IOException;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HistorySlotTest {
    private static final StepPlace AT = new StepPlace(1_700_000_000_000L, 41, 7);
    private static final byte[] INPUT = {1, 2, 3, -1, -2, -3};

    /** Version 1 is that of release 0.1.0. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void everyVersionIsRead(int version) throws IOException {
        HistorySlot slot = HistorySlot.decode(Fixtures.bytes("history-slot-v" + version + ".bin"));

        assertThat(slot.at()).isEqualTo(AT);
        assertThat(slot.input()).isEqualTo(INPUT);
    }

    @Test
    void theNewestVersionIsWritten() throws IOException {
        assertThat(new HistorySlot(AT, INPUT).encode()).isEqualTo(Fixtures.bytes("history-slot-v2.bin"));
    }

    @Test
    void theExampleIsRight() {
        assertThat(new HistorySlot(new StepPlace(2, 1, 7), new byte[] {9}).encode())
                .isEqualTo(HexFormat.of().parseHex("82" + "0000000000000002" + "0000000000000001" + "00000007" + "09"));
    }

    @Test
    void refusesANewerVersionAndMissingBytes() {
        byte[] newer = new HistorySlot(AT, INPUT).encode();
        newer[0]++;
        assertThatThrownBy(() -> HistorySlot.decode(newer))
                .hasMessage("found a history slot of version 3, expected at most 2:"
                        + " restore with the release that wrote it, or a newer one");
        byte[] whole = new HistorySlot(AT, INPUT).encode();
        for (int length : new int[] {0, 1, 20}) {
            assertThatThrownBy(() -> HistorySlot.decode(Arrays.copyOf(whole, length)))
                    .hasMessageStartingWith("found a history slot of " + length + " bytes, expected at least 2");
        }
    }
}
