package io.nolook.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nolook.failure.FailureCode;
import io.nolook.failure.IntakeException;
import io.nolook.schema.KeyframeReason;
import io.nolook.schema.SingleObject;
import io.nolook.schema.TokenFrame;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Token frames whose parts do not agree never reach the state of a camera. */
class TokenFrameIntakeTest {
    private final TokenFrameIntake intake = new TokenFrameIntake();

    @Test
    void takesWhatTheJobWrites() throws IntakeException {
        for (TokenFrame frame : ArchiveSegmentsTest.clip("gate", 40, 3)) {
            assertThat(intake.decode(record(frame))).isEqualTo(frame);
            assertThat(new TokenFrameIntake(18, "sequence.factors").decode(record(frame)))
                    .isEqualTo(frame);
        }
    }

    @Test
    void refusesWhatDoesNotAgree() {
        assertRefused(frame -> frame.setCamera("other"), FailureCode.RECORD_KEY_MISMATCH, "found key 'gate'");
        assertRefused(frame -> frame.setHeight(4), FailureCode.RECORD_FIELD_INVALID, "for 20 tokens of 18 bits");
        assertRefused(frame -> frame.setHeight(1 << 20), FailureCode.RECORD_FIELD_INVALID, "found a grid");
        assertRefused(
                frame -> frame.setPhasePeriod(65),
                FailureCode.RECORD_FIELD_INVALID,
                "found a phase period of 65, expected 1 to 64");
        assertRefused(frame -> frame.setPhasePeriod(0), FailureCode.RECORD_FIELD_INVALID, "found a phase period of 0");
        assertRefused(frame -> frame.setBits(31), FailureCode.RECORD_FIELD_INVALID, "1 to 30 bits");
        assertRefused(
                frame -> frame.setTokens(ByteBuffer.allocate(3)), FailureCode.RECORD_FIELD_INVALID, "found 3 bytes");
        assertRefused(frame -> frame.setPosition(-1), FailureCode.RECORD_FIELD_INVALID, "found token frame -1");
        assertRefused(frame -> frame.setPosition(Integer.MAX_VALUE), FailureCode.RECORD_FIELD_INVALID, "2147483647");
        assertRefused(
                frame -> frame.setKeyframeReason(KeyframeReason.GAP),
                FailureCode.RECORD_FIELD_INVALID,
                "expected all of it at position 0 only, there a reason");
        assertRefused(frame -> frame.setSkippedTo(5L), FailureCode.RECORD_FIELD_INVALID, "missing null to 5");
        assertRefused(frame -> frame.setFollowsClip(5L), FailureCode.RECORD_FIELD_INVALID, "after 5/null");
        assertRefused(
                frame -> {
                    frame.setFollowsClip(5L);
                    frame.setFollowsPosition(1);
                },
                FailureCode.RECORD_FIELD_INVALID,
                "after 5/1, expected all of it at position 0 only");
        assertRefused(
                frame -> frame.setKeyframeDetail("x"),
                FailureCode.RECORD_FIELD_INVALID,
                "expected all of it at position 0");
        assertRefused(
                frame -> frame.setRuntimeId("x".repeat(70_000)),
                FailureCode.RECORD_FIELD_INVALID,
                "found an identity or detail of 70000 characters, expected at most 1024");
    }

    @Test
    void refusesTokensThatTheFactorsAreNotFor() {
        TokenFrame frame = ArchiveSegmentsTest.clip("gate", 40, 2).get(1);

        assertThatThrownBy(() -> new TokenFrameIntake(16, "sequence.factors").decode(record(frame)))
                .hasMessage("found tokens of 18 bits, expected 16 as sequence.factors says");
    }

    private void assertRefused(Consumer<TokenFrame> change, FailureCode code, String told) {
        TokenFrame frame = ArchiveSegmentsTest.clip("gate", 40, 2).get(1);
        change.accept(frame);
        assertThatThrownBy(() -> intake.decode(record(frame)))
                .isInstanceOfSatisfying(
                        IntakeException.class, e -> assertThat(e.code()).isEqualTo(code))
                .hasMessageContaining(told);
    }

    private static ReceivedRecord record(TokenFrame frame) {
        byte[] key = "gate".getBytes(StandardCharsets.UTF_8);
        return new ReceivedRecord(
                "tokens", 0, 0, 0, key, SingleObject.tokenFrames().encode(frame), List.of());
    }
}
