package io.nolook.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.nolook.job.archive.TestTokens;
import io.nolook.schema.TokenFrame;
import io.nolook.window.Chunk;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Footage plays as it was captured; what lies between its pieces is jumped. */
class FootageTest {
    private static final long SECOND = 1_000_000;
    private static final long START = 1_700_000_000 * SECOND;

    private final List<Chunk.Span> spans = new ArrayList<>();

    @Test
    void tenMinutesWithinAnHourPlayAsTenMinutes() {
        long at = START;
        for (int piece = 0; piece < 10; piece++) {
            film(at, 60, SECOND / 25);
            at += 360 * SECOND;
        }

        Footage footage = Footage.of(spans);

        assertThat(footage.framesPerSecond()).isCloseTo(25, within(0.01));
        assertThat(footage.gaps()).hasSize(9);
        assertThat(footage.gaps().get(0))
                .isEqualTo(new Footage.Gap(START + 60 * SECOND - 40_000, START + 360 * SECOND));
        assertThat(played(footage) / 1e6).isCloseTo(600, within(0.2));
    }

    @Test
    void aCameraOfOnePictureAMinuteHasNoGaps() {
        film(START, 3600, 60 * SECOND);

        Footage footage = Footage.of(spans);

        assertThat(footage.gaps()).isEmpty();
        assertThat(footage.framesPerSecond()).isCloseTo(1 / 60.0, within(1e-6));
        assertThat(played(footage)).isEqualTo(59 * 60 * SECOND - 3 * 60 * SECOND);
    }

    /** A camera that stood still in the middle of a token frame, and whose clock was then set back. */
    @Test
    void timesThatJumpDoNotStopThePlay() {
        film(START, 10, SECOND / 10);
        spans.add(span(START + 10 * SECOND, START + 900 * SECOND, 4));
        film(START + 5 * SECOND, 10, SECOND / 10);

        Footage footage = Footage.of(spans);

        assertThat(footage.gaps()).containsExactly(new Footage.Gap(START + 10 * SECOND, START + 900 * SECOND));
        assertThat(footage.framesPerSecond()).isCloseTo(10, within(0.01));
        assertThat(played(footage) / 1e6).isCloseTo(20.1, within(0.2));
    }

    @Test
    void oneFrameHasARateToo() {
        spans.add(span(START, START, 1));
        assertThat(Footage.of(spans).framesPerSecond()).isEqualTo(25);
        assertThat(Footage.of(List.of()).gaps()).isEmpty();
        assertThat(Footage.of(List.of(), 0, 1).framesPerSecond()).isEqualTo(25);
    }

    /** Token frames of four frames. */
    private void film(long at, int seconds, long interval) {
        for (long time = at; time + 3 * interval < at + seconds * SECOND; time += 4 * interval) {
            spans.add(span(time, time + 3 * interval, 4));
        }
    }

    private static Chunk.Span span(long from, long to, int frames) {
        return new Chunk.Span(0, frames - 1, frames, from, to, false, 0, 64, 64);
    }

    private long played(Footage footage) {
        long played = 0;
        TokenFrame before = null;
        for (Chunk.Span span : spans) {
            TokenFrame frame = TestTokens.camera(0, 1).get(0);
            frame.setFrames(span.frames());
            frame.setFirstCapturedAtMicros(span.firstCapturedAtMicros());
            frame.setLastCapturedAtMicros(span.lastCapturedAtMicros());
            long after = footage.playsAfterMicros(before, frame);
            assertThat(after).isBetween(0L, 4 * 60 * SECOND);
            played += after;
            before = frame;
        }
        return played;
    }
}
