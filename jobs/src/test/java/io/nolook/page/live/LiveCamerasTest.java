package io.nolook.page.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.nolook.record.ReceivedRecord;
import io.nolook.schema.FrameFit;
import io.nolook.schema.KeyframeReason;
import io.nolook.schema.TokenFrame;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LiveCamerasTest {
    private static final long NOW = 1_000_000_000;

    private final LiveCameras cameras = new LiveCameras(new LiveLimits(3, 1_000, 4, 2));

    private void frame(String camera, int bytes, long atMillis) {
        byte[] key = camera.getBytes(StandardCharsets.UTF_8);
        cameras.frame(camera, new ReceivedRecord("frames", 0, 0, atMillis, key, new byte[bytes], List.of()), atMillis);
    }

    private void tokens(long clip, int position) {
        cameras.tokens(
                TokenFrame.newBuilder()
                        .setCamera("a")
                        .setEpoch(1)
                        .setTokenizerId("t")
                        .setEncoderHash("")
                        .setRuntimeId("")
                        .setClip(clip)
                        .setPosition(position)
                        .setFirstSequence(clip)
                        .setLastSequence(clip)
                        .setFrames(1)
                        .setFirstCapturedAtMicros(1000 * NOW)
                        .setLastCapturedAtMicros(1000 * NOW)
                        .setTimeCorrected(false)
                        .setSourceWidth(8)
                        .setSourceHeight(8)
                        .setFit(FrameFit.CROP)
                        .setHeight(1)
                        .setWidth(1)
                        .setBits(8)
                        .setTokens(ByteBuffer.allocate(1))
                        .setKeyframeReason(
                                position > 0 ? null : clip == 0 ? KeyframeReason.FIRST_FRAME : KeyframeReason.GAP)
                        .build(),
                NOW + 250,
                NOW + 300);
    }

    private static LiveAction action(String state, long sequence) {
        return new LiveAction("a", "wave", state, 1, sequence, NOW, NOW + 10, 10, 0.9f, NOW + 20);
    }

    private List<Integer> positions() {
        return cameras.clip("a").orElseThrow().frames().stream()
                .map(TokenFrame::getPosition)
                .toList();
    }

    @Test
    void newestFramesTogetherKeepToTheirBytes() {
        frame("a", 600, NOW);
        frame("b", 300, NOW + 1);
        assertThat(cameras.heldBytes()).isEqualTo(900);

        frame("b", 500, NOW + 2);

        assertThat(cameras.heldBytes()).isEqualTo(500);
        assertThat(cameras.newest("a")).as("the oldest went").isEmpty();
        assertThat(cameras.newest("b").orElseThrow().number()).isEqualTo(2);

        frame("c", 2_000, NOW + 3);
        assertThat(cameras.heldBytes()).as("one that is larger than all").isZero();
    }

    @Test
    void furtherCamerasAreCounted() {
        List.of("a", "b", "c", "d", "e").forEach(camera -> frame(camera, 1, NOW));

        assertThat(cameras.views("", NOW)).extracting(CameraView::id).containsExactly("a", "b", "c");
        assertThat(cameras.notShown()).isEqualTo(2);
    }

    @Test
    void aClipIsWhatFollowsAKeyframe() {
        tokens(0, 3);
        assertThat(positions()).as("nothing before a keyframe").isEmpty();

        tokens(10, 0);
        tokens(10, 1);
        tokens(10, 1);
        assertThat(positions()).containsExactly(0, 1);

        tokens(10, 3);
        assertThat(positions()).as("a hole ends it").isEmpty();

        for (int position = 0; position < 6; position++) {
            tokens(20, position);
        }
        assertThat(positions()).as("the newest").containsExactly(2, 3, 4, 5);
    }

    @Test
    void gapsAndLatencyAreThoseOfTheTokens() {
        tokens(0, 0);
        assertThat(cameras.detail("a", "", NOW).orElseThrow().gaps())
                .as("a first frame leaves nothing out")
                .isEmpty();
        tokens(10, 0);
        tokens(20, 0);
        tokens(30, 0);

        CameraView.Detail detail = cameras.detail("a", "", NOW + 300).orElseThrow();
        assertThat(detail.camera().latencyMillis()).isEqualTo(250);
        assertThat(detail.camera().gaps()).isEqualTo(3);
        assertThat(detail.gaps()).as("the newest").hasSize(2);
        assertThat(detail.gaps().get(0).reason()).isEqualTo("GAP");
    }

    @Test
    void anActionThatEndsTakesThePlaceOfItsBeginning() {
        frame("a", 1, NOW);
        cameras.action(action("begun", 5));
        cameras.action(action("ended", 5));
        cameras.action(action("begun", 9));

        assertThat(cameras.detail("a", "", NOW).orElseThrow().actions())
                .extracting(LiveAction::state)
                .containsExactly("begun", "ended");
    }

    @Test
    void whatIsToldOfAnUnknownCameraWaitsForIt() {
        cameras.action(action("begun", 5));
        cameras.letter("a", new LiveLetter("CODE", "why", "frames", 0, 1, NOW));
        cameras.letter("unknown", new LiveLetter("CODE", "why", "frames", 0, 1, NOW));
        assertThat(cameras.views("", NOW)).isEmpty();

        frame("a", 1, NOW);

        CameraView view = cameras.views("", NOW).get(0);
        assertThat(view.lastAction().label()).isEqualTo("wave");
        assertThat(view.deadLetters()).isEqualTo(1);
        assertThat(cameras.lettersOfOthers()).isEqualTo(1);
    }

    @Test
    void aCameraThatWasTakenOutIsForgottenUnlessFramesStillCome() {
        frame("a", 400, NOW);
        cameras.status("a", Optional.empty(), NOW + 1_000);
        assertThat(cameras.knows("a")).isTrue();

        cameras.status("a", Optional.empty(), NOW + 120_000);
        assertThat(cameras.knows("a")).isFalse();
        assertThat(cameras.heldBytes()).isZero();
    }

    @Test
    void nobodyKnowsHowCamerasAreWhileTheBrokerIsAway() {
        frame("a", 1, NOW);

        assertThat(cameras.views("no broker answers", NOW))
                .allSatisfy(view -> assertThat(view.health() + view.reason()).isEqualTo("unknownno broker answers"));
    }

    @Test
    void ratesAreThoseOfTheLastSeconds() {
        for (int i = 0; i < 100; i++) {
            frame("a", 125, NOW + 200 * i);
        }

        CameraView view = cameras.views("", NOW + 20_000).get(0);
        assertThat(view.framesPerSecond()).isBetween(4.5, 5.5);
        assertThat(view.bitsPerSecond()).isBetween(4_500L, 5_500L);
        assertThat(cameras.detail("a", "", NOW + 20_000).orElseThrow().history())
                .hasSize(4)
                .allSatisfy(rates -> assertThat(rates.framesPerSecond()).isEqualTo(5));
    }
}
