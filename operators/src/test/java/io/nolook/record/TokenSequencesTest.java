package io.nolook.record;

import static org.assertj.core.api.Assertions.assertThat;

import io.nolook.schema.TokenFrame;
import io.nolook.schema.TokenSequence;
import io.nolook.sequence.SequenceRun;
import io.nolook.sequence.TokenWindow;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TokenSequencesTest {

    @Test
    void thePhasePeriodGoesFromTheTokenFrameToTheSequenceAndBack() {
        TokenFrame frame = ArchiveSegmentsTest.clip("gate", 40, 2).get(1);
        frame.setPhasePeriod(8);
        SequenceRun run = TokenSequences.arrival(frame).run();

        TokenSequence record =
                TokenSequences.record(new TokenWindow(run, Optional.empty(), 0, 0, 0, 1, 2, new int[] {3, 256}));

        assertThat(run.phasePeriod()).isEqualTo(8);
        assertThat(run.firstPosition()).isEqualTo(1);
        assertThat(record.getPhasePeriod()).isEqualTo(8);
        assertThat(TokenSequences.window(record).run()).isEqualTo(run);
    }
}
