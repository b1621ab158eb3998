package io.nolook.recognition;

import io.nolook.identity.MadeWith;
import io.nolook.token.HeldTokens;
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
    private final int escapes;

    /**
     * The step of a token frame.
     *
     * @param after the camera's new state
     * @param fate of the token frame; with TAKEN, {@code after.taken() - 1} is its place in the run {@code after.run()}
     * @param tokens what the model reads: those of the token frame, its escapes resolved
     */
    public record Result(RunCursor after, TokenFate fate, int[] tokens) {}

    /**
     * Of one model, whose state is not kept.
     *
     * @param periodMicros time between two token frames that the model was trained for, 0 to take all
     */
    public RunAssembler(long periodMicros) {
        this(periodMicros, MadeWith.model(""), 0);
    }

    /**
     * @param periodMicros time between two token frames that the model was trained for, 0 to take all
     * @param madeWith recognizer and runtime; a run that another one began is not continued
     * @param escapes of the tokenizer ({@link io.nolook.model.ModelSpec#escapes})
     */
    public RunAssembler(long periodMicros, MadeWith madeWith, int escapes) {
        this.escapes = escapes;
        this.soonestMicros = Math.round(periodMicros * SOONEST);
        this.madeWith = madeWith;
    }

    /**
     * @param before the camera's state, empty at its first token frame
     * @param nowMillis processing time
     */
    public Result step(Optional<RunCursor> before, CameraTokens tokens, long nowMillis) {
        return switch (StreamOrder.of(before.map(RunCursor::place), tokens.place(), tokens.begins())) {
            case LATE -> new Result(before.orElseThrow(), TokenFate.LATE, tokens.tokens());
            case DUPLICATE -> new Result(before.orElseThrow(), TokenFate.DUPLICATE, tokens.tokens());
            case NEXT -> {
                HeldTokens held = before.orElseThrow().held().after(tokens.tokens(), escapes);
                yield before.orElseThrow().madeWith().same(madeWith)
                        ? follow(before.orElseThrow(), tokens, held, nowMillis)
                        : begin(tokens, held, nowMillis);
            }
            case HOLE, BEGINS_ANEW -> begin(tokens, HeldTokens.NONE.after(tokens.tokens(), escapes), nowMillis);
        };
    }

    private Result follow(RunCursor cursor, CameraTokens tokens, HeldTokens held, long nowMillis) {
        long now = tokens.span().lastSteadyMicros();
        boolean tooSoon = now - cursor.lastTakenAtMicros() < soonestMicros;
        RunCursor after = new RunCursor(
                cursor.epoch(),
                tokens.clip(),
                tokens.position(),
                tokens.span().lastSequence(),
                cursor.run(),
                cursor.taken() + (tooSoon ? 0 : 1),
                tooSoon ? cursor.lastTakenAtMicros() : now,
                tokens.span().lastCapturedAtMicros(),
                nowMillis,
                cursor.madeWith(),
                held);
        return result(after, tooSoon ? TokenFate.SAMPLED : TokenFate.TAKEN, tokens);
    }

    private Result begin(CameraTokens tokens, HeldTokens held, long nowMillis) {
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
                madeWith,
                held);
        return result(begun, TokenFate.TAKEN, tokens);
    }

    private static Result result(RunCursor after, TokenFate fate, CameraTokens tokens) {
        return new Result(
                after,
                fate,
                after.held().isEmpty() ? tokens.tokens() : after.held().tokens());
    }
}
