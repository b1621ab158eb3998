package io.nolook.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nolook.failure.FailureCode;
import io.nolook.failure.IntakeException;
import io.nolook.recognition.CameraTokens;
import io.nolook.recognition.FakeRecognizer;
import io.nolook.schema.FrameFit;
import io.nolook.schema.KeyframeReason;
import io.nolook.schema.SingleObject;
import io.nolook.schema.TokenFrame;
import io.nolook.token.StreamOrder;
import io.nolook.token.StreamOrder.Begins;
import io.nolook.token.TokenPacking;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TokenIntakeTest {
    private final TokenIntake intake = new TokenIntake(FakeRecognizer.spec(Map.of()));

    @Test
    void tokensAreUnpacked() throws Exception {
        CameraTokens tokens = intake.decode(record("gate", frame().build()));
        assertThat(tokens.camera()).isEqualTo("gate");
        assertThat(tokens.tokens()).containsExactly(1, 2, 3, 15);
        assertThat(tokens.begins()).isEqualTo(Begins.NOTHING);
        assertThat(tokens.span().lastSequence()).isEqualTo(8);
    }

    @ParameterizedTest
    @CsvSource({"INTERVAL, CLIP_BY_INTERVAL", "EPOCH_RESET, NUMBERS", "GAP, CLIP", "SKIP, CLIP", "FIRST_FRAME, NUMBERS"
    })
    void keyframesSayWhatTheyBegin(KeyframeReason reason, StreamOrder.Kind kind) throws Exception {
        TokenFrame frame = frame().setPosition(0).setKeyframeReason(reason).build();
        assertThat(intake.decode(record("gate", frame)).begins()).isEqualTo(Begins.of(kind));
    }

    @Test
    void aKeyframeByIntervalSaysWhatItFollows() throws Exception {
        TokenFrame frame = frame().setPosition(0)
                .setKeyframeReason(KeyframeReason.INTERVAL)
                .setFollowsClip(4L)
                .setFollowsPosition(59)
                .build();
        assertThat(intake.decode(record("gate", frame)).begins().follows())
                .contains(new StreamOrder.Predecessor(4, 59));
    }

    @Test
    void tokensOfAnotherTokenizerAreRefusedWithBothNames() {
        refused(
                frame().setTokenizerId("other-1"),
                FailureCode.RECORD_OF_OTHER_TOKENIZER,
                "found tokens of other-1, expected those of fake-tokenizer");
    }

    @Test
    void whatDoesNotFitTheModelIsRefused() {
        ByteBuffer eight = ByteBuffer.wrap(TokenPacking.pack(new int[8], 4));
        refused(frame().setHeight(4).setTokens(eight), FailureCode.RECORD_FIELD_INVALID, "frame.size = 16x16");
        refused(frame().setHeight(1).setWidth(4), FailureCode.RECORD_FIELD_INVALID, "expected 2 x 2");
        ByteBuffer wider = ByteBuffer.wrap(TokenPacking.pack(new int[4], 5));
        refused(frame().setBits(5).setTokens(wider), FailureCode.RECORD_FIELD_INVALID, "expected 2 x 2 of 4 bits");
        refused(frame().setHeight(-2).setWidth(-2), FailureCode.RECORD_FIELD_INVALID, "found");
        refused(frame().setHeight(1 << 16).setWidth(1 << 16), FailureCode.RECORD_FIELD_INVALID, "");
        refused(frame().setBits(0), FailureCode.RECORD_FIELD_INVALID, "found");
        refused(frame().setPosition(0), FailureCode.RECORD_FIELD_INVALID, "keyframe reason null");
        refused(
                frame().setTokens(ByteBuffer.wrap(new byte[] {1})),
                FailureCode.RECORD_FIELD_INVALID,
                "found 1 bytes, expected 2");
    }

    @Test
    void whatIsNoTokenFrameIsRefused() {
        assertThatThrownBy(() -> intake.decode(received("gate", null)))
                .hasMessageContaining("found a null value, expected a TokenFrame");
        assertThatThrownBy(() -> intake.decode(received("gate", new byte[] {1, 2, 3})))
                .isInstanceOf(IntakeException.class)
                .extracting(e -> ((IntakeException) e).code())
                .isEqualTo(FailureCode.RECORD_VALUE_UNREADABLE);
        assertThatThrownBy(() -> intake.decode(record("door", frame().build())))
                .hasMessageContaining("found key 'door' for a record of camera 'gate'");
    }

    private void refused(TokenFrame.Builder frame, FailureCode code, String message) {
        assertThatThrownBy(() -> intake.decode(record("gate", frame.build())))
                .isInstanceOf(IntakeException.class)
                .hasMessageContaining(message)
                .extracting(e -> ((IntakeException) e).code())
                .isEqualTo(code);
    }

    private static ReceivedRecord record(String key, TokenFrame frame) {
        return received(key, SingleObject.tokenFrames().encode(frame));
    }

    private static ReceivedRecord received(String key, byte[] value) {
        return new ReceivedRecord("tokens", 0, 0, 0, key.getBytes(StandardCharsets.UTF_8), value, List.of());
    }

    private static TokenFrame.Builder frame() {
        return TokenFrame.newBuilder()
                .setCamera("gate")
                .setEpoch(1)
                .setTokenizerId(FakeRecognizer.TOKENIZER)
                .setEncoderHash("ab")
                .setRuntimeId("cpu")
                .setClip(0)
                .setPosition(2)
                .setFirstSequence(5)
                .setLastSequence(8)
                .setFrames(4)
                .setFirstCapturedAtMicros(1)
                .setLastCapturedAtMicros(2)
                .setTimeCorrected(false)
                .setSourceWidth(16)
                .setSourceHeight(16)
                .setFit(FrameFit.CROP)
                .setHeight(2)
                .setWidth(2)
                .setBits(4)
                .setTokens(ByteBuffer.wrap(TokenPacking.pack(new int[] {1, 2, 3, 15}, 4)));
    }
}
