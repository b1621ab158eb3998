package io.nolook.page.live;

/**
 * An action of a camera, as the page tells it.
 *
 * @param camera id
 * @param label what is seen
 * @param state {@code begun} or {@code ended}
 * @param epoch of the frames
 * @param firstSequence of the first frame that speaks for it; with epoch and label it names the action
 * @param startMillis capture time of the first frame that speaks for it, since 1970
 * @param endMillis capture time of the last one so far
 * @param durationMillis how long it has been seen
 * @param confidence its largest probability so far, 0 to 1
 * @param toldMillis when the recognizing job said so, since 1970
 */
public record LiveAction(
        String camera,
        String label,
        String state,
        long epoch,
        long firstSequence,
        long startMillis,
        long endMillis,
        long durationMillis,
        float confidence,
        long toldMillis) {

    boolean isTheSameAs(LiveAction other) {
        return epoch == other.epoch && firstSequence == other.firstSequence && label.equals(other.label);
    }
}
