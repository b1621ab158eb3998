package io.nolook.window;

import static io.nolook.window.CameraRun.START_MICROS;
import static io.nolook.window.CameraRun.T;
import static io.nolook.window.CameraRun.frame;
import static org.assertj.core.api.Assertions.assertThat;

import io.nolook.identity.MadeWith;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a camera that counts or tells time wrongly costs: a dead letter, a keyframe, a minute; never its stream. */
class WindowOrderTest {
    private static final long MAX_AHEAD = 1000;
    private static final long STEP = 33_333;

    private final CameraRun run = new CameraRun(spec(0));

    private static WindowSpec spec(long sampleIntervalMicros) {
        return new WindowSpec(MadeWith.model("model-a"), T, 2, 60, sampleIntervalMicros, 1000, MAX_AHEAD, 0);
    }

    private static CameraFrame at(long sequence, long jumpMicros) {
        return frame(1, sequence, START_MICROS + sequence * STEP + jumpMicros, 64);
    }

    @ParameterizedTest
    @ValueSource(longs = {1L << 40, Long.MAX_VALUE - 1, 1 + MAX_AHEAD + 6})
    void aForgedNumberFarAheadMutesNothing(long forged) {
        run.frames(1, 0, 5);

        assertThat(run.frame(frame(1, forged))).isEqualTo(FrameFate.AHEAD);
        run.frames(1, 6, 8);

        assertThat(run.fates.subList(7, 10)).containsOnly(FrameFate.ACCEPTED);
        assertThat(run.realFrames()).containsExactly(1, 4, 4);
    }

    @Test
    void theMostThatMayBeMissingIsAGap() {
        run.frames(1, 0, 5).frames(1, 6 + MAX_AHEAD, 6 + MAX_AHEAD);

        assertThat(run.last().keyframe()).contains(KeyframeReason.GAP);
        assertThat(run.last().skipped()).contains(new Chunk.Range(6, 5 + MAX_AHEAD));
    }

    @Test
    void numbersBeginAnewAfterNothingButFramesTooFarAhead() {
        run.frames(1, 0, 5);
        assertThat(run.frame(frame(1, 1L << 40))).isEqualTo(FrameFate.AHEAD);
        run.nowMillis += 999;
        assertThat(run.frame(frame(1, (1L << 40) + 1))).isEqualTo(FrameFate.AHEAD);
        run.nowMillis += 1;
        assertThat(run.frame(frame(1, (1L << 40) + 2))).isEqualTo(FrameFate.ACCEPTED);

        assertThat(run.last().keyframe()).contains(KeyframeReason.EPOCH_RESET);
        assertThat(run.last().clip()).isEqualTo((1L << 40) + 2);
    }

    /** A number ahead, but within the limit, is taken for a gap; the true ones after it are late, and then taken. */
    @Test
    void numbersBeginAnewAfterNothingButLateFrames() {
        run.frames(1, 0, 5);
        assertThat(run.frame(frame(1, 900))).isEqualTo(FrameFate.ACCEPTED);
        assertThat(run.frame(frame(1, 6))).isEqualTo(FrameFate.LATE);
        run.nowMillis += 1000;
        assertThat(run.frame(frame(1, 7))).isEqualTo(FrameFate.ACCEPTED);

        assertThat(run.last().keyframe()).contains(KeyframeReason.EPOCH_RESET);
        assertThat(run.last().clip()).isEqualTo(7);
    }

