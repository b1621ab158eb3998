package io.nolook.page.timeline;

/**
 * Something that a camera showed, as far as it is known.
 *
 * @param id the same for its beginning and its end; no other event has it
 * @param camera id
 * @param label what is seen
 * @param fromMillis capture time of the first frame that speaks for it, milliseconds since 1970
 * @param toMillis capture time of the last one so far
 * @param ended whether it is over
 * @param confidence largest probability so far, 0 to 1
 */
public record CameraEvent(
        String id, String camera, String label, long fromMillis, long toMillis, boolean ended, float confidence) {
    /** Heap that one takes in an {@link EventLog}, about. */
    static final int HEAP_BYTES = 500;
}
