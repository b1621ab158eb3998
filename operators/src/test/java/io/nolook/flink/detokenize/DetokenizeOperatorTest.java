package io.nolook.flink.detokenize;

import static org.assertj.core.api.Assertions.assertThat;

import io.nolook.flink.model.InferenceOptions;
import io.nolook.flink.model.ModelLoader;
import io.nolook.flink.model.ModelOperatorFactory;
import io.nolook.flink.tokenize.TokenizeOperatorTest;
import io.nolook.flink.tokenize.TokenizeOptions;
import io.nolook.flink.type.CodecSerializer;
import io.nolook.flink.type.SingleObjectCodec;
import io.nolook.frame.FrameSize;
import io.nolook.frame.Picture;
import io.nolook.frame.PictureEncoder;
import io.nolook.identity.MadeWith;
import io.nolook.model.Activations;
import io.nolook.model.RenamedModel;
import io.nolook.model.StreamModel;
import io.nolook.model.VideoDetokenizer;
import io.nolook.model.onnx.ModelFixtures;
import io.nolook.model.onnx.OnnxVideoDetokenizer;
import io.nolook.model.onnx.SessionSettings;
import io.nolook.playback.ClipCursor;
import io.nolook.playback.ClipFollower;
import io.nolook.playback.PlaybackFate;
import io.nolook.record.TokenFrames;
import io.nolook.schema.Frame;
import io.nolook.schema.SingleObject;
import io.nolook.schema.TokenFrame;
import io.nolook.token.StreamOrder;
import io.nolook.token.StreamOrder.Begins;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;

/** The same operator with a decoder: the frames of each camera alone, whatever the batches and restarts. */
class DetokenizeOperatorTest {
    private static final FrameSize SIZE = new FrameSize(16, 16);

