package io.nolook.flink.model;

import io.nolook.flink.stream.FateCounters;
import io.nolook.identity.MadeWith;
import io.nolook.model.StreamModel;
import io.nolook.playback.ClipCursor;
import io.nolook.playback.ClipFollower;
import io.nolook.playback.PlaybackFate;
import io.nolook.record.TokenFrames;
import io.nolook.schema.TokenFrame;
import io.nolook.token.TokenPacking;
import java.util.List;
import java.util.Optional;
import org.apache.flink.metrics.MetricGroup;

/**
 * Token frames to the steps of clips by {@link ClipFollower}: each is a step, from its clip's keyframe on.
 *
 * @param <O> what the model gives
 * @param <R> the record made of it
 */
public abstract class ClipRules<O, R> implements StreamRules<ClipCursor, TokenFrame, TokenFrame, int[], O, R> {
    private static final long serialVersionUID = 1;

    private transient StreamModel<int[], O> model;
    private transient MadeWith madeWith;
    private transient ClipFollower follower;
    private transient FateCounters<PlaybackFate> fates;

    @Override
    public void open(StreamModel<int[], O> opened, MetricGroup metrics) {
        model = opened;
        madeWith = opened.madeWith();
        follower = new ClipFollower(madeWith);
        fates = new FateCounters<>(metrics, "tokenFrames", PlaybackFate.class);
    }

    @Override
    public final Taken<ClipCursor, TokenFrame, int[]> take(
            StreamModel<int[], O> used, Optional<ClipCursor> before, TokenFrame frame, long nowMillis) {
        ClipFollower.Result result =
                follower.step(before, TokenFrames.place(frame), TokenFrames.begins(frame), nowMillis);
        fates.count(result.fate());
        return new Taken<>(result.after(), result.fate() == PlaybackFate.PLAYED ? List.of(request(frame)) : List.of());
    }

    private static StepRequest<TokenFrame, int[]> request(TokenFrame frame) {
        return new StepRequest<>(frame.getCamera(), TokenFrames.step(frame), TokenFrames.tokens(frame), frame);
    }

    /** Nothing waits: a token frame is a step when it comes. */
    @Override
    public final Taken<ClipCursor, TokenFrame, int[]> finish(
            StreamModel<int[], O> used, ClipCursor state, String camera) {
        return new Taken<>(state, List.of());
    }

    @Override
    public final long lastArrivalMillis(ClipCursor state) {
        return state.lastArrivalMillis();
    }

    @Override
    public final Optional<Taken<ClipCursor, TokenFrame, int[]>> lastWord(
            StreamModel<int[], O> used, ClipCursor state, String camera) {
        return Optional.empty();
    }

    @Override
    public final void forgotten(ClipCursor state) {
        // every token frame has been a step, or was counted
    }

    @Override
    public final byte[] kept(int[] tokens) {
        return TokenPacking.pack(tokens, model.spec().bits());
    }

    @Override
    public final int[] input(byte[] kept) {
        return TokenPacking.unpack(
                kept, model.spec().tokens(model.size()), model.spec().bits());
    }

    @Override
    public final byte[] encode(ClipCursor state) {
        return state.encode();
    }

    @Override
    public final ClipCursor decode(byte[] bytes) {
        return ClipCursor.decode(bytes, madeWith);
    }
}
