package io.nolook.recognition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nolook.identity.MadeWith;
import io.nolook.recognition.CameraTokens.Span;
import io.nolook.token.HeldTokens;
import io.nolook.token.StreamOrder;
import io.nolook.token.StreamOrder.Begins;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RunAssemblerTest {
    private static final long PERIOD = 800_000;
    private static final long FRAME = PERIOD / 4;

    private static final MadeWith MADE = new MadeWith("recognizer", "runtime", 16, 16, "");
    /** What the fixture was written from, once; never change it: it stands for savepoints that exist. */
    private static final RunCursor FIXTURE = new RunCursor(1, 2, 3, 4, 5, 6, 7, 8, 9, MADE, HeldTokens.NONE);

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

    /** What was lost before it was the model's memory, too. */
    @Test
    void aKeyframeByIntervalAfterLostTokenFramesBeginsARun() {
        CameraTokens kept = key(1, 9, following(0, 2));
        CameraTokens lost = key(1, 9, following(0, 3));
        fates(new RunAssembler(0), key(1, 0, Begins.CLIP), next(1, 0, 1), next(1, 0, 2), kept);
        state = Optional.empty();
        fates(new RunAssembler(0), key(1, 0, Begins.CLIP), next(1, 0, 1), next(1, 0, 2), lost);
        assertThat(taken).extracting(RunCursor::run).containsExactly(0L, 0L, 0L, 0L, 0L, 0L, 0L, 9L);
    }

    private static Begins following(long clip, int position) {
        return new Begins(StreamOrder.Kind.CLIP_BY_INTERVAL, Optional.of(new StreamOrder.Predecessor(clip, position)));
    }

    @Test
    void anotherRecognizerBeginsARun() {
        fates(new RunAssembler(0, MADE, 0), key(1, 0, Begins.CLIP), next(1, 0, 1));
        fates(new RunAssembler(0, MADE, 0), next(1, 0, 2));
        fates(new RunAssembler(0, MadeWith.model("another"), 0), next(1, 0, 3));
        fates(new RunAssembler(0, MadeWith.model("another"), 0), next(1, 0, 4));
        assertThat(taken).extracting(RunCursor::taken).containsExactly(1, 2, 3, 1, 2);
        assertThat(taken.get(4).run()).isEqualTo(next(1, 0, 3).span().firstSequence());
    }

    /** Its clock was an hour ahead for a moment, or was set back: token frames come as before. */
    @Test
    void aJumpOfTheClockBlindsNothing() {
        RunAssembler assembler = new RunAssembler(PERIOD);
        fates(assembler, key(1, 0, Begins.CLIP), next(1, 0, 1));
        for (long jump : new long[] {3_600_000_000L, 0, -3_600_000_000L}) {
            long clip = 5 + taken.size() * 4L;
            CameraTokens after = next(1, clip - 5, 2);
            Span span = after.span();
            fates(
                    assembler,
                    new CameraTokens(
                            "a",
                            1,
                            clip,
                            0,
                            Begins.CLIP_BY_INTERVAL,
                            new Span(
                                    span.firstSequence(),
                                    span.lastSequence(),
                                    span.firstCapturedAtMicros() + jump,
                                    span.lastCapturedAtMicros() + jump,
                                    jump),
                            new int[0]));
        }
        assertThat(taken).extracting(RunCursor::taken).containsExactly(1, 2, 3, 4, 5);
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
        RunCursor cursor = new RunCursor(1, 2, 3, 4, 5, 6, 7, 8, 9, MADE, HeldTokens.NONE);
        assertThat(RunCursor.decode(cursor.encode(), MadeWith.model("other"))).isEqualTo(cursor);
        byte[] newer = cursor.encode();
        newer[0] = 4;
        assertThatThrownBy(() -> RunCursor.decode(newer, MADE)).hasMessageContaining("version 4");
        assertThatThrownBy(() -> RunCursor.decode(Arrays.copyOf(cursor.encode(), 20), MADE))
                .hasMessageContaining("20 bytes");
        assertThatThrownBy(() -> RunCursor.decode(new byte[0], MADE)).hasMessageContaining("0 bytes");
    }

    @Test
    void readsAndWritesTheCursorOfVersionTwo() throws IOException {
        try (InputStream in = getClass().getResourceAsStream("/fixtures/run-cursor-v2.bin")) {
            byte[] bytes = in.readAllBytes();
            assertThat(RunCursor.decode(bytes, MadeWith.model("other"))).isEqualTo(FIXTURE);
            assertThat(FIXTURE.encode()).isEqualTo(bytes);
        }
    }

    /** Written by version 1, and kept: 1, then 2 longs, an int, 2 longs, an int, 2 longs. */
    @Test
    void cursorsOfTheFirstVersionAreRead() {
        byte[] kept = new byte[57];
        kept[0] = 1;
        kept[8] = 9; // epoch
        kept[20] = 3; // position
        kept[40] = 2; // taken
        assertThat(RunCursor.decode(kept, MADE))
                .isEqualTo(new RunCursor(9, 0, 3, 0, 0, 2, 0, 0, 0, MADE, HeldTokens.NONE));
    }

    /** Bits 1 and 3: 5 and 7 are escapes. Those that are sampled out tell codes, too. */
    @Test
    void escapesAreReadAsTheCodeBeforeThem() {
        RunAssembler assembler = new RunAssembler(PERIOD, MADE, 0b101);
        assertThat(read(assembler, key(1, 0, Begins.CLIP), 1, 2, 3)).containsExactly(1, 2, 3);
        assertThat(read(assembler, next(1, 0, 1), 5, 7, 4)).containsExactly(1, 2, 4);
        assertThat(read(assembler, key(1, 5, Begins.CLIP_BY_INTERVAL), 6, 3, 3)).containsExactly(6, 3, 3);
        assertThat(state.orElseThrow().taken()).isEqualTo(2);
        state = Optional.of(RunCursor.decode(state.orElseThrow().encode(), MadeWith.model("other")));
        assertThat(read(assembler, next(1, 5, 1), 5, 5, 5)).containsExactly(6, 3, 3);
        assertThat(read(assembler, next(1, 5, 3), 5, 1, 7))
                .as("behind a hole nothing is known")
                .containsExactly(5, 1, 7);
        assertThat(read(assembler, next(1, 5, 4), 5, 5, 4)).containsExactly(5, 1, 4);
    }

    @Test
    void anotherRecognizerOfTheSameTokensKnowsWhatIsHeld() {
        read(new RunAssembler(0, MADE, 0b101), key(1, 0, Begins.CLIP), 1, 2, 3);
        RunAssembler another = new RunAssembler(0, MadeWith.model("another"), 0b101);
        assertThat(read(another, next(1, 0, 1), 5, 4, 7)).containsExactly(1, 4, 3);
        assertThat(state.orElseThrow().taken()).isEqualTo(1);
    }

    private int[] read(RunAssembler assembler, CameraTokens at, int... tokens) {
        RunAssembler.Result result = assembler.step(
                state,
                new CameraTokens(at.camera(), at.epoch(), at.clip(), at.position(), at.begins(), at.span(), tokens),
                17);
        state = Optional.of(result.after());
        return result.tokens();
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
        return new CameraTokens("a", epoch, clip, 0, begins, new Span(clip, clip, time, time, 0), new int[0]);
    }

    static CameraTokens next(long epoch, long clip, int position) {
        long first = clip + 4L * position - 3;
        Span span = new Span(first, first + 3, 1 + first * FRAME, 1 + (first + 3) * FRAME, 0);
        return new CameraTokens("a", epoch, clip, position, Begins.NOTHING, span, new int[0]);
    }
}