    /** Restored with another decoder: it waits for a keyframe, and what it decodes then is its own. */
    /** Copied as it travels: Avro's own copy wants the records' classes trusted before, which only reading them does. */
    private static TokenFrame ofALaterClip(TokenFrame frame) {
        SingleObject<TokenFrame> format = SingleObject.tokenFrames();
        TokenFrame later;
        try {
            later = format.decode(format.encode(frame));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        later.setClip(1000);
        later.setFirstSequence(frame.getFirstSequence() + 1000);
        later.setLastSequence(frame.getLastSequence() + 1000);
        return later;
    }

    @Test
    void anotherDecoderWaitsForAKeyframe() throws Exception {
        List<TokenFrame> tokens = tokens().stream()
                .filter(frame -> frame.getCamera().equals("camera-0"))
                .toList();
        OperatorSubtaskState snapshot;
        try (var harness = harness()) {
            harness.open();
            push(harness, tokens.subList(0, 4));
            harness.prepareSnapshotPreBarrier(1);
            snapshot = harness.snapshot(1, 1);
        }
        List<TokenFrame> later =
                tokens.stream().map(DetokenizeOperatorTest::ofALaterClip).toList();
        try (var harness = harness("another")) {
            harness.initializeState(snapshot);
            harness.open();
            push(harness, tokens.subList(4, tokens.size()));
            harness.prepareSnapshotPreBarrier(2);
            assertThat(harness.extractOutputValues()).isEmpty();
            push(harness, later);
            harness.endInput();
            assertThat(harness.extractOutputValues()).hasSize(30);
        }
    }

    /** The tiny decoder, under the name of a file, shared like a real one. */
    record TinyLoader(String file) implements ModelLoader<StreamModel<int[], byte[]>> {

        @Override
        public String key() {
            return file;
        }

        @Override
        public StreamModel<int[], byte[]> open() {
            StreamModel<int[], byte[]> tiny = VideoDetokenizer.admitBatches(
                    OnnxVideoDetokenizer.open(ModelFixtures.bytes("tiny-decoder"), SessionSettings.cpu(1)), SIZE, 4);
            return new RenamedModel<>(tiny, file, "");
        }
    }

    @Test
    void framesAreThoseOfEachCameraAlone() throws Exception {
        List<TokenFrame> tokens = tokens();
        try (var harness = harness()) {
            harness.open();
            push(harness, tokens);
            harness.endInput();
            assertSame(harness.extractOutputValues(), alone(tokens));
        }
    }

    @Test
    void restoredInMidClipGoesOnWithTheSameFrames() throws Exception {
        List<TokenFrame> tokens = tokens();
        int cut = tokens.size() / 2;
        List<Frame> found = new ArrayList<>();
        OperatorSubtaskState snapshot;
        try (var harness = harness()) {
            harness.open();
            push(harness, tokens.subList(0, cut));
            harness.prepareSnapshotPreBarrier(1);
            snapshot = harness.snapshot(1, 1);
            found.addAll(harness.extractOutputValues());
        }
        try (var harness = harness()) {
            harness.initializeState(snapshot);
            harness.open();
            push(harness, tokens.subList(cut, tokens.size()));
            harness.endInput();
            found.addAll(harness.extractOutputValues());
        }
        assertSame(found, alone(tokens));
    }

    private static final MadeWith MADE = new MadeWith("decoder", "runtime", 16, 16, "");

    /** Written by version 1, and kept: 1, then two longs, the next position, a long. */
    @Test
    void cursorsOfTheFirstVersionGoOn() {
        byte[] kept = new byte[29];
        kept[0] = 1;
        kept[8] = 1; // epoch
        kept[16] = 20; // clip
        kept[20] = 2; // next
        Optional<ClipCursor> playing = Optional.of(ClipCursor.decode(kept, MADE));
        assertThat(fate(playing, 1)).isEqualTo(PlaybackFate.DUPLICATE);
        assertThat(fate(playing, 2)).isEqualTo(PlaybackFate.PLAYED);
        assertThat(fate(playing, 3)).isEqualTo(PlaybackFate.WAITING);
        Arrays.fill(kept, 17, 21, (byte) -1); // nothing before a keyframe
        assertThat(fate(Optional.of(ClipCursor.decode(kept, MADE)), 2)).isNotEqualTo(PlaybackFate.PLAYED);
    }

    @Test
    void readsAndWritesTheCursorOfVersionThree() throws IOException {
        ClipCursor cursor = new ClipCursor(new StreamOrder.Place(1, 20, 2, 9), true, 5, MADE);
        try (InputStream in = getClass().getResourceAsStream("/fixtures/clip-cursor-v3.bin")) {
            byte[] bytes = in.readAllBytes();
            assertThat(ClipCursor.decode(bytes, MadeWith.model("other"))).isEqualTo(cursor);
            assertThat(cursor.encode()).isEqualTo(bytes);
        }
    }

    /** In mid-clip another decoder has nothing to go on from: it waits for a keyframe. */
    @Test
    void whatAnotherDecoderBeganWaits() {
        Optional<ClipCursor> playing =
                Optional.of(new ClipCursor(new StreamOrder.Place(1, 20, 1, 9), true, 5, MadeWith.model("other")));
        assertThat(fate(playing, 2)).isEqualTo(PlaybackFate.WAITING);
        assertThat(new ClipFollower(MADE)
                        .step(playing, new StreamOrder.Place(1, 30, 0, 10), Begins.CLIP_BY_INTERVAL, 5)
                        .fate())
                .isEqualTo(PlaybackFate.PLAYED);
    }

    private static PlaybackFate fate(Optional<ClipCursor> state, int position) {
        return new ClipFollower(MADE)
                .step(state, new StreamOrder.Place(1, 20, position, 0), Begins.NOTHING, 5)
                .fate();
    }

    @Test
    void clipsAreFollowedFromTheirKeyframes() {
        Optional<ClipCursor> state = Optional.empty();
        List<PlaybackFate> fates = new ArrayList<>();
        List<StreamOrder.Place> places = List.of(
                new StreamOrder.Place(1, 0, 3, 0),
                new StreamOrder.Place(1, 20, 0, 0),
                new StreamOrder.Place(1, 20, 1, 0),
                new StreamOrder.Place(1, 20, 1, 0),
                new StreamOrder.Place(1, 20, 3, 0),
                new StreamOrder.Place(1, 20, 4, 0),
                new StreamOrder.Place(1, 0, 0, 0),
                new StreamOrder.Place(0, 90, 0, 0),
                new StreamOrder.Place(0, 90, 0, 1),
                new StreamOrder.Place(0, 90, 1, 1));
        for (StreamOrder.Place place : places) {
            boolean anew = place.capturedAtMicros() == 1;
            Begins begins = place.position() > 0 ? Begins.NOTHING : anew ? Begins.NUMBERS : Begins.CLIP;
            ClipFollower.Result result = new ClipFollower(MADE).step(state, place, begins, 5);
            fates.add(result.fate());
            state = Optional.of(result.after());
            assertThat(ClipCursor.decode(result.after().encode(), MADE)).isEqualTo(result.after());
        }
        assertThat(fates)
                .containsExactly(
                        PlaybackFate.WAITING,
                        PlaybackFate.PLAYED,
                        PlaybackFate.PLAYED,
                        PlaybackFate.DUPLICATE,
                        PlaybackFate.WAITING,
                        PlaybackFate.WAITING,
                        PlaybackFate.DUPLICATE,
                        PlaybackFate.LATE,
                        PlaybackFate.PLAYED,
                        PlaybackFate.PLAYED);
    }

    private static void push(
            KeyedOneInputStreamOperatorTestHarness<String, TokenFrame, Frame> harness, List<TokenFrame> tokens)
            throws Exception {
        for (TokenFrame frame : tokens) {
            harness.processElement(frame, 0);
        }
    }

    /** Token frames of three cameras in turn. */
    private static List<TokenFrame> tokens() {
        List<List<TokenFrame>> cameras = List.of(0, 1, 2).stream()
                .map(camera -> TokenizeOperatorTest.offline(TokenizeOperatorTest.interleaved(camera + 1, 30).stream()
                        .filter(frame -> frame.camera().equals("camera-" + camera))
                        .toList()))
                .toList();
        List<TokenFrame> inTurn = new ArrayList<>();
        for (int i = 0; i < cameras.get(0).size(); i++) {
            for (List<TokenFrame> camera : cameras) {
                inTurn.add(camera.get(i));
            }
        }
        return inTurn;
    }

    private record Shown(String camera, long sequence, long capturedAtMicros, ByteBuffer jpeg) {}

    private static void assertSame(List<Frame> found, List<Shown> expected) {
        assertThat(found.stream()
                        .map(frame -> new Shown(
                                frame.getCamera(),
                                frame.getSequence(),
                                frame.getCapturedAtMicros(),
                                frame.getPayload()))
                        .sorted(DetokenizeOperatorTest::order)
                        .toList())
                .isEqualTo(
                        expected.stream().sorted(DetokenizeOperatorTest::order).toList());
    }

    private static int order(Shown a, Shown b) {
        int cameras = a.camera().compareTo(b.camera());
        return cameras != 0 ? cameras : Long.compare(a.sequence(), b.sequence());
    }

    /** Each camera by itself, one token frame at a time. */
    private static List<Shown> alone(List<TokenFrame> tokens) {
        List<Shown> frames = new ArrayList<>();
        PictureEncoder encoder = new PictureEncoder();
        try (VideoDetokenizer detokenizer = ModelFixtures.detokenizer(SIZE)) {
            for (String camera :
                    tokens.stream().map(TokenFrame::getCamera).distinct().toList()) {
                Activations activations = detokenizer.newActivations();
                for (TokenFrame frame : tokens) {
                    if (frame.getCamera().equals(camera)) {
                        long sequence = frame.getFirstSequence();
                        for (Picture picture : detokenizer.decode(
                                TokenFrames.tokens(frame), frame.getPosition(), frame.getFrames(), activations)) {
                            frames.add(new Shown(
                                    camera,
                                    sequence,
                                    1 + sequence * 40_000,
                                    ByteBuffer.wrap(encoder.jpeg(picture, 0.9))));
                            sequence++;
                        }
                    }
                }
            }
        }
        return frames;
    }

    private static KeyedOneInputStreamOperatorTestHarness<String, TokenFrame, Frame> harness() throws Exception {
        return harness("tiny");
    }

    private static KeyedOneInputStreamOperatorTestHarness<String, TokenFrame, Frame> harness(String file)
            throws Exception {
        Configuration options = new Configuration();
        options.set(TokenizeOptions.FRAME_SIZE, SIZE.toString());
        options.set(InferenceOptions.BATCH_SIZE, 4);
        DetokenizeSettings settings = DetokenizeSettings.of(options);
        var harness = new KeyedOneInputStreamOperatorTestHarness<>(
                new ModelOperatorFactory<>(new DetokenizeRules(settings), new TinyLoader(file), settings.inference()),
                TokenFrame::getCamera,
                Types.STRING);
        harness.setup(new CodecSerializer<>(new SingleObjectCodec.OfFrame()));
        return harness;
    }
}
