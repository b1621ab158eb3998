package io.nolook.flink.generate;

import io.nolook.failure.FailureCode;
import io.nolook.failure.IntakeException;
import io.nolook.flink.model.StreamRules;
import io.nolook.flink.stream.FateCounters;
import io.nolook.generation.Continuation;
import io.nolook.generation.ContinuationRequest;
import io.nolook.generation.SamplerSpec;
import io.nolook.identity.MadeWith;
import io.nolook.model.Draw;
import io.nolook.model.StepPlace;
import io.nolook.model.StreamModel;
import io.nolook.playback.ClipCursor;
import io.nolook.playback.ClipFollower;
import io.nolook.playback.PlaybackFate;
import io.nolook.record.GenerateCommands;
import io.nolook.record.GeneratedTokens;
import io.nolook.record.KeptClip;
import io.nolook.record.TokenFrames;
import io.nolook.schema.FailedFrame;
import io.nolook.schema.SingleObject;
import io.nolook.schema.TokenFrame;
import io.nolook.token.StreamOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;

/**
 * Token frames to the clip that is kept, and requests to the draws that continue it.
 *
 * <p>All draws of a request are queued with it and done before the next barrier: no state knows of one that is half done.
 */
public final class ContinuationRules
        implements StreamRules<KeptClip, SamplerEvent, ContinuationRules.Place, Draw, int[], TokenFrame> {
    private static final long serialVersionUID = 1;

    private final GenerateSettings settings;

    private transient long everyMicros;
    private transient SamplerSpec sampler;
    private transient MadeWith madeWith;
    private transient ClipFollower follower;
    private transient SingleObject<TokenFrame> format;
    private transient FateCounters<PlaybackFate> fates;
    private transient Counter drawn;
    private transient Counter refused;

    /**
     * A draw's place in what was asked.
     *
     * @param before the clip that is continued
     * @param sample which, from 0
     * @param index of the token frame in it, from 0
     */
    record Place(ContinuationRequest request, List<TokenFrame> before, int sample, int index) {}

    public ContinuationRules(GenerateSettings settings) {
        this.settings = settings;
    }

    @Override
    public void open(StreamModel<Draw, int[]> model, MetricGroup metrics) {
        everyMicros = TimeUnit.MILLISECONDS.toMicros(settings.every().toMillis());
        sampler = SamplerSpec.of(model.spec());
        madeWith = model.madeWith();
        follower = new ClipFollower(madeWith);
        format = SingleObject.tokenFrames();
        fates = new FateCounters<>(metrics, "tokenFrames", PlaybackFate.class);
        drawn = metrics.counter("tokenFramesDrawn");
        refused = metrics.counter("requestsRefused");
    }

    @Override
    public Taken<KeptClip, Place, Draw> take(
            StreamModel<Draw, int[]> model, Optional<KeptClip> before, SamplerEvent event, long nowMillis) {
        KeptClip known = before.orElse(KeptClip.none(nowMillis));
        return event instanceof SamplerEvent.Asked asked
                ? asked(known.at(nowMillis), asked)
                : came(known, ((SamplerEvent.Came) event).frame(), nowMillis);
    }

    private Taken<KeptClip, Place, Draw> came(KeptClip before, TokenFrame frame, long nowMillis) {
        ClipFollower.Result result =
                follower.step(before.cursor(), TokenFrames.place(frame), TokenFrames.begins(frame), nowMillis);
        fates.count(result.fate());
        return switch (result.fate()) {
            case LATE, DUPLICATE -> new Taken<>(before.at(nowMillis), List.of());
            case WAITING -> new Taken<>(before.without(result.after(), nowMillis), List.of());
            case PLAYED -> {
                KeptClip after = before.and(frame, result.after(), nowMillis);
                boolean due = !after.frames().isEmpty() && isDue(before.cursor(), TokenFrames.place(frame));
                yield new Taken<>(
                        after,
                        due ? steps(GeneratedTokens.due(frame, settings.continuation()), after.frames()) : List.of());
            }
        };
    }

    private boolean isDue(Optional<ClipCursor> before, StreamOrder.Place now) {
        return everyMicros > 0
                && before.map(cursor -> GeneratedTokens.isDue(cursor.newest(), now, everyMicros))
                        .orElse(false);
    }

    private Taken<KeptClip, Place, Draw> asked(KeptClip known, SamplerEvent.Asked asked) {
        try {
            GeneratedTokens.requireNames(asked.request());
            if (known.frames().isEmpty()) {
                throw new IntakeException(
                        FailureCode.RECORD_NOTHING_TO_CONTINUE, "camera " + asked.camera() + ": " + missing(known));
            }
            return new Taken<>(known, steps(asked.request(), known.frames()));
        } catch (IntakeException e) {
            refused.inc();
            FailedFrame letter = GenerateCommands.deadLetter(asked.record(), asked.request(), e);
            return new Taken<>(known, List.of(), Optional.of(letter));
        }
    }

    private static String missing(KeptClip known) {
        return known.cursor().isEmpty()
                ? "found no token frame of it, expected some; is this its id, and does it send?"
                : "found no clip from its keyframe on, expected one of at most " + KeptClip.MOST_FRAMES
                        + " token frames; ask again after its next keyframe";
    }

    private List<StepRequest<Place, Draw>> steps(ContinuationRequest request, List<TokenFrame> before) {
        Continuation.At at = GeneratedTokens.at(before);
        List<StepRequest<Place, Draw>> steps = new ArrayList<>();
        for (int sample = 0; sample < request.asked().samples(); sample++) {
            int index = 0;
            for (Draw draw : request.asked().draws(sampler, at, sample)) {
                steps.add(new StepRequest<>(
                        request.camera(),
                        new StepPlace(at.epoch(), sample, index),
                        draw,
                        new Place(request, before, sample, index)));
                index++;
            }
        }
        return steps;
    }

    /** The first of a sample comes behind the clip that it continues. */
    @Override
    public List<TokenFrame> records(StreamModel<Draw, int[]> model, Place place, int[] tokens) {
        List<TokenFrame> records = new ArrayList<>();
        if (place.index() == 0) {
            records.addAll(GeneratedTokens.context(place.request(), place.sample(), place.before()));
        }
        records.add(
                GeneratedTokens.next(place.request(), place.sample(), place.before(), place.index(), tokens, model));
        drawn.inc();
        return records;
    }

    /** What is asked is done when it is asked. */
    @Override
    public Taken<KeptClip, Place, Draw> finish(StreamModel<Draw, int[]> model, KeptClip state, String camera) {
        return new Taken<>(state, List.of());
    }

    @Override
    public long lastArrivalMillis(KeptClip state) {
        return state.arrivalMillis();
    }

    @Override
    public Optional<Taken<KeptClip, Place, Draw>> lastWord(
            StreamModel<Draw, int[]> model, KeptClip state, String camera) {
        return Optional.empty();
    }

    @Override
    public void forgotten(KeptClip state) {
        // every token frame was counted when it came
    }

    @Override
    public byte[] kept(Draw input) {
        throw unbounded();
    }

    @Override
    public Draw input(byte[] kept) {
        throw unbounded();
    }

    private static IllegalStateException unbounded() {
        return new IllegalStateException("found a sampler that is rebuilt from draws, expected one that carries");
    }

    @Override
    public byte[] encode(KeptClip state) {
        return state.encode(format);
    }

    @Override
    public KeptClip decode(byte[] bytes) {
        return KeptClip.decode(bytes, format, madeWith);
    }

    @Override
    public long bytes(KeptClip state) {
        return state.bytes();
    }
}
