package io.nolook.window;

import static io.nolook.window.CameraRun.NOW_MILLIS;
import static io.nolook.window.CameraRun.SPEC;
import static io.nolook.window.CameraRun.START_MICROS;
import static io.nolook.window.CameraRun.frame;
import static io.nolook.window.CameraRun.pixels;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WindowAssemblerTest {
    private final CameraRun run = new CameraRun(SPEC);

    @Test
    void firstFrameIsAKeyframeOfCopies() {
        run.frames(1, 5, 5);

        Chunk chunk = run.chunk(0);
        assertThat(run.chunks).hasSize(1);
        assertThat(run.fates).containsExactly(FrameFate.ACCEPTED);
        assertThat(chunk.camera()).isEqualTo("gate");
        assertThat(chunk.epoch()).isEqualTo(1);
        assertThat(chunk.clip()).isEqualTo(5);
        assertThat(chunk.position()).isZero();
        assertThat(chunk.keyframe()).contains(KeyframeReason.FIRST_FRAME);
        assertThat(chunk.skipped()).isEmpty();
        assertThat(chunk.rgb()).isEqualTo(pixels(5, 5, 5, 5));
        long time = START_MICROS + 5 * 33_333;
        assertThat(chunk.span()).isEqualTo(new Chunk.Span(5, 5, 1, time, time, false, 0, 64, 48));
    }

    @Test
    void chunksOfFourFollowTheKeyframe() {
        run.frames(1, 0, 8);

        assertThat(run.chunks).hasSize(3);
        assertThat(run.chunk(1).rgb()).isEqualTo(pixels(1, 2, 3, 4));
        assertThat(run.chunk(2).rgb()).isEqualTo(pixels(5, 6, 7, 8));
        assertThat(run.chunk(2).position()).isEqualTo(2);
        assertThat(run.chunk(2).clip()).isZero();
        assertThat(run.chunk(2).keyframe()).isEmpty();
        assertThat(run.chunk(2).span().firstCapturedAtMicros()).isEqualTo(START_MICROS + 5 * 33_333);
        assertThat(run.chunk(2).span().lastCapturedAtMicros()).isEqualTo(START_MICROS + 8 * 33_333);
    }

    @Test
    void seventeenFramesGiveFiveChunks() {
        run.frames(1, 0, 16).end();

        assertThat(run.realFrames()).containsExactly(1, 4, 4, 4, 4);
        assertThat(run.window.orElseThrow().pending()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
    void realFramesSumToTheInput(int count) {
        run.frames(1, 0, count - 1).end();

        assertThat(run.realFrames().stream().mapToInt(Integer::intValue).sum()).isEqualTo(count);
        assertThat(run.chunks).hasSize(1 + (count + 2) / 4);
    }

    @Test
    void tailRepeatsItsLastFrame() {
        run.frames(1, 0, 6).end();

        assertThat(run.last().rgb()).isEqualTo(pixels(5, 6, 6, 6));
        assertThat(run.last().span().frames()).isEqualTo(2);
        assertThat(run.last().span().lastSequence()).isEqualTo(6);
        assertThat(run.last().position()).isEqualTo(2);
        assertThat(run.last().keyframe()).isEmpty();
    }

    @Test
    void afterATailTheNextFrameBeginsAnotherChunk() {
        run.frames(1, 0, 6).end().frames(1, 7, 10);

        assertThat(run.last().rgb()).isEqualTo(pixels(7, 8, 9, 10));
        assertThat(run.last().position()).isEqualTo(3);
    }

    @Test
    void aTailIsTakenOnce() {
        run.frames(1, 0, 6).end().end();

        assertThat(run.realFrames()).containsExactly(1, 4, 2);
    }

    @Test
    void aFrameSeenBeforeIsADuplicate() {
        run.frames(1, 3, 8);

        assertThat(run.frame(frame(1, 8))).isEqualTo(FrameFate.DUPLICATE);
        assertThat(run.frame(frame(1, 3))).isEqualTo(FrameFate.DUPLICATE);
        run.frames(1, 9, 11);
        assertThat(run.chunk(2).rgb()).isEqualTo(pixels(8, 9, 10, 11));
    }

    @Test
    void aFrameFromBeforeTheLastGapIsLate() {
        run.frames(1, 3, 5).frames(1, 8, 8);

        assertThat(run.frame(frame(1, 7))).isEqualTo(FrameFate.LATE);
        assertThat(run.frame(frame(1, 4))).isEqualTo(FrameFate.LATE);
        assertThat(run.frame(frame(1, 8))).isEqualTo(FrameFate.DUPLICATE);
    }

    @Test
    void aGapCompletesTheTailAndTellsWhatIsMissing() {
        run.frames(1, 0, 6).frames(1, 10, 10);

        assertThat(run.chunks).hasSize(4);
        assertThat(run.chunk(2).rgb()).isEqualTo(pixels(5, 6, 6, 6));
        assertThat(run.chunk(2).clip()).isZero();
        assertThat(run.chunk(2).skipped()).isEmpty();
        Chunk keyframe = run.chunk(3);
        assertThat(keyframe.keyframe()).contains(KeyframeReason.GAP);
        assertThat(keyframe.skipped()).contains(new Chunk.Range(7, 9));
        assertThat(keyframe.clip()).isEqualTo(10);
        assertThat(keyframe.position()).isZero();
        assertThat(keyframe.rgb()).isEqualTo(pixels(10, 10, 10, 10));

        run.frames(1, 11, 14);
        assertThat(run.last().skipped()).isEmpty();
    }

    @Test
    void aGapWithNothingPendingHasNoTail() {
        run.frames(1, 0, 4).frames(1, 6, 6);

        assertThat(run.realFrames()).containsExactly(1, 4, 1);
        assertThat(run.last().skipped()).contains(new Chunk.Range(5, 5));
    }

    @Test
    void aHigherEpochBeginsAnew() {
        run.frames(1, 0, 5).frames(2, 0, 0);

        assertThat(run.realFrames()).containsExactly(1, 4, 1, 1);
        assertThat(run.chunk(2).epoch()).isEqualTo(1);
        assertThat(run.last().epoch()).isEqualTo(2);
        assertThat(run.last().keyframe()).contains(KeyframeReason.EPOCH);
        assertThat(run.last().skipped()).isEmpty();
    }

    @Test
    void aLowerEpochIsLateUntilOnlyLowerOnesCameLongEnough() {
        run.frames(7, 0, 5);
        assertThat(run.frame(frame(3, 0))).isEqualTo(FrameFate.LATE);
        run.nowMillis += 999;
        assertThat(run.frame(frame(4, 1))).isEqualTo(FrameFate.LATE);
        run.nowMillis += 1;

        assertThat(run.frame(frame(3, 2))).isEqualTo(FrameFate.ACCEPTED);

        assertThat(run.realFrames()).containsExactly(1, 4, 1, 1);
        assertThat(run.last().keyframe()).contains(KeyframeReason.EPOCH_RESET);
        assertThat(run.last().epoch()).isEqualTo(3);
        assertThat(run.last().clip()).isEqualTo(2);
        assertThat(run.last().skipped()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"7, 6", "7, 2"})
    void aFrameOfTheCurrentEpochStartsTheWaitAnew(long epoch, long sequence) {
        run.frames(7, 0, 5);
        run.frame(frame(3, 0));
        run.nowMillis += 600;
        run.frame(frame(epoch, sequence));
        run.nowMillis += 600;

        assertThat(run.frame(frame(3, 1))).isEqualTo(FrameFate.LATE);
        run.nowMillis += 1000;
        assertThat(run.frame(frame(3, 2))).isEqualTo(FrameFate.ACCEPTED);
    }

    @Test
    void anotherSourceSizeBeginsAClip() {
        run.frames(1, 0, 5);
        run.frame(frame(1, 6, START_MICROS + 1_000_000, 128));

        assertThat(run.realFrames()).containsExactly(1, 4, 1, 1);
        assertThat(run.chunk(2).span().sourceWidth()).isEqualTo(64);
        assertThat(run.last().keyframe()).contains(KeyframeReason.SIZE);
        assertThat(run.last().span().sourceWidth()).isEqualTo(128);
        assertThat(run.last().skipped()).isEmpty();
        assertThat(run.frame(frame(1, 5))).as("still of the same run").isEqualTo(FrameFate.DUPLICATE);
    }

    @Test
    void theIntervalBeginsAClip() {
        CameraRun short3 = new CameraRun(spec("model-a", 3, 0)).frames(1, 0, 20);

        assertThat(short3.chunks.stream().map(Chunk::position).toList()).containsExactly(0, 1, 2, 0, 1, 2, 0);
        assertThat(short3.chunks.stream().map(Chunk::clip).toList()).containsExactly(0L, 0L, 0L, 9L, 9L, 9L, 18L);
        assertThat(short3.last().keyframe()).contains(KeyframeReason.INTERVAL);
    }

    @Test
    void aShorterIntervalHoldsAtOnceAfterARestart() {
        run.frames(1, 0, 22).restartedWith(spec("model-a", 3, 0)).frames(1, 23, 23);

        assertThat(run.realFrames()).containsExactly(1, 4, 4, 4, 4, 4, 2, 1);
        assertThat(run.last().keyframe()).contains(KeyframeReason.INTERVAL);
        assertThat(run.last().clip()).isEqualTo(23);
    }

    @Test
    void anotherModelBeginsThePendingFramesAnew() {
        run.frames(1, 0, 7).restartedWith(spec("model-b", 60, 0)).frames(1, 8, 11);

        assertThat(run.realFrames()).containsExactly(1, 4, 1, 4);
        assertThat(run.chunk(1).rgb()).isEqualTo(pixels(1, 2, 3, 4));
        assertThat(run.chunk(2).keyframe()).contains(KeyframeReason.MODEL);
        assertThat(run.chunk(2).clip()).isEqualTo(5);
        assertThat(run.chunk(2).rgb()).isEqualTo(pixels(5, 5, 5, 5));
        assertThat(run.chunk(3).rgb()).isEqualTo(pixels(6, 7, 8, 9));
        assertThat(run.chunk(3).position()).isEqualTo(1);
        assertThat(run.window.orElseThrow().clip().madeWith().model()).isEqualTo("model-b");
        run.end();
        assertThat(run.last().rgb()).isEqualTo(pixels(10, 11, 11, 11));
    }

    @Test
    void anotherModelWithNothingPendingBeginsAtTheNextFrame() {
        run.frames(1, 0, 4).restartedWith(spec("model-b", 60, 0)).frames(1, 5, 5);

        assertThat(run.realFrames()).containsExactly(1, 4, 1);
        assertThat(run.last().keyframe()).contains(KeyframeReason.MODEL);
        assertThat(run.last().clip()).isEqualTo(5);
    }

    @Test
    void anotherModelKeepsPendingFramesAlsoWhenAGapFollows() {
        run.frames(1, 0, 7).restartedWith(spec("model-b", 60, 0)).frames(1, 9, 9);

        assertThat(run.realFrames()).containsExactly(1, 4, 1, 2, 1);
        assertThat(run.chunk(2).keyframe()).contains(KeyframeReason.MODEL);
        assertThat(run.chunk(3).rgb()).isEqualTo(pixels(6, 7, 7, 7));
        assertThat(run.chunk(4).keyframe()).contains(KeyframeReason.GAP);
        assertThat(run.chunk(4).skipped()).contains(new Chunk.Range(8, 8));
    }

    /** The input ends, or the job is drained, before another frame comes: nothing of one model is completed by another. */
    @Test
    void anotherModelBeginsAnewAlsoWhereTheInputEnds() {
        run.frames(1, 0, 7).restartedWith(spec("model-b", 60, 0)).end();

        assertThat(run.realFrames()).containsExactly(1, 4, 1, 2);
        assertThat(run.chunk(2).keyframe()).contains(KeyframeReason.MODEL);
        assertThat(run.chunk(2).clip()).isEqualTo(5);
        assertThat(run.chunk(3).rgb()).isEqualTo(pixels(6, 7, 7, 7));
    }

    @Test
    void anotherModelBeginsAlsoWithALateFrame() {
        run.frames(5, 0, 7).restartedWith(spec("model-b", 60, 0));

        assertThat(run.frame(frame(4, 0))).isEqualTo(FrameFate.LATE);
        assertThat(run.last().keyframe()).contains(KeyframeReason.MODEL);
        assertThat(run.last().epoch()).isEqualTo(5);
        assertThat(run.window.orElseThrow().pending()).hasSize(2);
    }

    @Test
    void samplingTakesOneFrameOfEachSlotOfCaptureTime() {
        CameraRun sampled = new CameraRun(spec("model-a", 60, 100_000));
        for (int i = 0; i < 12; i++) {
            sampled.frame(frame(1, i, START_MICROS + i * 30_000, 64));
        }

        List<Long> taken = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            if (sampled.fates.get(i) == FrameFate.ACCEPTED) {
                taken.add((long) i);
            }
        }
        assertThat(taken).containsExactly(0L, 4L, 7L, 10L);
        assertThat(Collections.frequency(sampled.fates, FrameFate.SAMPLED)).isEqualTo(8);
        assertThat(sampled.end().last().rgb()).isEqualTo(pixels(4, 7, 10, 10));
    }

    @Test
    void samplingTakesTheFrameAfterAGapAlways() {
        CameraRun sampled = new CameraRun(spec("model-a", 60, 1_000_000));
        sampled.frames(1, 0, 1);
        sampled.frames(1, 3, 4);

        assertThat(sampled.fates)
                .containsExactly(FrameFate.ACCEPTED, FrameFate.SAMPLED, FrameFate.ACCEPTED, FrameFate.SAMPLED);
        assertThat(sampled.last().skipped()).contains(new Chunk.Range(2, 2));
    }

    @Test
    void aSampledFrameIsADuplicateWhenItComesAgain() {
        CameraRun sampled = new CameraRun(spec("model-a", 60, 1_000_000)).frames(1, 0, 2);

        assertThat(sampled.frame(frame(1, 2))).isEqualTo(FrameFate.DUPLICATE);
        assertThat(sampled.frame(frame(1, 3))).isEqualTo(FrameFate.SAMPLED);
    }

    @Test
    void aModelChangeThenSamplingBeginsTheClipAtItsFirstFrame() {
        CameraRun sampled = new CameraRun(spec("model-a", 60, 100_000)).frames(1, 0, 0);
        sampled.restartedWith(spec("model-b", 60, 100_000)).frames(1, 1, 4);

        assertThat(sampled.fates).endsWith(FrameFate.SAMPLED, FrameFate.SAMPLED, FrameFate.SAMPLED, FrameFate.ACCEPTED);
        assertThat(sampled.last().clip()).isEqualTo(4);
        assertThat(sampled.last().span().firstSequence()).isEqualTo(4);
        assertThat(sampled.last().keyframe()).contains(KeyframeReason.MODEL);
    }

    @ParameterizedTest
    @CsvSource({"0", "-5", "9223372036854775807", "1700003600000001"})
    void anImplausibleFirstTimeBecomesTheProcessingTime(long micros) {
        run.frame(frame(1, 0, micros, 64));

        assertThat(run.last().span().firstCapturedAtMicros()).isEqualTo(NOW_MILLIS * 1000);
        assertThat(run.last().span().timeCorrected()).isTrue();
    }

    @Test
    void anHourAheadIsStillPlausible() {
        run.frame(frame(1, 0, 1_700_003_600_000_000L, 64));

        assertThat(run.last().span().firstCapturedAtMicros()).isEqualTo(1_700_003_600_000_000L);
        assertThat(run.last().span().timeCorrected()).isFalse();
    }

    @Test
    void aTimeThatGoesBackBecomesOneMicrosecondLater() {
        run.frames(1, 0, 1);
        long before = START_MICROS + 33_333;
        run.frame(frame(1, 2, before, 64));
        run.frame(frame(1, 3, before - 1, 64));
        run.frame(frame(1, 4, before + 1, 64));

        assertThat(run.last().span().timeCorrected()).isTrue();
        assertThat(run.last().span().lastCapturedAtMicros()).isEqualTo(before + 1);
        run.frames(1, 5, 8);
        assertThat(run.last().span().timeCorrected()).as("the chunk after").isFalse();
    }

    @Test
    void timesBeginAnewAfterAGap() {
        run.frames(1, 0, 1);
        run.frame(frame(1, 9, START_MICROS - 5_000_000, 64));

        assertThat(run.last().span().timeCorrected()).isFalse();
        assertThat(run.last().span().firstCapturedAtMicros()).isEqualTo(START_MICROS - 5_000_000);
    }

    @Test
    void aStepChangesNothingOfItsArguments() {
        WindowAssembler assembler = new WindowAssembler(SPEC);
        run.frames(1, 0, 6);
        CameraWindow before = run.window.orElseThrow();
        byte[] bytes = CameraWindowCodec.encode(before);

        WindowResult first = assembler.step(Optional.of(before), frame(1, 9), NOW_MILLIS);
        WindowResult second = assembler.step(Optional.of(before), frame(1, 9), NOW_MILLIS);

        assertThat(CameraWindowCodec.encode(before)).isEqualTo(bytes);
        assertThat(CameraWindowCodec.encode(second.window())).isEqualTo(CameraWindowCodec.encode(first.window()));
        assertThat(second.chunks().stream().map(CameraRun::text).toList())
                .isEqualTo(first.chunks().stream().map(CameraRun::text).toList());
    }

    @Test
    void refusesTwoFrameSizesInOneChunk() {
        run.frames(1, 0, 3);

        assertThatThrownBy(() -> run.frame(new CameraFrame("gate", 1, 4, START_MICROS + 900_000, 64, 48, new byte[6])))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("found frames of [3, 6] bytes in one chunk, expected one model size");
    }

    private static WindowSpec spec(String model, int interval, long sampleIntervalMicros) {
        return new WindowSpec(model, CameraRun.T, 2, interval, sampleIntervalMicros, 1000);
    }
}
