package io.nolook.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nolook.Fixtures;
import io.nolook.generation.Continuation;
import io.nolook.generation.ContinuationRequest;
import io.nolook.identity.MadeWith;
import io.nolook.playback.ClipCursor;
import io.nolook.schema.FrameFit;
import io.nolook.schema.KeyframeReason;
import io.nolook.schema.SingleObject;
import io.nolook.schema.TokenFrame;
import io.nolook.token.TokenPacking;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The clip that is kept to be continued, and what continues it. */
class KeptClipTest {
    private static final SingleObject<TokenFrame> FORMAT = SingleObject.tokenFrames();
    private static final MadeWith MADE_WITH = new MadeWith("ab12", "runtime", 16, 16, "");
    private static final ContinuationRequest REQUEST =
            new ContinuationRequest("a1", "gate", new Continuation(5, 1, 64, 2, 1));

    @Test
    void everyVersionIsReadAndTheNewestWritten() throws IOException {
        byte[] stored = Fixtures.bytes("kept-clip-v1.bin");
        KeptClip kept = KeptClip.decode(stored, FORMAT, MADE_WITH);

        assertThat(kept).isEqualTo(kept(3));
        assertThat(kept.encode(FORMAT)).isEqualTo(stored);
        KeptClip none = KeptClip.none(7);
        assertThat(KeptClip.decode(none.encode(FORMAT), FORMAT, MADE_WITH)).isEqualTo(none);
    }

    @Test
    void refusesANewerVersionAndMissingOrMoreBytes() {
        byte[] whole = kept(3).encode(FORMAT);
        byte[] newer = whole.clone();
        newer[0]++;
        assertThatThrownBy(() -> KeptClip.decode(newer, FORMAT, MADE_WITH))
                .hasMessageStartingWith("found a kept clip of version 2, expected version 1");
        for (int length : new int[] {0, 1, 12, 60, whole.length - 1, whole.length + 1}) {
            assertThatThrownBy(() -> KeptClip.decode(Arrays.copyOf(whole, length), FORMAT, MADE_WITH))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void aClipIsKnownFromItsKeyframeAndNotWhenItIsTooLong() {
        assertThat(kept(3).frames()).hasSize(3);
        assertThat(kept(3).and(frame(0), cursor(), 1).frames()).containsExactly(frame(0));
        assertThat(kept(3).and(frame(4), cursor(), 1).frames()).isEmpty(); // one is missing
        assertThat(KeptClip.none(0).and(frame(1), cursor(), 1).frames()).isEmpty();

        KeptClip longest = kept(KeptClip.MOST_FRAMES);
        assertThat(longest.frames()).hasSize(KeptClip.MOST_FRAMES);
        KeptClip longer = longest.and(frame(KeptClip.MOST_FRAMES), cursor(), 1);
        assertThat(longer.frames()).isEmpty();
        assertThat(longer.bytes()).isZero();
        assertThat(longer.and(frame(0), cursor(), 1).frames()).hasSize(1);
    }

    /** As a camera of its own that begins with the keyframe, so that any decoder takes it. */
    @Test
    void aSampleBeginsWithTheClipThatItContinues() {
        List<TokenFrame> context = GeneratedTokens.context(REQUEST, 0, kept(3).frames());

        assertThat(context).extracting(TokenFrame::getCamera).containsOnly("gate~a1~0");
        assertThat(context).extracting(TokenFrame::getPosition).containsExactly(0, 1, 2);
        assertThat(context.get(0).getKeyframeReason()).isEqualTo(KeyframeReason.FIRST_FRAME);
        assertThat(context.get(0).getFollowsClip()).isNull();
        assertThat(context).extracting(TokenFrame::getTokens).containsOnly(frame(0).getTokens());
        assertThat(context).extracting(TokenFrame::getDrawn).containsOnlyNulls();
        assertThat(frame(0).getCamera()).isEqualTo("gate");
    }

    @Test
    void whatIsDrawnFollowsInNumbersAndTime() {
        int[] drawn = {7, 8};
        TokenFrame next = GeneratedTokens.next(kept(3).frames(), 1, drawn, 4);

        assertThat(next.getPosition()).isEqualTo(4);
        assertThat(next.getFirstSequence()).isEqualTo(13); // 0 to 8 were seen, and four are before it
        assertThat(next.getLastSequence()).isEqualTo(16);
        assertThat(next.getFrames()).isEqualTo(4);
        assertThat(next.getFirstCapturedAtMicros()).isEqualTo(13 * 40_000);
        assertThat(next.getLastCapturedAtMicros()).isEqualTo(16 * 40_000);
        assertThat(TokenFrames.tokens(next)).containsExactly(drawn);
        assertThat(next.getKeyframeReason()).isNull();
        assertThat(next.getSkippedFrom()).isNull();
    }

    /** Clip of positions 0 to count - 1 at 25 frames a second. */
    private static KeptClip kept(int count) {
        KeptClip kept = KeptClip.none(0);
        for (int i = 0; i < count; i++) {
            kept = kept.and(frame(i), cursor(), 1_700_000_000_000L);
        }
        return kept;
    }

    private static ClipCursor cursor() {
        return new ClipCursor(TokenFrames.place(frame(2)), true, 1_700_000_000_000L, MADE_WITH);
    }

    private static TokenFrame frame(int position) {
        long first = position == 0 ? 0 : position * 4L - 3;
        long last = position * 4L;
        return TokenFrame.newBuilder()
                .setCamera("gate")
                .setEpoch(7)
                .setTokenizerId("nolook-small-4")
                .setEncoderHash("ab12")
                .setRuntimeId("runtime")
                .setClip(0)
                .setPosition(position)
                .setFirstSequence(first)
                .setLastSequence(last)
                .setFrames(position == 0 ? 1 : 4)
                .setFirstCapturedAtMicros(first * 40_000)
                .setLastCapturedAtMicros(last * 40_000)
                .setTimeCorrected(false)
                .setSourceWidth(640)
                .setSourceHeight(480)
                .setFit(FrameFit.CROP)
                .setHeight(1)
                .setWidth(2)
                .setBits(18)
                .setTokens(ByteBuffer.wrap(TokenPacking.pack(new int[] {1, 2}, 18)))
                .setKeyframeReason(position == 0 ? KeyframeReason.INTERVAL : null)
                .setFollowsClip(position == 0 ? -240L : null)
                .setFollowsPosition(position == 0 ? 59 : null)
                .setPhasePeriod(8)
                .build();
    }
}
