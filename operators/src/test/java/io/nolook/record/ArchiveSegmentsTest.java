package io.nolook.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nolook.archive.CodedSegment;
import io.nolook.archive.PayloadCodec;
import io.nolook.archive.Segment;
import io.nolook.archive.SegmentCoder;
import io.nolook.archive.SegmentEnd;
import io.nolook.archive.SegmentException;
import io.nolook.schema.ArchiveSegment;
import io.nolook.schema.FrameFit;
import io.nolook.schema.KeyframeReason;
import io.nolook.schema.SingleObject;
import io.nolook.schema.TokenFrame;
import io.nolook.token.TokenPacking;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Token frames come out of the record of their segment as they went in. */
public class ArchiveSegmentsTest {

    /** Frames of a clip, the first ones of epoch 7 from frame 40. */
    static List<TokenFrame> clip(String camera, long clip, int count) {
        SplittableRandom random = new SplittableRandom(clip);
        List<TokenFrame> frames = new ArrayList<>();
        for (int position = 0; position < count; position++) {
            frames.add(frame(camera, 7, clip, position, random));
        }
        return frames;
    }

    public static TokenFrame frame(String camera, long epoch, long clip, int position, SplittableRandom random) {
        boolean keyframe = position == 0;
        return TokenFrame.newBuilder()
                .setCamera(camera)
                .setEpoch(epoch)
                .setTokenizerId("codes-1")
                .setEncoderHash("ab12")
                .setRuntimeId("ort/cpu")
                .setClip(clip)
                .setPosition(position)
                .setFirstSequence(keyframe ? clip : clip + 4L * position - 3)
                .setLastSequence(clip + 4L * position)
                .setFrames(keyframe ? 1 : 4)
                .setFirstCapturedAtMicros(1_700_000_000_000_000L + 40_000 * (clip + 4L * position - 3))
                .setLastCapturedAtMicros(1_700_000_000_000_000L + 40_000 * (clip + 4L * position))
                .setTimeCorrected(position == 2)
                .setSourceWidth(640)
                .setSourceHeight(480)
                .setFit(FrameFit.PAD)
                .setHeight(3)
                .setWidth(5)
                .setBits(18)
                .setTokens(ByteBuffer.wrap(
                        TokenPacking.pack(random.ints(15, 0, 1 << 18).toArray(), 18)))
                .setKeyframeReason(keyframe ? KeyframeReason.GAP : null)
                .setSkippedFrom(keyframe && clip > 0 ? clip - 2 : null)
                .setSkippedTo(keyframe && clip > 0 ? clip - 1 : null)
                .build();
    }

    @ParameterizedTest
    @EnumSource
    void tokenFramesComeBackEqual(PayloadCodec codec) throws SegmentException {
        List<TokenFrame> frames = clip("gate", 40, 9);
        ArchiveSegment record =
                ArchiveSegments.record(SegmentCoder.encode(ArchiveSegments.segment(frames, SegmentEnd.FULL), codec));
        byte[] bytes = SingleObject.archiveSegments().encode(record);

        Segment segment = SegmentCoder.decode(ArchiveSegments.read(bytes, SingleObject.archiveSegments()));

        assertThat(ArchiveSegments.frames(segment)).isEqualTo(frames);
        assertThat(segment.end()).isEqualTo(SegmentEnd.FULL);
    }

    /** The period is in the plain part of the record, in its outline and in each token frame. */
    @ParameterizedTest
    @EnumSource
    void thePhasePeriodComesBack(PayloadCodec codec) throws SegmentException {
        List<TokenFrame> frames = clip("gate", 40, 9);
        frames.forEach(frame -> frame.setPhasePeriod(8));
        CodedSegment coded = SegmentCoder.encode(ArchiveSegments.segment(frames, SegmentEnd.FULL), codec);
        byte[] bytes = SingleObject.archiveSegments().encode(ArchiveSegments.record(coded));

        CodedSegment read = ArchiveSegments.read(bytes, SingleObject.archiveSegments());

        assertThat(ArchiveSegments.record(read).getPhasePeriod()).isEqualTo(8);
        assertThat(new SegmentOutlines().read(bytes)).isEqualTo(coded.outline());
        assertThat(ArchiveSegments.frames(SegmentCoder.decode(read))).isEqualTo(frames);
    }

    @Test
    void aRecordOfAnAbsurdPeriodIsRefused() {
        List<TokenFrame> frames = clip("gate", 40, 2);
        ArchiveSegment record = ArchiveSegments.record(
                SegmentCoder.encode(ArchiveSegments.segment(frames, SegmentEnd.FULL), PayloadCodec.CONTEXT));
        record.setPhasePeriod(1 << 30);
        byte[] bytes = SingleObject.archiveSegments().encode(record);

        assertThatThrownBy(() -> ArchiveSegments.read(bytes, SingleObject.archiveSegments()))
                .isInstanceOf(SegmentException.class)
                .hasMessageEndingWith("found a phase period of 1073741824, expected 1 to 64");
    }

    @ParameterizedTest
    @EnumSource
    void everyReasonComesBack(KeyframeReason reason) throws SegmentException {
        TokenFrame frame = clip("gate", 40, 1).get(0);
        frame.setKeyframeReason(reason);
        Segment segment = ArchiveSegments.segment(List.of(frame), SegmentEnd.SILENCE);

        CodedSegment coded = SegmentCoder.encode(segment, PayloadCodec.CONTEXT);

        assertThat(ArchiveSegments.frames(SegmentCoder.decode(coded))).containsExactly(frame);
    }

    @ParameterizedTest
    @EnumSource
    void everyFlippedBitOfTheRecordIsDetectedAndNamed(PayloadCodec codec) {
        SingleObject<ArchiveSegment> format = SingleObject.archiveSegments();
        everyFlippedBitIsDetectedAndNamed(codec, 1, format);
        everyFlippedBitIsDetectedAndNamed(codec, 8, format);
    }

    private static void everyFlippedBitIsDetectedAndNamed(
            PayloadCodec codec, int phasePeriod, SingleObject<ArchiveSegment> format) {
        List<TokenFrame> frames = clip("gate", 40, 4);
        frames.forEach(frame -> frame.setPhasePeriod(phasePeriod));
        Segment segment = ArchiveSegments.segment(frames, SegmentEnd.KEYFRAME);
        byte[] bytes = format.encode(ArchiveSegments.record(SegmentCoder.encode(segment, codec)));
        for (int at = 0; at < bytes.length; at++) {
            for (int bit = 0; bit < 8; bit++) {
                byte[] changed = bytes.clone();
                changed[at] ^= (byte) (1 << bit);
                assertThatThrownBy(() -> ArchiveSegments.read(changed, format))
                        .as("bit %d of byte %d of %d", bit, at, bytes.length)
                        .isInstanceOf(SegmentException.class)
                        .hasMessageContaining("found");
            }
        }
    }

    @Test
    void everyTruncationIsRefused() {
        SingleObject<ArchiveSegment> format = SingleObject.archiveSegments();
        Segment segment = ArchiveSegments.segment(clip("gate", 40, 4), SegmentEnd.KEYFRAME);
        byte[] bytes = format.encode(ArchiveSegments.record(SegmentCoder.encode(segment, PayloadCodec.CONTEXT)));
        for (int length = 0; length < bytes.length; length++) {
            byte[] cut = Arrays.copyOf(bytes, length);
            assertThatThrownBy(() -> ArchiveSegments.read(cut, format)).isInstanceOf(SegmentException.class);
        }
    }
}
