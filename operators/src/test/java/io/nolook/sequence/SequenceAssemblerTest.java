package io.nolook.sequence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nolook.sequence.SequenceAssembler.Arrival;
import io.nolook.sequence.SequenceAssembler.Fate;
import io.nolook.sequence.SequenceAssembler.Opening;
import io.nolook.token.StreamOrder;
import io.nolook.token.StreamOrder.Begins;
import io.nolook.token.TokenFactors;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SequenceAssemblerTest {
    /** What the fixture was written from, once; never change it: it stands for savepoints that exist. */
    private static final SequenceState FIXTURE = new SequenceState(
            Optional.empty(),
            new SequenceRun("tür", 1_700_000_000_000L, 40, "codes-1", 2, 3, 18, 1, 1),
            7,
            3,
            100,
            2,
            1_700_000_000_433_333L,
            1_700_000_000_633_333L,
            1_700L,
            new int[] {3, 256, 262_399});

    /** The same of version 2, with what version 1 did not say. */
    private static final SequenceState SECOND_FIXTURE = new SequenceState(
            Optional.of(new SequenceSpec(Optional.of(new TokenFactors(9, 9)), 200, 10, SequenceSpec.Tail.PADDED)),
            FIXTURE.run(),
            7,
            3,
            100,
            2,
            1_700_000_000_433_333L,
            1_700_000_000_633_333L,
            1_700L,
            new int[] {3, 256, 262_399});

    /** The same of version 3, with what version 2 did not say. */
    private static final SequenceState THIRD_FIXTURE = new SequenceState(
            SECOND_FIXTURE.spec(),
            new SequenceRun("tür", 1_700_000_000_000L, 40, "codes-1", 2, 3, 18, 8, 1),
            7,
            3,
            100,
            2,
            1_700_000_000_433_333L,
            1_700_000_000_633_333L,
            1_700L,
            new int[] {3, 256, 262_399});

    @Test
    void aClipIsWrittenAsTheDocumentationSays() {
        List<TokenWindow> windows = clip(new SequenceSpec(Optional.empty(), 100, 0, SequenceSpec.Tail.SHORT));

        assertThat(windows).hasSize(1);
        assertThat(windows.get(0).ids())
                .containsExactly(1, 5, 4, 256, 257, 3, 262_399, 258, 3, 256 + 512, 256 + 513, 2);
    }

    @Test
    void factorizedPlacesHaveTwoIds() {
        List<TokenWindow> windows =
                clip(new SequenceSpec(Optional.of(TokenFactors.NINE_NINE), 100, 0, SequenceSpec.Tail.SHORT));

        int second = 256 + 512;
        assertThat(windows.get(0).ids())
                .containsExactly(
                        1,
                        0,
                        5,
                        0,
                        4,
                        0,
                        256,
                        second,
                        257,
                        second,
                        3,
                        0,
                        256 + 511,
                        second + 511,
                        258,
                        second,
                        3,
                        0,
                        256,
                        second + 1,
                        257,
                        second + 1,
                        2,
                        0);
    }

    @Test
    void windowsOverlapAndTheLastIsPadded() {
        List<TokenWindow> windows = clip(new SequenceSpec(Optional.empty(), 5, 2, SequenceSpec.Tail.PADDED));

        assertThat(windows.stream().map(window -> Arrays.toString(window.ids())).toList())
                .containsExactly(
                        "[1, 5, 4, 256, 257]",
                        "[256, 257, 3, 262399, 258]",
                        "[262399, 258, 3, 768, 769]",
                        "[768, 769, 2, 0, 0]");
        assertThat(windows.stream().map(TokenWindow::start).toList()).containsExactly(0L, 3L, 6L, 9L);
        assertThat(windows.stream().map(TokenWindow::overlap).toList()).containsExactly(0, 2, 2, 2);
        assertThat(windows.stream().map(TokenWindow::firstCapturedAtMicros).toList())
                .containsExactly(10L, 10L, 20L, 30L);
        assertThat(windows.stream().map(TokenWindow::lastCapturedAtMicros).toList())
                .containsExactly(10L, 20L, 30L, 30L);
    }

    @Test
    void aWindowOfTheLengthOfTheClipHasNoEmptyFollower() {
        assertThat(clip(new SequenceSpec(Optional.empty(), 12, 4, SequenceSpec.Tail.PADDED)))
                .hasSize(1);
        assertThat(clip(new SequenceSpec(Optional.empty(), 11, 0, SequenceSpec.Tail.SHORT)))
                .hasSize(2);
    }

    @Test
    void lateTokenFramesAreDroppedAndHolesEndTheRun() {
        SequenceAssembler assembler =
                new SequenceAssembler(new SequenceSpec(Optional.empty(), 1000, 0, SequenceSpec.Tail.SHORT));
        SequenceState state = assembler
                .step(Optional.empty(), arrival(5, 0, 0, Begins.CLIP, Opening.CLIP, 10, 0, 1), 1)
                .state();
        assertThat(assembler
                        .step(Optional.of(state), arrival(5, 0, 0, Begins.CLIP, Opening.CLIP, 10, 0, 1), 2)
                        .fate())
                .isEqualTo(Fate.REPEATED);
        SequenceAssembler.Result hole =
                assembler.step(Optional.of(state), arrival(5, 0, 2, Begins.NOTHING, Opening.NOTHING, 10, 0, 1), 3);
        assertThat(hole.windows()).hasSize(1);
        assertThat(hole.windows().get(0).ids()).containsExactly(1, 4, 256, 257, 2);
        assertThat(hole.state().run().firstPosition()).isEqualTo(2);
        assertThat(hole.state().pending()).containsExactly(3, 256, 257);
        SequenceAssembler.Result anew =
                assembler.step(Optional.of(hole.state()), arrival(4, 0, 0, Begins.NUMBERS, Opening.CLIP, 10, 0, 1), 3);
        assertThat(anew.fate()).isEqualTo(Fate.WRITTEN);
        assertThat(anew.windows().get(0).ids()).containsExactly(3, 256, 257, 2);
    }

    /** Token frames before it were lost, which nothing but the keyframe can tell. */
    @Test
    void aKeyframeByIntervalAfterLostTokenFramesSaysGap() {
        SequenceAssembler assembler =
                new SequenceAssembler(new SequenceSpec(Optional.empty(), 1000, 0, SequenceSpec.Tail.SHORT));
        SequenceState state = assembler
                .step(Optional.empty(), arrival(5, 0, 0, Begins.CLIP, Opening.CLIP, 10, 0, 1), 1)
                .state();
        Begins lost = new Begins(StreamOrder.Kind.CLIP_BY_INTERVAL, Optional.of(new StreamOrder.Predecessor(0, 1)));
        SequenceState after = assembler
                .step(Optional.of(state), arrival(5, 9, 0, lost, Opening.CLIP, 20, 0, 1), 2)
                .state();
        assertThat(after.pending()).containsExactly(1, 5, 4, 256, 257);
    }

    /** Restored with other options: what is pending ends as it was begun, and a run of the new kind begins. */
    @Test
    void aRunThatWasCutOtherwiseEnds() {
        SequenceSpec before = new SequenceSpec(Optional.empty(), 9, 0, SequenceSpec.Tail.PADDED);
        SequenceState state = new SequenceAssembler(before)
                .step(Optional.empty(), arrival(5, 0, 0, Begins.CLIP, Opening.CLIP, 10, 0, 1), 1)
                .state();
        SequenceAssembler factored = new SequenceAssembler(
                new SequenceSpec(Optional.of(TokenFactors.NINE_NINE), 1000, 0, SequenceSpec.Tail.SHORT));
        SequenceAssembler.Result result =
                factored.step(Optional.of(state), arrival(5, 0, 1, Begins.NOTHING, Opening.NOTHING, 20, 0, 1), 2);
        assertThat(result.windows()).hasSize(1);
        assertThat(result.windows().get(0).factors()).isEmpty();
        assertThat(result.windows().get(0).ids()).containsExactly(1, 4, 256, 257, 2, 0, 0, 0, 0);
        assertThat(result.state().run().firstPosition()).isEqualTo(1);
        assertThat(result.state().pending()).hasSize(2 * 3);
        assertThat(factored.end(state))
                .hasSize(1)
                .allSatisfy(window -> assertThat(window.factors()).isEmpty());
    }

    @Test
    void badWindowsAreRefused() {
        SequenceSpec spec = new SequenceSpec(Optional.empty(), 5, 2, SequenceSpec.Tail.PADDED);
        List<TokenWindow> windows = clip(spec);
        SequenceRun run = windows.get(0).run();

        assertThatThrownBy(() -> new SequenceReader(run, spec.factors()).read(windows.get(1)))
                .hasMessageContaining("expected window 0 up to place 0");
        SequenceReader reader = new SequenceReader(run, spec.factors());
        reader.read(windows.get(0));
        windows.get(1).ids()[0]++;
        assertThatThrownBy(() -> reader.read(windows.get(1)))
                .hasMessage("found other ids in the 2 places that window 1 has of the one before, expected the same");
        windows.get(0).ids()[3] = 7;
        assertThatThrownBy(() -> new SequenceReader(run, spec.factors()).read(windows.get(0)))
                .hasMessage("found id 7, expected a visual one, 256 to 262399");
        windows.get(0).ids()[1] = 6;
        assertThatThrownBy(() -> new SequenceReader(run, spec.factors()).read(windows.get(0)))
                .hasMessageContaining("found id 6 at place 1, expected the mark of a token frame");
    }

    @Test
    void specsOutOfRangeAreRefused() {
        assertThatThrownBy(() -> new SequenceSpec(Optional.empty(), 1, 0, SequenceSpec.Tail.SHORT))
                .hasMessage("found a context length of 1 places, expected 2 to 65536");
        assertThatThrownBy(() -> new SequenceSpec(Optional.empty(), 10, 10, SequenceSpec.Tail.SHORT))
                .hasMessage("found an overlap of 10 places, expected 0 to 9");
        assertThat(SequenceSpec.parseFactors("none")).isEmpty();
        assertThat(SequenceSpec.parseFactors("6+12")).contains(TokenFactors.SIX_TWELVE);
        assertThatThrownBy(() -> SequenceSpec.parseFactors("9")).hasMessage("found '9', expected none, 9+9 or 6+12");
        assertThatThrownBy(() -> new Vocabulary(16, Optional.of(TokenFactors.NINE_NINE)))
                .hasMessage("found factors of 9 and 9 bits for tokens of 16, expected as many in all");
        assertThat(new Vocabulary(18, Optional.empty()).size()).isEqualTo(256 + 262_144);
        assertThat(new Vocabulary(18, Optional.of(TokenFactors.SIX_TWELVE)).size())
                .isEqualTo(256 + 64 + 4096);
    }

    @Test
    void anotherPhasePeriodBeginsARunOfItsOwn() {
        SequenceAssembler assembler =
                new SequenceAssembler(new SequenceSpec(Optional.empty(), 100, 0, SequenceSpec.Tail.SHORT));
        Arrival first = arrival(5, 0, 0, Begins.CLIP, Opening.CLIP, 10, 0, 1);
        SequenceRun run =
                arrival(5, 0, 1, Begins.NOTHING, Opening.NOTHING, 20, 2, 3).run();
        SequenceRun periodic = new SequenceRun(
                run.camera(), run.epoch(), run.clip(), run.tokenizerId(), 1, 2, 18, 8, run.firstPosition());
        SequenceAssembler.Result begun = assembler.step(Optional.empty(), first, 1);

        SequenceAssembler.Result result = assembler.step(
                Optional.of(begun.state()),
                new Arrival(periodic, Begins.NOTHING, Opening.NOTHING, 20, new int[] {2, 3}),
                2);

        assertThat(result.windows()).hasSize(1);
        assertThat(result.windows().get(0).run()).isEqualTo(first.run());
        assertThat(result.state().run()).isEqualTo(periodic);
    }

    @Test
    void runsOfAnAbsurdPeriodAreRefused() {
        assertThatThrownBy(() -> new SequenceRun("gate", 7, 40, "codes-1", 1, 2, 18, 65, 0))
                .hasMessage("found a phase period of 65, expected 1 to 64");
    }

    @Test
    void readsTheStateOfVersionTwo() throws IOException {
        try (InputStream in = getClass().getResourceAsStream("/fixtures/sequence-state-v2.bin")) {
            assertThat(SequenceStateCodec.decode(in.readAllBytes()))
                    .usingRecursiveComparison()
                    .isEqualTo(SECOND_FIXTURE);
        }
    }

    @Test
    void readsAndWritesTheStateOfVersionThree() throws IOException {
        try (InputStream in = getClass().getResourceAsStream("/fixtures/sequence-state-v3.bin")) {
            byte[] bytes = in.readAllBytes();
            assertThat(SequenceStateCodec.decode(bytes))
                    .usingRecursiveComparison()
                    .isEqualTo(THIRD_FIXTURE);
            assertThat(SequenceStateCodec.encode(THIRD_FIXTURE)).isEqualTo(bytes);
            for (int length = 1; length < bytes.length; length++) {
                byte[] cut = Arrays.copyOf(bytes, length);
                assertThatThrownBy(() -> SequenceStateCodec.decode(cut)).isInstanceOf(IllegalArgumentException.class);
            }
        }
    }

    @Test
    void readsTheStateOfVersionOne() throws IOException {
        try (InputStream in = getClass().getResourceAsStream("/fixtures/sequence-state-v1.bin")) {
            byte[] bytes = in.readAllBytes();
            assertThat(SequenceStateCodec.decode(bytes))
                    .usingRecursiveComparison()
                    .isEqualTo(FIXTURE);
            for (int length = 1; length < bytes.length; length++) {
                byte[] cut = Arrays.copyOf(bytes, length);
                assertThatThrownBy(() -> SequenceStateCodec.decode(cut)).isInstanceOf(IllegalArgumentException.class);
            }
            bytes[0] = 4;
            assertThatThrownBy(() -> SequenceStateCodec.decode(bytes))
                    .hasMessageContaining("found sequence state version 4, expected at most 3");
        }
    }

    /** Three token frames of 1x2 tokens after a gap. */
    private static List<TokenWindow> clip(SequenceSpec spec) {
        SequenceAssembler assembler = new SequenceAssembler(spec);
        List<TokenWindow> windows = new ArrayList<>();
        Optional<SequenceState> state = Optional.empty();
        for (Arrival arrival : List.of(
                arrival(5, 0, 0, Begins.CLIP, Opening.CLIP_AFTER_GAP, 10, 0, 1),
                arrival(5, 0, 1, Begins.NOTHING, Opening.NOTHING, 20, 262_143, 2),
                arrival(5, 0, 2, Begins.NOTHING, Opening.NOTHING, 30, 512, 513))) {
            SequenceAssembler.Result result = assembler.step(state, arrival, 1);
            windows.addAll(result.windows());
            state = Optional.of(result.state());
        }
        windows.addAll(assembler.end(state.orElseThrow()));
        return windows;
    }

    private static Arrival arrival(
            long epoch, long clip, int position, Begins begins, Opening opening, long micros, int... tokens) {
        SequenceRun run = new SequenceRun("gate", epoch, clip, "codes-1", 1, 2, 18, 1, position);
        return new Arrival(run, begins, opening, micros, tokens);
    }

    /** Writes the state of this version: file. */
    public static void main(String[] arguments) throws IOException {
        Files.write(Path.of(arguments[0]), SequenceStateCodec.encode(THIRD_FIXTURE));
    }
}
