package io.nolook.recognition;

import io.nolook.identity.MadeWith;
import io.nolook.token.StreamOrder;
import java.util.Optional;

/**
 * Strings a camera's token frames together into runs without a gap; a pure step.
 *
 * <pre>
 *   {@link StreamOrder} --+-- LATE, DUPLICATE ---------> LATE, DUPLICATE
 *                 +-- NEXT --+-- too soon -------> SAMPLED
 *                 |          +-------------------> TAKEN: next step of the run
 *                 +-- HOLE, BEGINS_ANEW ---------> TAKEN: first step of a new run
 * </pre>
 *
 * <p>A run is what the model may remember: it never spans a gap, nor two models.
 */
public final class RunAssembler {
    /** Of the trained time between token frames: jitter, and slightly faster cameras, lose nothing. */
    private static final double SOONEST = 0.75;

    private final long soonestMicros;
    private final MadeWith madeWith;

    /**
     * The step of a token frame.
     *
     * @param after the camera's new state
     * @param fate of the token frame; with TAKEN, {@code after.taken() - 1} is its place in the run {@code after.run()}
     */
    public record Result(RunCursor after, TokenFate fate) {}

    /**
     * Of one model, whose state is not kept.
     *
     * @param periodMicros time between two token frames that the model was trained for, 0 to take all
     */
    public RunAssembler(long periodMicros) {
        this(periodMicros, MadeWith.model(""));
    }

    /**
     * @param periodMicros time between two token frames that the model was trained for, 0 to take all
     * @param madeWith recognizer and runtime; a run that another one began is not continued
     */
    public RunAssembler(long periodMicros, MadeWith madeWith) {
        this.soonestMicros = Math.round(periodMicros * SOONEST);
        this.madeWith = madeWith;
    }

    /**
     * @param before the camera's state, empty at its first token frame
     * @param nowMillis processing time
     */
    public Result step(Optional<RunCursor> before, CameraTokens tokens, long nowMillis) {
        return switch (StreamOrder.of(before.map(RunCursor::place), tokens.place(), tokens.begins())) {
            case LATE -> new Result(before.orElseThrow(), TokenFate.LATE);
            case DUPLICATE -> new Result(before.orElseThrow(), TokenFate.DUPLICATE);
            case NEXT ->
                before.orElseThrow().madeWith().same(madeWith)
                        ? follow(before.orElseThrow(), tokens, nowMillis)
                        : begin(tokens, nowMillis);
            case HOLE, BEGINS_ANEW -> begin(tokens, nowMillis);
        };
    }

    private Result follow(RunCursor cursor, CameraTokens tokens, long nowMillis) {
        long now = tokens.span().lastSteadyMicros();
        boolean tooSoon = now - cursor.lastTakenAtMicros() < soonestMicros;
        return tooSoon
                ? new Result(
                        advanced(cursor, tokens, cursor.taken(), cursor.lastTakenAtMicros(), nowMillis),
                        TokenFate.SAMPLED)
                : new Result(advanced(cursor, tokens, cursor.taken() + 1, now, nowMillis), TokenFate.TAKEN);
    }

    private Result begin(CameraTokens tokens, long nowMillis) {
        RunCursor begun = new RunCursor(
                tokens.epoch(),
                tokens.clip(),
                tokens.position(),
                tokens.span().lastSequence(),
                tokens.span().firstSequence(),
                1,
                tokens.span().lastSteadyMicros(),
                tokens.span().lastCapturedAtMicros(),
                nowMillis,
                madeWith);
        return new Result(begun, TokenFate.TAKEN);
    }

    private static RunCursor advanced(
            RunCursor cursor, CameraTokens tokens, int taken, long takenAtMicros, long nowMillis) {
        return new RunCursor(
                cursor.epoch(),
                tokens.clip(),
                tokens.position(),
                tokens.span().lastSequence(),
                cursor.run(),
                taken,
                takenAtMicros,
                tokens.span().lastCapturedAtMicros(),
                nowMillis,
                cursor.madeWith());
    }
}
