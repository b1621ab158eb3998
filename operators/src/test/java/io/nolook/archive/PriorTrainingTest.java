package io.nolook.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Tables are learned alike each time, and say what was learned. */
class PriorTrainingTest {
    private static final TokenGrid GRID = new TokenGrid(16, 16, 18);

    @Test
    void theSameClipsGiveTheSameTables() {
        List<List<int[]>> clips =
                List.of(TestSegments.comingRound(GRID, 12, 8, 1), TestSegments.comingRound(GRID, 12, 8, 2));
        byte[] tables = PriorTraining.learn(clips);

        assertThat(tables).hasSize(PriorTables.BYTES).isEqualTo(PriorTraining.learn(clips));
    }

    /** What comes round after a period is known from other clips. */
    @Test
    void whatWasLearnedMakesOtherClipsSmaller() {
        List<List<int[]>> clips = List.of(
                TestSegments.comingRound(GRID, 25, 8, 1),
                TestSegments.comingRound(GRID, 25, 8, 2),
                TestSegments.comingRound(GRID, 25, 8, 3));
        PriorTables learned = new PriorTables(ByteBuffer.wrap(PriorTraining.learn(clips)));
        List<int[]> other = TestSegments.comingRound(GRID, 12, 8, 4);

        ByteArrayOutputStream coded = new ByteArrayOutputStream();
        ContextPayload.encode(new TokenModel(GRID, 8, learned), GRID, other, coded);

        assertThat((double) coded.size() / PayloadCodec.CONTEXT.encode(GRID, 8, other).length)
                .isLessThan(0.99);
    }

    @Test
    void tablesOfAnotherLengthAreRefused() {
        assertThatThrownBy(() -> new PriorTables(ByteBuffer.allocate(7)))
                .hasMessage("found 7 bytes of tables, expected " + PriorTables.BYTES);
    }

    /** Loading them compares their bytes with the SHA-256 that the number stands for. */
    @Test
    void theShippedTablesAreThoseOfTheirNumber() throws SegmentException {
        assertThat(PriorTables.of(1, GRID, 8)).isSameAs(PriorTables.of(1, new TokenGrid(2, 3, 18), 8));
    }
}
