package io.nolook.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nolook.Fixtures;
import io.nolook.recognition.Action;
import io.nolook.recognition.EventDetector.Seen;
import io.nolook.recognition.SeenCodec;
import io.nolook.schema.ActionScores;
import io.nolook.schema.SingleObject;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeptActionTest {
    private static final SingleObject<ActionScores> FORMAT = SingleObject.actionScores();
    private static final Seen SEEN = new Seen(new Action(3, false, 4, 5, 6, 7, 8, 7, 8, 0.5f), true);
    private static final KeptAction KEPT = new KeptAction(1_700_000_000_000L, SEEN, scores());

    /** Version 1 is that of release 0.1.0. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void everyVersionIsRead(int version) throws IOException {
        assertThat(KeptAction.decode(Fixtures.bytes("kept-action-v" + version + ".bin"), FORMAT))
                .isEqualTo(KEPT);
    }

    @Test
    void theNewestVersionIsWritten() throws IOException {
        assertThat(KEPT.encode(FORMAT)).isEqualTo(Fixtures.bytes("kept-action-v2.bin"));
    }

    @Test
    void refusesANewerVersionAndMissingBytes() throws IOException {
        byte[] newer = KEPT.encode(FORMAT);
        newer[0]++;
        assertThatThrownBy(() -> KeptAction.decode(newer, FORMAT))
                .hasMessage("found a kept action of version 3, expected at most 2:"
                        + " restore with the release that wrote it, or a newer one");
        byte[] whole = KEPT.encode(FORMAT);
        for (int length : new int[] {0, 1, 12, 60}) {
            assertThatThrownBy(() -> KeptAction.decode(Arrays.copyOf(whole, length), FORMAT))
                    .hasMessage("found a kept action that ends early at " + length + " bytes");
        }
    }

    /** What is in it has a version of its own. */
    @Test
    void whatIsSeenOfTheFirstVersionIsRead() throws IOException {
        assertThat(SeenCodec.decode(Fixtures.bytes("action-seen-v1.bin"))).isEqualTo(SEEN);
    }

    private static ActionScores scores() {
        return ActionScores.newBuilder()
                .setCamera("gate")
                .setEpoch(4)
                .setTokenizerId("tiny")
                .setRecognizer("words 1")
                .setRecognizerHash("ab")
                .setRuntimeId("cpu")
                .setRun(5)
                .setPosition(2)
                .setFirstSequence(13)
                .setLastSequence(16)
                .setFirstCapturedAtMicros(70)
                .setLastCapturedAtMicros(80)
                .setLabels(List.of("none", "wave"))
                .setBackground("none")
                .setProbabilities(List.of(0.25f, 0.75f))
                .build();
    }
}
