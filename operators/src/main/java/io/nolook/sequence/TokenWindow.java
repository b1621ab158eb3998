package io.nolook.sequence;

/**
 * Some places of a run, as long as a model's context.
 *
 * @param run that it is cut from
 * @param index windows of the run before it
 * @param start places of the run before its first
 * @param overlap places at its start that end the window before
 * @param firstCapturedAtMicros of the token frame in which it begins
 * @param lastCapturedAtMicros of the token frame in which it ends
 * @param ids one or two a place; not to be changed
 */
public record TokenWindow(
        SequenceRun run,
        int index,
        long start,
        int overlap,
        long firstCapturedAtMicros,
        long lastCapturedAtMicros,
        int[] ids) {}
