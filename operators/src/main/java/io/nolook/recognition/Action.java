package io.nolook.recognition;

/**
 * Something seen for a while: an event.
 *
 * @param label index of what is seen
 * @param ended whether it is over; else it has just been noticed
 * @param epoch of the frames
 * @param firstSequence of the first frame that speaks for it
 * @param lastSequence of the last frame that speaks for it
 * @param startMicros capture time of the first
 * @param endMicros capture time of the last
 * @param startSteadyMicros capture time of the first, by a clock that never runs back
 * @param endSteadyMicros capture time of the last, by that clock
 * @param confidence its largest probability, 0 to 1
 */
public record Action(
        int label,
        boolean ended,
        long epoch,
        long firstSequence,
        long lastSequence,
        long startMicros,
        long endMicros,
        long startSteadyMicros,
        long endSteadyMicros,
        float confidence) {

    /** How long it has been seen, whatever the camera's clock did. */
    public long durationMicros() {
        return endSteadyMicros - startSteadyMicros;
    }

    /** Extended by one more token frame that speaks for it. */
    Action with(Scores scores) {
        return new Action(
                label,
                ended,
                epoch,
                firstSequence,
                scores.span().lastSequence(),
                startMicros,
                scores.span().lastCapturedAtMicros(),
                startSteadyMicros,
                scores.span().lastSteadyMicros(),
                Math.max(confidence, scores.probabilities()[label]));
    }

    Action over() {
        return new Action(
                label,
                true,
                epoch,
                firstSequence,
                lastSequence,
                startMicros,
                endMicros,
                startSteadyMicros,
                endSteadyMicros,
                confidence);
    }

    static Action begun(int label, Scores scores) {
        CameraTokens.Span span = scores.span();
        return new Action(
                label,
                false,
                scores.epoch(),
                span.firstSequence(),
                span.lastSequence(),
                span.firstCapturedAtMicros(),
                span.lastCapturedAtMicros(),
                span.firstSteadyMicros(),
                span.lastSteadyMicros(),
                scores.probabilities()[label]);
    }
}
