package io.nolook.flink;

import io.nolook.frame.FrameSize;
import io.nolook.frame.Picture;
import io.nolook.frame.PictureEncoder;
import io.nolook.playback.ClipCursor;
import io.nolook.playback.ClipFollower;
import io.nolook.playback.PlaybackFate;
import io.nolook.schema.Frame;
import io.nolook.schema.FrameEncoding;
import io.nolook.schema.KeyframeReason;
import io.nolook.schema.TokenFrame;
import io.nolook.token.TokenPacking;
import io.nolook.tokenizer.ActivationCache.Step;
import io.nolook.tokenizer.StreamModel;
import io.nolook.tokenizer.VideoDetokenizer;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.flink.metrics.MetricGroup;

/** Token frames to decoder steps by {@link ClipFollower}; the pictures to JPEG frames. */
public final class DetokenizeRules implements StreamRules<TokenFrame, TokenFrame, int[], byte[], Frame> {
    private static final long serialVersionUID = 1;

    private final DetokenizeSettings settings;
    private transient StreamModel<int[], byte[]> decoder;
    private transient PictureEncoder encoder;
    private transient FateCounters<PlaybackFate> fates;

    public DetokenizeRules(DetokenizeSettings settings) {
        this.settings = settings;
    }

    @Override
    public void open(StreamModel<int[], byte[]> model, MetricGroup metrics) {
        decoder = model;
        encoder = new PictureEncoder();
        fates = new FateCounters<>(metrics, "tokenFrames", PlaybackFate.class);
    }

    @Override
    public Taken<TokenFrame, int[]> take(Optional<byte[]> before, TokenFrame frame, long nowMillis) {
        ClipFollower.Result result = ClipFollower.step(
                before.map(ClipCursor::decode),
                new ClipFollower.Place(
                        frame.getEpoch(),
                        frame.getClip(),
                        frame.getPosition(),
                        frame.getKeyframeReason() == KeyframeReason.EPOCH_RESET),
                nowMillis);
        fates.count(result.fate());
        return new Taken<>(
                result.after().encode(), result.fate() == PlaybackFate.PLAYED ? List.of(wanted(frame)) : List.of());
    }

    private static Wanted<TokenFrame, int[]> wanted(TokenFrame frame) {
        return new Wanted<>(
                frame.getCamera(),
                new Step(frame.getEpoch(), frame.getClip(), frame.getPosition()),
                TokenFrames.tokens(frame),
                frame);
    }

    /** Nothing waits: a token frame is decoded when it comes. */
    @Override
    public Taken<TokenFrame, int[]> finish(byte[] state, String camera) {
        return new Taken<>(state, List.of());
    }

    @Override
    public long lastArrivalMillis(byte[] state) {
        return ClipCursor.decode(state).lastArrivalMillis();
    }

    @Override
    public Optional<Taken<TokenFrame, int[]>> lastWord(byte[] state, String camera) {
        return Optional.empty();
    }

    @Override
    public void forgotten(byte[] state) {
        // every token frame has been decoded or counted
    }

    @Override
    public List<Frame> records(TokenFrame frame, byte[] rgb) {
        FrameSize size = decoder.size();
        List<Picture> pictures = VideoDetokenizer.pictures(
                rgb, size, decoder.spec().chunkFrames(), frame.getPosition(), frame.getFrames());
        List<Frame> frames = new ArrayList<>(pictures.size());
        for (int i = 0; i < pictures.size(); i++) {
            frames.add(Frame.newBuilder()
                    .setCamera(frame.getCamera())
                    .setEpoch(frame.getEpoch())
                    .setSequence(
                            ClipFollower.between(frame.getFirstSequence(), frame.getLastSequence(), i, pictures.size()))
                    .setCapturedAtMicros(ClipFollower.between(
                            frame.getFirstCapturedAtMicros(), frame.getLastCapturedAtMicros(), i, pictures.size()))
                    .setEncoding(FrameEncoding.JPEG)
                    .setWidth(size.width())
                    .setHeight(size.height())
                    .setPayload(ByteBuffer.wrap(encoder.jpeg(pictures.get(i), settings.jpegQuality())))
                    .build());
        }
        return frames;
    }

    @Override
    public byte[] kept(int[] tokens) {
        return TokenPacking.pack(tokens, decoder.spec().bits());
    }

    @Override
    public int[] input(byte[] kept) {
        return TokenPacking.unpack(
                kept, decoder.spec().tokens(decoder.size()), decoder.spec().bits());
    }
}
