package io.nolook.flink.recognize;

import io.nolook.flink.model.StreamRules;
import io.nolook.flink.stream.FateCounters;
import io.nolook.identity.MadeWith;
import io.nolook.model.StepPlace;
import io.nolook.model.StreamModel;
import io.nolook.recognition.CameraTokens;
import io.nolook.recognition.RecognizerSpec;
import io.nolook.recognition.RunAssembler;
import io.nolook.recognition.RunCursor;
import io.nolook.recognition.RunPlace;
import io.nolook.recognition.TokenFate;
import io.nolook.record.ActionEvents;
import io.nolook.schema.ActionScores;
import io.nolook.token.TokenPacking;
import java.util.List;
import java.util.Optional;
import org.apache.flink.metrics.MetricGroup;

/** Token frames to the steps of gapless runs by {@link RunAssembler}; their probabilities to scores. */
public final class RecognizeRules
        implements StreamRules<RunCursor, CameraTokens, RunPlace, int[], float[], ActionScores> {
    private static final long serialVersionUID = 1;

    private transient StreamModel<int[], float[]> recognizer;
    private transient RecognizerSpec spec;
    private transient MadeWith madeWith;
    private transient RunAssembler assembler;
    private transient FateCounters<TokenFate> fates;

    @Override
    public void open(StreamModel<int[], float[]> model, MetricGroup metrics) {
        recognizer = model;
        spec = RecognizerSpec.of(model.spec());
        madeWith = model.madeWith();
        assembler = new RunAssembler(
                spec.periodMicros(model.spec().chunkFrames()),
                madeWith,
                model.spec().escapes());
        fates = new FateCounters<>(metrics, "tokenFrames", TokenFate.class);
    }

    @Override
    public Taken<RunCursor, RunPlace, int[]> take(
            StreamModel<int[], float[]> model, Optional<RunCursor> before, CameraTokens tokens, long nowMillis) {
        RunAssembler.Result result = assembler.step(before, tokens, nowMillis);
        fates.count(result.fate());
        return new Taken<>(
                result.after(), result.fate() == TokenFate.TAKEN ? List.of(request(result, tokens)) : List.of());
    }

    private static StepRequest<RunPlace, int[]> request(RunAssembler.Result result, CameraTokens tokens) {
        RunPlace place =
                new RunPlace(tokens, result.after().run(), result.after().taken() - 1);
        return new StepRequest<>(
                tokens.camera(), new StepPlace(tokens.epoch(), place.run(), place.position()), result.tokens(), place);
    }

    /** Nothing waits: a token frame is scored when it comes. */
    @Override
    public Taken<RunCursor, RunPlace, int[]> finish(StreamModel<int[], float[]> model, RunCursor state, String camera) {
        return new Taken<>(state, List.of());
    }

    @Override
    public long lastArrivalMillis(RunCursor state) {
        return state.lastArrivalMillis();
    }

    @Override
    public Optional<Taken<RunCursor, RunPlace, int[]>> lastWord(
            StreamModel<int[], float[]> model, RunCursor state, String camera) {
        return Optional.empty();
    }

    @Override
    public void forgotten(RunCursor state) {
        // every token frame has been scored or counted
    }

    @Override
    public List<ActionScores> records(StreamModel<int[], float[]> model, RunPlace place, float[] probabilities) {
        return List.of(ActionEvents.of(place, probabilities, recognizer, spec));
    }

    @Override
    public byte[] kept(int[] tokens) {
        return TokenPacking.pack(tokens, recognizer.spec().bits());
    }

    @Override
    public int[] input(byte[] kept) {
        return TokenPacking.unpack(
                kept,
                recognizer.spec().tokens(recognizer.size()),
                recognizer.spec().bits());
    }

    @Override
    public byte[] encode(RunCursor state) {
        return state.encode();
    }

    @Override
    public RunCursor decode(byte[] bytes) {
        return RunCursor.decode(bytes, madeWith);
    }
}
