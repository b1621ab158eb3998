package io.nolook.flink.tokenize;

import static org.assertj.core.api.Assertions.assertThat;

import io.nolook.flink.model.InferenceOptions;
import io.nolook.flink.model.ModelLoader;
import io.nolook.flink.model.ModelOperatorFactory;
import io.nolook.flink.stream.PassingTime;
import io.nolook.flink.type.CodecSerializer;
import io.nolook.flink.type.OutgoingTokensCodec;
import io.nolook.frame.FrameSize;
import io.nolook.model.RenamedModel;
import io.nolook.model.StreamModel;
import io.nolook.model.onnx.ModelFixtures;
import io.nolook.record.OutgoingTokens;
import io.nolook.record.TokenFrames;
import io.nolook.schema.KeyframeReason;
import io.nolook.schema.TokenFrame;
import io.nolook.window.CameraFrame;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The rows of the documentation's table of what may change under a savepoint, for tokenizing.
 *
 * <p>Ten frames, a savepoint in mid-chunk (frame 9 waits), other options, ten frames more. Tokens of what follows are
 * held against a clip computed alone.
 */
class ChangedOptionsTest {
    private static final int CUT = 10;
    private static final int END = 20;

    private final Configuration before = options();
    private final Configuration after = options();
    private String runtime = "";

    private static Configuration options() {
        Configuration options = new Configuration();
        options.set(TokenizeOptions.FRAME_SIZE, "16x16");
        options.set(InferenceOptions.BATCH_SIZE, 2);
        options.setString("camera.idle-ttl", "100 s");
        return options;
    }

    /** A model file of another hash, or on another machine: the frame that waits begins its first clip. */
    @ParameterizedTest
    @CsvSource({"lfq-other, '', model", "tiny, another machine, runtime"})
    void encoderAndRuntimeBeginAnewAndLoseNothing(String model, String machine, String what) throws Exception {
        before.set(TokenizeOptions.MODEL_ENCODER, "tiny");
        after.set(TokenizeOptions.MODEL_ENCODER, model);
        runtime = machine;
        List<TokenFrame> found = restored(CUT, END);

        assertThat(found.get(0).getKeyframeReason()).isEqualTo(KeyframeReason.MODEL);
        assertThat(found.get(0).getKeyframeDetail()).startsWith(what);
        assertThat(found.get(0).getFirstSequence()).isEqualTo(9);
        assertThat(sequences(found)).containsExactlyElementsOf(range(9, END));
        assertTokensAreOfAClip(found, 9, new FrameSize(16, 16));
    }

    @Test
    void sizeBeginsAnewAndSaysWhichFramesItGaveUp() throws Exception {
        after.set(TokenizeOptions.FRAME_SIZE, "24x16");
        List<TokenFrame> found = restored(CUT, END);

        assertThat(found.get(0).getKeyframeReason()).isEqualTo(KeyframeReason.SIZE);
        assertThat(found.get(0).getKeyframeDetail()).isEqualTo("size 16x16 -> 24x16");
        assertThat(found.get(0).getSkippedFrom()).isEqualTo(9);
        assertThat(found.get(0).getSkippedTo()).isEqualTo(9);
        assertThat(sequences(found)).containsExactlyElementsOf(range(CUT, END));
        assertTokensAreOfAClip(found, CUT, new FrameSize(24, 16));
    }

    @Test
    void fitBeginsAnewAndSaysWhichFramesItGaveUp() throws Exception {
        after.setString("frame.fit", "pad");
        List<TokenFrame> found = restored(CUT, END);

        assertThat(found.get(0).getKeyframeReason()).isEqualTo(KeyframeReason.SIZE);
        assertThat(found.get(0).getKeyframeDetail()).isEqualTo("fit CROP -> PAD");
        assertThat(found.get(0).getSkippedFrom()).isEqualTo(9);
        assertThat(sequences(found)).containsExactlyElementsOf(range(CUT, END));
        assertTokensAreOfAClip(found, CUT, new FrameSize(16, 16));
    }

    @Test
    void rateHoldsFromTheNextFrame() throws Exception {
        after.setString("frame.rate", "12.5"); // of 25
        List<TokenFrame> found = restored(CUT, END);

        assertThat(found.get(0).getKeyframeReason()).isNull();
        assertThat(found.stream().mapToInt(TokenFrame::getFrames).sum()).isEqualTo(1 + 5);
    }

    @Test
    void aShorterIntervalHoldsAtTheNextChunk() throws Exception {
        after.set(TokenizeOptions.KEYFRAME_INTERVAL, 2);
        List<TokenFrame> found = restored(CUT, END);

        assertThat(found.get(0).getFirstSequence()).as("the tail, in its clip").isEqualTo(9);
        assertThat(found.get(1).getKeyframeReason()).isEqualTo(KeyframeReason.INTERVAL);
        assertThat(found.get(1).getClip()).isEqualTo(CUT);
        assertThat(sequences(found)).containsExactlyElementsOf(range(9, END));
    }

    @Test
    void overloadHoldsFromTheNextFrame() throws Exception {
        after.setString("overload", "skip");
        after.setString("overload.freshness", "100 ms");
        List<TokenFrame> found = restored(CUT, END);

        assertThat(sequences(found)).as("no frame here tells its age").containsExactlyElementsOf(range(9, END));
    }

    @Test
    void batchesQueuesAndCachesAreNoPartOfTheState() throws Exception {
        after.set(InferenceOptions.BATCH_SIZE, 1);
        after.setString("batch.queue", "1");
        after.setString("batch.max-delay", "1 ms");
        after.setString("activations.max-bytes", "0 b");
        List<TokenFrame> found = restored(CUT, END);

        assertThat(found)
                .allSatisfy(frame -> assertThat(frame.getKeyframeReason()).isNull());
        assertThat(tokens(found))
                .isEqualTo(tokens(uninterrupted().stream()
                        .filter(frame -> frame.getLastSequence() >= 9)
                        .toList()));
    }

