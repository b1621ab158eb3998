package io.nolook.window;

import static io.nolook.window.CameraRun.T;
import static io.nolook.window.CameraRun.frame;
import static io.nolook.window.CameraRun.pixels;
import static org.assertj.core.api.Assertions.assertThat;

import io.nolook.identity.MadeWith;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** State that was made otherwise: it never fails, nothing is mixed, and what is lost is said. */
class WindowAnewTest {
    /** A frame is one pixel here. */
    private static final MadeWith BEFORE = new MadeWith("model-a", "cpu", 1, 1, "CROP");

    private final CameraRun run = new CameraRun(spec(BEFORE));

    private static WindowSpec spec(MadeWith madeWith) {
        return new WindowSpec(madeWith, T, 2, 60, 0, 1000, 1 << 20, 0);
    }

    private static CameraFrame larger(long epoch, long sequence) {
        CameraFrame small = frame(epoch, sequence);
        return new CameraFrame("gate", epoch, sequence, small.capturedAtMicros(), 64, 48, new byte[12]);
    }

    private static final MadeWith LARGER = new MadeWith("model-a", "cpu", 2, 2, "CROP");

    @ParameterizedTest
    @CsvSource({
        "model-b, cpu, model model-a -> model-b",
        "model-a, cuda, runtime cpu -> cuda",
        "model-b, cuda, 'model model-a -> model-b, runtime cpu -> cuda'"
    })
    void anotherModelOrRuntimeBeginsThePendingFramesAnew(String model, String runtime, String detail) {
        run.frames(1, 0, 6)
                .restartedWith(spec(new MadeWith(model, runtime, 1, 1, "CROP")))
                .frames(1, 7, 7);

        assertThat(run.realFrames()).containsExactly(1, 4, 1);
        Beginning begins = run.last().begins().orElseThrow();
        assertThat(begins.reason()).isEqualTo(KeyframeReason.MODEL);
        assertThat(begins.detail()).isEqualTo(detail);
        assertThat(run.last().clip()).isEqualTo(5);
        assertThat(run.last().rgb()).isEqualTo(pixels(5, 5, 5, 5));
        assertThat(run.abandoned).isZero();
    }

    @Test
    void anotherSizeGivesUpThePendingFramesAndSaysWhich() {
        run.frames(1, 0, 6).restartedWith(spec(LARGER));
        run.frame(larger(1, 7));

        assertThat(run.realFrames()).containsExactly(1, 4, 1);
        Beginning begins = run.last().begins().orElseThrow();
        assertThat(begins.reason()).isEqualTo(KeyframeReason.SIZE);
        assertThat(begins.detail()).isEqualTo("size 1x1 -> 2x2");
        assertThat(begins.skipped()).contains(new Chunk.Range(5, 6));
        assertThat(run.last().clip()).isEqualTo(7);
        assertThat(run.last().rgb()).hasSize(48);
        assertThat(run.abandoned).isEqualTo(2);
    }

    @Test
    void anotherFitMixesNothing() {
        run.frames(1, 0, 5)
                .restartedWith(spec(new MadeWith("model-a", "cpu", 1, 1, "PAD")))
                .frames(1, 6, 6);

        Beginning begins = run.last().begins().orElseThrow();
        assertThat(begins.reason()).isEqualTo(KeyframeReason.SIZE);
        assertThat(begins.detail()).isEqualTo("fit CROP -> PAD");
        assertThat(begins.skipped()).contains(new Chunk.Range(5, 5));
        assertThat(run.abandoned).isEqualTo(1);
    }

    @Test
    void withNothingPendingNothingIsGivenUp() {
        run.frames(1, 0, 4).restartedWith(spec(LARGER));
        run.frame(larger(1, 5));

        assertThat(run.last().begins().orElseThrow().skipped()).isEmpty();
        assertThat(run.abandoned).isZero();
    }

    @Test
    void aGapRightAfterItTellsBoth() {
        run.frames(1, 0, 6).restartedWith(spec(LARGER));
        run.frame(larger(1, 12));

        Beginning begins = run.last().begins().orElseThrow();
        assertThat(begins.reason()).isEqualTo(KeyframeReason.GAP);
        assertThat(begins.skipped()).contains(new Chunk.Range(5, 11));
        assertThat(run.abandoned).isEqualTo(2);
    }

    @Test
    void anEpochRightAfterItTellsInWords() {
        run.frames(1, 0, 6).restartedWith(spec(LARGER));
        run.frame(larger(2, 0));

        Beginning begins = run.last().begins().orElseThrow();
        assertThat(begins.reason()).isEqualTo(KeyframeReason.EPOCH);
        assertThat(begins.skipped()).isEmpty();
        assertThat(begins.detail()).isEqualTo("given up in epoch 1: 5 to 6");
    }

    @Test
    void aLateFrameRightAfterItLosesNothingUnsaid() {
        run.frames(5, 0, 6).restartedWith(spec(LARGER));
        assertThat(run.frame(larger(4, 0))).isEqualTo(FrameFate.LATE);
        run.frame(larger(5, 7));

        assertThat(run.last().begins().orElseThrow().skipped()).contains(new Chunk.Range(5, 6));
        assertThat(run.abandoned).isEqualTo(2);
    }

    @Test
    void theEndOfTheInputRightAfterItCountsWhatWasGivenUp() {
        run.frames(1, 0, 6).restartedWith(spec(LARGER)).end();

        assertThat(run.realFrames()).containsExactly(1, 4);
        assertThat(run.abandoned).isEqualTo(2);
    }

    /** State of 0.1.0 tells no size: what is pending does. */
    @Test
    void stateThatDoesNotTellItsSizeNeverFails() {
        CameraRun old = new CameraRun(new WindowSpec("model-a", T, 2, 60, 0, 1000)).frames(1, 0, 6);
        old.restartedWith(spec(LARGER));
        old.frame(larger(1, 7));

        assertThat(old.last().begins().orElseThrow().skipped()).contains(new Chunk.Range(5, 6));
        assertThat(old.abandoned).isEqualTo(2);
    }

    @Test
    void stateThatDoesNotTellItsSizeGoesOnWhereItIsTheSame() {
        CameraRun old = new CameraRun(new WindowSpec("model-a", T, 2, 60, 0, 1000)).frames(1, 0, 6);
        old.restartedWith(spec(BEFORE)).frames(1, 7, 8);

        assertThat(old.realFrames()).containsExactly(1, 4, 4);
        assertThat(old.last().position()).isEqualTo(2);
    }
}
