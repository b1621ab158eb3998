package io.nolook.flink.detokenize;

import io.nolook.flink.model.StreamRules;
import io.nolook.flink.stream.FateCounters;
import io.nolook.frame.PictureEncoder;
import io.nolook.identity.MadeWith;
import io.nolook.model.StreamModel;
import io.nolook.playback.ClipCursor;
import io.nolook.playback.ClipFollower;
import io.nolook.playback.PlaybackFate;
import io.nolook.record.DecodedFrames;
import io.nolook.record.TokenFrames;
import io.nolook.schema.Frame;
import io.nolook.schema.TokenFrame;
import io.nolook.token.TokenPacking;
import java.util.List;
import java.util.Optional;
import org.apache.flink.metrics.MetricGroup;

/** Token frames to decoder steps by {@link ClipFollower}; the pictures to JPEG frames. */
public final class DetokenizeRules implements StreamRules<ClipCursor, TokenFrame, TokenFrame, int[], byte[], Frame> {
    private static final long serialVersionUID = 1;

    private final DetokenizeSettings settings;
    private transient StreamModel<int[], byte[]> decoder;
    private transient MadeWith madeWith;
    private transient ClipFollower follower;
    private transient PictureEncoder encoder;
    private transient FateCounters<PlaybackFate> fates;

    public DetokenizeRules(DetokenizeSettings settings) {
        this.settings = settings;
    }

    @Override
    public void open(StreamModel<int[], byte[]> model, MetricGroup metrics) {
        decoder = model;
        madeWith = model.madeWith();
        follower = new ClipFollower(madeWith);
        encoder = new PictureEncoder();
        fates = new FateCounters<>(metrics, "tokenFrames", PlaybackFate.class);
    }

    @Override
    public Taken<ClipCursor, TokenFrame, int[]> take(
            StreamModel<int[], byte[]> model, Optional<ClipCursor> before, TokenFrame frame, long nowMillis) {
        ClipFollower.Result result =
                follower.step(before, TokenFrames.place(frame), TokenFrames.begins(frame), nowMillis);
        fates.count(result.fate());
        return new Taken<>(result.after(), result.fate() == PlaybackFate.PLAYED ? List.of(request(frame)) : List.of());
    }

    private static StepRequest<TokenFrame, int[]> request(TokenFrame frame) {
        return new StepRequest<>(frame.getCamera(), TokenFrames.step(frame), TokenFrames.tokens(frame), frame);
    }

    /** Nothing waits: a token frame is decoded when it comes. */
    @Override
    public Taken<ClipCursor, TokenFrame, int[]> finish(
            StreamModel<int[], byte[]> model, ClipCursor state, String camera) {
        return new Taken<>(state, List.of());
    }

    @Override
    public long lastArrivalMillis(ClipCursor state) {
        return state.lastArrivalMillis();
    }

    @Override
    public Optional<Taken<ClipCursor, TokenFrame, int[]>> lastWord(
            StreamModel<int[], byte[]> model, ClipCursor state, String camera) {
        return Optional.empty();
    }

    @Override
    public void forgotten(ClipCursor state) {
        // every token frame has been decoded or counted
    }

    @Override
    public List<Frame> records(StreamModel<int[], byte[]> model, TokenFrame frame, byte[] rgb) {
        return DecodedFrames.of(frame, rgb, decoder, picture -> encoder.jpeg(picture, settings.jpegQuality()));
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

    @Override
    public byte[] encode(ClipCursor state) {
        return state.encode();
    }

    @Override
    public ClipCursor decode(byte[] bytes) {
        return ClipCursor.decode(bytes, madeWith);
    }
}
