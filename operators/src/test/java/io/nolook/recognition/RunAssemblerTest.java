package io.nolook.recognition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nolook.recognition.CameraTokens.Span;
import io.nolook.token.StreamOrder.Begins;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RunAssemblerTest {
    private static final long PERIOD = 800_000;
    private static final long FRAME = PERIOD / 4;

    private Optional<RunCursor> state = Optional.empty();
    private final List<RunCursor> taken = new ArrayList<>();

    @Test
    void tokenFramesOfOneClipAreOneRun() {
        assertThat(fates(new RunAssembler(PERIOD), key(1, 0, Begins.CLIP), next(1, 0, 1), next(1, 0, 2)))
                .containsOnly(TokenFate.TAKEN);
        assertThat(taken).extracting(RunCursor::run).containsOnly(0L);
        assertThat(taken).extracting(RunCursor::taken).containsExactly(1, 2, 3);
    }

    @Test
    void keyframesByIntervalGoOnAndAreTooSoonForTheTrainedRate() {
        assertThat(fates(
                        new RunAssembler(PERIOD),
                        key(1, 0, Begins.CLIP),
                        next(1, 0, 1),
                        key(1, 5, Begins.CLIP_BY_INTERVAL),
                        next(1, 5, 1)))
                .containsExactly(TokenFate.TAKEN, TokenFate.TAKEN, TokenFate.SAMPLED, TokenFate.TAKEN);
        assertThat(taken).extracting(RunCursor::run).containsOnly(0L);
    }

    @Test
    void keyframesAfterAnythingElseBeginRuns() {
        fates(new RunAssembler(PERIOD), key(1, 0, Begins.CLIP), next(1, 0, 1), key(1, 9, Begins.CLIP));
        fates(new RunAssembler(PERIOD), key(2, 3, Begins.CLIP), key(1, 50, Begins.NUMBERS));
        assertThat(taken).extracting(RunCursor::run).containsExactly(0L, 0L, 9L, 3L, 50L);
        assertThat(taken).extracting(RunCursor::taken).containsExactly(1, 2, 1, 1, 1);
    }

    @Test
    void aHoleInAClipBeginsARun() {
        fates(new RunAssembler(PERIOD), key(1, 0, Begins.CLIP), next(1, 0, 1), next(1, 0, 3));
        assertThat(taken).extracting(RunCursor::taken).containsExactly(1, 2, 1);
    }

    @Test
    void aStreamThatBeginsInMidClipIsTaken() {
        assertThat(fates(new RunAssembler(PERIOD), next(1, 0, 7))).containsExactly(TokenFate.TAKEN);
        assertThat(taken.get(0).run()).isEqualTo(next(1, 0, 7).span().firstSequence());
    }

    @Test
    void whatWasSeenIsDuplicateAndWhatIsOverIsLate() {
        assertThat(fates(
                        new RunAssembler(PERIOD),
                        key(2, 0, Begins.CLIP),
                        next(2, 0, 1),
                        next(2, 0, 1),
                        key(2, 0, Begins.CLIP),
                        next(1, 0, 5)))
                .containsExactly(
                        TokenFate.TAKEN, TokenFate.TAKEN, TokenFate.DUPLICATE, TokenFate.DUPLICATE, TokenFate.LATE);
    }

    @Test
    void fasterStreamsAreSampledToTheTrainedRate() {
        RunAssembler assembler = new RunAssembler(6 * PERIOD);
        List<TokenFate> found = new ArrayList<>(fates(assembler, key(1, 0, Begins.CLIP)));
        for (int position = 1; position <= 60; position++) {
            found.addAll(fates(assembler, next(1, 0, position)));
        }
        assertThat(found.stream().filter(TokenFate.TAKEN::equals)).hasSizeBetween(10, 14);
        assertThat(new RunAssembler(0).step(state, next(1, 0, 61), 0).fate()).isEqualTo(TokenFate.TAKEN);
    }

    @Test
    void cursorsAreReadBack() {
        RunCursor cursor = new RunCursor(1, 2, 3, 4, 5, 6, 7, 8);
        assertThat(RunCursor.decode(cursor.encode())).isEqualTo(cursor);
        byte[] newer = cursor.encode();
        newer[0] = 2;
        assertThatThrownBy(() -> RunCursor.decode(newer)).hasMessageContaining("version 2");
        assertThatThrownBy(() -> RunCursor.decode(Arrays.copyOf(cursor.encode(), 20)))
                .hasMessageContaining("20 bytes");
        assertThatThrownBy(() -> RunCursor.decode(new byte[0])).hasMessageContaining("empty");
    }

    /** Written by version 1, and kept: 1, then 2 longs, an int, 2 longs, an int, 2 longs. */
    @Test
    void cursorsOfTheFirstVersionAreRead() {
        byte[] kept = new byte[57];
        kept[0] = 1;
        kept[8] = 9; // epoch
        kept[20] = 3; // position
        kept[40] = 2; // taken
        assertThat(RunCursor.decode(kept)).isEqualTo(new RunCursor(9, 0, 3, 0, 0, 2, 0, 0));
    }

    private List<TokenFate> fates(RunAssembler assembler, CameraTokens... tokens) {
        List<TokenFate> fates = new ArrayList<>();
        for (CameraTokens each : tokens) {
            RunAssembler.Result result = assembler.step(state, each, 17);
            state = Optional.of(result.after());
            fates.add(result.fate());
            if (result.fate() == TokenFate.TAKEN) {
                taken.add(result.after());
                assertThat(result.after().lastArrivalMillis()).isEqualTo(17);
            }
        }
        return fates;
    }

    static CameraTokens key(long epoch, long clip, Begins begins) {
        long time = 1 + clip * FRAME;
        return new CameraTokens("a", epoch, clip, 0, begins, new Span(clip, clip, time, time), new int[0]);
    }

    static CameraTokens next(long epoch, long clip, int position) {
        long first = clip + 4L * position - 3;
        Span span = new Span(first, first + 3, 1 + first * FRAME, 1 + (first + 3) * FRAME);
        return new CameraTokens("a", epoch, clip, position, Begins.NOTHING, span, new int[0]);
    }
}