    @Test
    void aCaptureTimeAlmostAnHourAheadCostsTwoKeyframesAndBlindsNothing() {
        CameraRun sampled = new CameraRun(spec(100_000));
        for (int i = 0; i < 60; i++) {
            sampled.frame(at(i, i == 20 ? 3_590_000_000L : 0));
        }

        int taken = Collections.frequency(sampled.fates, FrameFate.ACCEPTED);
        assertThat(taken).as("of two seconds, ten a second, and at jumps").isBetween(20, 23);
        List<Chunk> keyframes =
                sampled.chunks.stream().filter(chunk -> chunk.position() == 0).toList();
        assertThat(keyframes).hasSize(3);
        assertThat(keyframes.get(1).begins().orElseThrow().detail()).isEqualTo("clock +3590000 ms");
        assertThat(keyframes.get(2).begins().orElseThrow().detail()).isEqualTo("clock -3590000 ms");
        assertThat(keyframes.get(1).span().firstCapturedAtMicros())
                .as("recorded as told")
                .isEqualTo(START_MICROS + 20 * STEP + 3_590_000_000L);
    }

    @Test
    void aClockSetBackCostsOneKeyframeThatSaysSo() {
        CameraRun sampled = new CameraRun(spec(100_000));
        for (int i = 0; i < 60; i++) {
            sampled.frame(at(i, i < 30 ? 0 : -3_600_000_000L));
        }

        assertThat(Collections.frequency(sampled.fates, FrameFate.ACCEPTED)).isBetween(20, 22);
        List<Chunk> keyframes =
                sampled.chunks.stream().filter(chunk -> chunk.position() == 0).toList();
        assertThat(keyframes).hasSize(2);
        Chunk jumped = keyframes.get(1);
        assertThat(jumped.keyframe()).contains(KeyframeReason.INTERVAL);
        assertThat(jumped.span().clockJumpedMicros()).isEqualTo(-3_600_000_000L);
        assertThat(jumped.span().timeCorrected()).isFalse();
        assertThat(sampled.last().span().clockJumpedMicros()).isEqualTo(-3_600_000_000L);
        assertThat(keyframes.get(0).span().clockJumpedMicros()).isZero();
    }

    /** A recording whose times begin again, as one that was cut together. */
    @Test
    void timesThatResetMuteNothing() {
        CameraRun sampled = new CameraRun(spec(100_000));
        for (int i = 0; i < 90; i++) {
            sampled.frame(frame(1, i, 1 + i % 45 * STEP, 64));
        }

        assertThat(Collections.frequency(sampled.fates, FrameFate.ACCEPTED)).isBetween(29, 33);
    }

    @Test
    void aKeyframeByIntervalSaysWhatItFollows() {
        CameraRun short3 = new CameraRun(new WindowSpec("model-a", T, 2, 3, 0, 1000)).frames(1, 0, 9);

        assertThat(short3.last().begins().orElseThrow().follows()).contains(new Chunk.Place(0, 2));
        short3.frame(frame(1, 10, START_MICROS - 90_000_000, 64));
        short3.frame(frame(1, 11, START_MICROS + 11 * STEP, 64));
        assertThat(short3.chunks.get(4).begins().orElseThrow().follows())
                .as("no tail before it")
                .contains(new Chunk.Place(9, 0));
        assertThat(short3.last().begins().orElseThrow().follows()).contains(new Chunk.Place(10, 0));
        short3.frames(1, 12, 13);
        short3.frame(frame(1, 14, START_MICROS - 90_000_000, 64));
        assertThat(short3.last().begins().orElseThrow().follows())
                .as("a tail before it")
                .contains(new Chunk.Place(11, 1));
    }

    @Test
    void headersAreThoseOfTheLastFrame() {
        for (int i = 0; i < 7; i++) {
            CameraFrame plain = at(i, 0);
            run.frame(new CameraFrame(
                    plain.camera(),
                    1,
                    i,
                    plain.capturedAtMicros(),
                    64,
                    48,
                    plain.rgb(),
                    CameraRun.NOW_MILLIS,
                    new Carried(new byte[] {(byte) i}, new byte[0])));
        }
        run.between(window -> CameraWindowCodec.decode(CameraWindowCodec.encode(window)))
                .end();

        assertThat(run.chunks).extracting(chunk -> (int) chunk.headers()[0]).containsExactly(0, 4, 6);
    }
}