    @Test
    void limitsOfNumbersHoldFromTheNextFrame() throws Exception {
        after.setString("sequence.max-ahead", "5");
        after.setString("epoch.reset-after", "1 s");
        List<TokenFrame> found = restored(CUT + 6, END);

        assertThat(found).as("six are missing: too far ahead").hasSize(1);
        assertThat(found.get(0).getFirstSequence()).as("the tail").isEqualTo(9);
    }

    /** They are looked at before the state is. */
    @Test
    void limitsOfPicturesHoldFromTheNextFrame() throws Exception {
        after.setString("frame.max-bytes", "2kb");
        after.setString("frame.max-pixels", "256");
        List<TokenFrame> found = restored(CUT, END);

        assertThat(tokens(found))
                .isEqualTo(tokens(uninterrupted().stream()
                        .filter(frame -> frame.getLastSequence() >= 9)
                        .toList()));
        assertThat(TokenizeSettings.of(after).frameLimits().maxPixels()).isEqualTo(256);
    }

    @Test
    void idleTimeHoldsFromTheNextLook() throws Exception {
        after.setString("camera.idle-ttl", "20 s");
        after.setString("epoch.reset-after", "1 s");
        OperatorSubtaskState state = savepoint();
        try (var harness = harness(after, runtime)) {
            harness.initializeState(state);
            harness.open();
            PassingTime.to(harness, 99_000);
            assertThat(harness.numKeyedStateEntries())
                    .as("the look that is set is at 100 s")
                    .isPositive();
            PassingTime.to(harness, 130_000);
            assertThat(harness.numKeyedStateEntries()).isZero();
        }
    }

    private OperatorSubtaskState savepoint() throws Exception {
        try (var harness = harness(before, "")) {
            harness.open();
            push(harness, before, 0, CUT);
            harness.prepareSnapshotPreBarrier(1);
            return harness.snapshot(1, 1);
        }
    }

    /** What the changed job gives for the frames from one number up to another, and the end of the input. */
    private List<TokenFrame> restored(int from, int to) throws Exception {
        OperatorSubtaskState state = savepoint();
        try (var harness = harness(after, runtime)) {
            harness.initializeState(state);
            harness.open();
            push(harness, after, from, to);
            harness.endInput();
            return TokenizeOperatorTest.output(harness);
        }
    }

    private List<TokenFrame> uninterrupted() throws Exception {
        try (var harness = harness(before, "")) {
            harness.open();
            push(harness, before, 0, END);
            harness.endInput();
            return TokenizeOperatorTest.output(harness);
        }
    }

    /** The tokens are those of these frames alone, in a clip of their own: nothing of before is in them. */
    private void assertTokensAreOfAClip(List<TokenFrame> found, int first, FrameSize size) throws Exception {
        Configuration same = new Configuration(after);
        try (var harness = harness(same, runtime)) {
            harness.open();
            push(harness, same, first, END);
            harness.endInput();
            assertThat(tokens(found)).isEqualTo(tokens(TokenizeOperatorTest.output(harness)));
        }
        assertThat(found.get(0).getWidth()).isEqualTo(size.width() / 8);
    }

    private static List<List<Integer>> tokens(List<TokenFrame> frames) {
        return frames.stream()
                .map(frame -> Arrays.stream(TokenFrames.tokens(frame)).boxed().toList())
                .toList();
    }

    private static List<Long> sequences(List<TokenFrame> frames) {
        return frames.stream()
                .flatMap(frame -> LongStream.rangeClosed(frame.getFirstSequence(), frame.getLastSequence())
                        .boxed())
                .toList();
    }

    private static List<Long> range(long from, long to) {
        return LongStream.range(from, to).boxed().toList();
    }

    private static void push(
            KeyedOneInputStreamOperatorTestHarness<String, CameraFrame, OutgoingTokens> harness,
            Configuration options,
            int from,
            int to)
            throws Exception {
        FrameSize size = FrameSize.parse(options.get(TokenizeOptions.FRAME_SIZE));
        for (int i = from; i < to; i++) {
            byte[] rgb = new byte[size.rgbBytes()];
            new Random(i).nextBytes(rgb);
            harness.processElement(new CameraFrame("gate", 1, i, 1 + i * 40_000L, 16, 16, rgb), 0);
        }
    }

    private static KeyedOneInputStreamOperatorTestHarness<String, CameraFrame, OutgoingTokens> harness(
            Configuration options, String runtime) throws Exception {
        TokenizeSettings settings = TokenizeSettings.of(options);
        var harness = new KeyedOneInputStreamOperatorTestHarness<>(
                new ModelOperatorFactory<>(
                        new TokenizeRules(settings), new Loader(settings, runtime), settings.inference()),
                CameraFrame::camera,
                Types.STRING);
        harness.setup(new CodecSerializer<>(new OutgoingTokensCodec()));
        return harness;
    }

    /** The tiny model, under other names where another one is asked for. */
    private record Loader(TokenizeSettings settings, String runtime)
            implements ModelLoader<StreamModel<byte[], int[]>> {

        @Override
        public String key() {
            return settings.encoder() + settings.frameSize() + runtime;
        }

        @Override
        public StreamModel<byte[], int[]> open() {
            return new RenamedModel<>(ModelFixtures.tokenizer(settings.frameSize(), 2), settings.encoder(), runtime);
        }
    }
}
