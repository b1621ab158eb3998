package io.nolook.flink.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.nolook.flink.tokenize.FrameIntakeFactory;
import io.nolook.flink.tokenize.TokenizeOptions;
import io.nolook.flink.tokenize.TokenizeSettings;
import io.nolook.flink.type.CameraFrameCodec;
import io.nolook.flink.type.CodecSerializer;
import io.nolook.frame.Picture;
import io.nolook.frame.PictureEncoder;
import io.nolook.record.DeadLetters;
import io.nolook.record.ReceivedRecord;
import io.nolook.schema.FailedFrame;
import io.nolook.schema.FailureStage;
import io.nolook.schema.Frame;
import io.nolook.schema.FrameEncoding;
import io.nolook.schema.SingleObject;
import io.nolook.window.CameraFrame;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.operators.ProcessOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Records to frames or dead letters: nothing else may come out, nothing may be thrown. */
class DecodeFunctionTest {
    private static final byte[] JPEG = new PictureEncoder().jpeg(new Picture(16, 16, new byte[768]), 0.9);

    private OneInputStreamOperatorTestHarness<ReceivedRecord, CameraFrame> harness;

    @BeforeEach
    void open() throws Exception {
        Configuration options = new Configuration();
        options.set(TokenizeOptions.FRAME_SIZE, "16x16");
        options.setString("frame.max-bytes", "2kb");
        TokenizeSettings settings = TokenizeSettings.of(options);
        harness = new OneInputStreamOperatorTestHarness<>(
                new ProcessOperator<>(new DecodeFunction<>(new FrameIntakeFactory(settings), 4)));
        harness.setup(new CodecSerializer<>(new CameraFrameCodec()));
        harness.open();
    }

    @AfterEach
    void close() throws Exception {
        harness.close();
    }

    @Test
    void goodFrameBecomesACameraFrame() throws Exception {
        push("a", frame("a", 7, JPEG));
        assertThat(harness.extractOutputValues()).hasSize(1).first().satisfies(frame -> {
            assertThat(frame.camera()).isEqualTo("a");
            assertThat(frame.sequence()).isEqualTo(7);
            assertThat(frame.rgb()).hasSize(768);
        });
        assertThat(dead()).isEmpty();
    }

    @Test
    void deadLetterKeepsTheOriginalAndSaysWhy() throws Exception {
        byte[] value = frame("a", 7, Arrays.copyOf(JPEG, 100));
        push("a", value);
        FailedFrame letter = dead().get(0);
        assertThat(letter.getCode()).isEqualTo("PICTURE_TRUNCATED");
        assertThat(letter.getStage()).isEqualTo(FailureStage.PICTURE);
        assertThat(letter.getCamera()).isEqualTo("a");
        assertThat(letter.getValue()).isEqualTo(ByteBuffer.wrap(value));
        assertThat(letter.getKey()).isEqualTo(ByteBuffer.wrap("a".getBytes(StandardCharsets.UTF_8)));
        assertThat(letter.getPartition()).isEqualTo(2);
        assertThat(letter.getOffset()).isEqualTo(41);
        assertThat(letter.getTimestampMillis()).isEqualTo(99);
        assertThat(letter.getHeaders()).hasSize(2);
        assertThat(letter.getHeaders().get(1).getValue()).isNull();
        assertThat(harness.extractOutputValues()).isEmpty();
    }

    @Test
    void originalOverTheLimitIsReplacedByItsHash() throws Exception {
        push("a", frame("a", 0, new byte[3 * 64 * 1024]));
        FailedFrame letter = dead().get(0);
        assertThat(letter.getCode()).isEqualTo("RECORD_TOO_LARGE");
        assertThat(letter.getValue()).isNull();
        assertThat(letter.getValueSha256()).matches("[0-9a-f]{64}");
        assertThat(letter.getValueLength()).isGreaterThan(3 * 64 * 1024);
        assertThat(SingleObject.failedFrames().encode(letter).length).isLessThan(DeadLetters.ENVELOPE_BYTES);
    }

    @Test
    void keysThatAreNoCameraAreCountedUnderUnknown() throws Exception {
        harness.processElement(record(null, frame("a", 0, JPEG)), 0);
        harness.processElement(record(new byte[] {(byte) 0xff, 1}, frame("a", 0, JPEG)), 0);
        push("b", frame("a", 0, JPEG));
        assertThat(dead().stream().map(FailedFrame::getCode).toList())
                .containsExactly("RECORD_KEY_MISSING", "RECORD_KEY_UNREADABLE", "RECORD_KEY_MISMATCH");
        assertThat(dead().stream().map(FailedFrame::getCamera).toList()).containsExactly("unknown", "unknown", "b");
    }

    @Test
    void negativeNumbersAreRefused() throws Exception {
        push("a", frame("a", -1, JPEG));
        push("a", frame("a", Long.MAX_VALUE, JPEG));
        assertThat(dead().stream().map(FailedFrame::getCode).toList())
                .containsExactly("RECORD_FIELD_INVALID", "RECORD_FIELD_INVALID");
    }

    private void push(String camera, byte[] value) throws Exception {
        harness.processElement(record(camera.getBytes(StandardCharsets.UTF_8), value), 0);
    }

    private static ReceivedRecord record(byte[] key, byte[] value) {
        List<ReceivedRecord.Header> headers = List.of(
                new ReceivedRecord.Header("trace", new byte[] {1, 2}), new ReceivedRecord.Header("empty", null));
        return new ReceivedRecord("frames", 2, 41, 99, key, value, headers);
    }

    private static byte[] frame(String camera, long sequence, byte[] payload) {
        return SingleObject.frames()
                .encode(new Frame(camera, 1L, sequence, 1L, FrameEncoding.JPEG, 16, 16, ByteBuffer.wrap(payload)));
    }

    private List<FailedFrame> dead() {
        Queue<StreamRecord<FailedFrame>> out = harness.getSideOutput(DecodeFunction.FAILED);
        return out == null
                ? List.of()
                : new ArrayList<>(out).stream().map(StreamRecord::getValue).toList();
    }
}
