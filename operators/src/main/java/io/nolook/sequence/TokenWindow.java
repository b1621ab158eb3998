package io.nolook.sequence;

import io.nolook.token.TokenFactors;
import java.util.Optional;

/**
 * Some places of a run, as long as a model's context.
 *
 * @param run that it is cut from
 * @param factors how a token is split into ids, or not
 * @param index windows of the run before it
 * @param start places of the run before its first
 * @param overlap places at its start that end the window before
 * @param firstCapturedAtMicros of the token frame in which it begins
 * @param lastCapturedAtMicros of the token frame in which it ends
 * @param ids one or two a place; not to be changed
 */
public record TokenWindow(
        SequenceRun run,
        Optional<TokenFactors> factors,
        int index,
        long start,
        int overlap,
        long firstCapturedAtMicros,
        long lastCapturedAtMicros,
        int[] ids) {}
