package io.nolook.flink;

import io.nolook.recognition.CameraTokens;
import io.nolook.recognition.RecognizerSpec;
import io.nolook.recognition.RunAssembler;
import io.nolook.recognition.RunCursor;
import io.nolook.recognition.TokenFate;
import io.nolook.schema.ActionScores;
import io.nolook.token.TokenPacking;
import io.nolook.tokenizer.ActivationCache.Step;
import io.nolook.tokenizer.StreamModel;
import java.util.List;
import java.util.Optional;
import org.apache.flink.metrics.MetricGroup;

/** Token frames to the steps of gapless runs by {@link RunAssembler}; their probabilities to scores. */
public final class RecognizeRules
        implements StreamRules<CameraTokens, RecognizeRules.Place, int[], float[], ActionScores> {
    private static final long serialVersionUID = 1;

    /** A token frame, and where it stands in its run. */
    public record Place(CameraTokens tokens, long run, int position) {}

    private transient StreamModel<int[], float[]> recognizer;
    private transient RecognizerSpec spec;
    private transient RunAssembler assembler;
    private transient FateCounters<TokenFate> fates;

    @Override
    public void open(StreamModel<int[], float[]> model, MetricGroup metrics) {
        recognizer = model;
        spec = RecognizerSpec.of(model.spec());
        assembler = new RunAssembler(spec.periodMicros(model.spec().chunkFrames()));
        fates = new FateCounters<>(metrics, "tokenFrames", TokenFate.class);
    }

    @Override
    public Taken<Place, int[]> take(Optional<byte[]> before, CameraTokens tokens, long nowMillis) {
        RunAssembler.Result result = assembler.step(before.map(RunCursor::decode), tokens, nowMillis);
        fates.count(result.fate());
        return new Taken<>(
                result.after().encode(),
                result.fate() == TokenFate.TAKEN ? List.of(wanted(result.after(), tokens)) : List.of());
    }

    private static Wanted<Place, int[]> wanted(RunCursor cursor, CameraTokens tokens) {
        Place place = new Place(tokens, cursor.run(), cursor.taken() - 1);
        return new Wanted<>(
                tokens.camera(), new Step(tokens.epoch(), place.run(), place.position()), tokens.tokens(), place);
    }

    /** Nothing waits: a token frame is scored when it comes. */
    @Override
    public Taken<Place, int[]> finish(byte[] state, String camera) {
        return new Taken<>(state, List.of());
    }

    @Override
    public long lastArrivalMillis(byte[] state) {
        return RunCursor.decode(state).lastArrivalMillis();
    }

    @Override
    public Optional<Taken<Place, int[]>> lastWord(byte[] state, String camera) {
        return Optional.empty();
    }

    @Override
    public void forgotten(byte[] state) {
        // every token frame has been scored or counted
    }

    @Override
    public List<ActionScores> records(Place place, float[] probabilities) {
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
}
