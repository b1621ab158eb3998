package io.nolook.camera;

import io.nolook.kafka.FrameProducer;
import io.nolook.schema.FrameEncoding;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/**
 * Coded pictures of one camera that wait for the broker: when there are too many, the oldest go.
 *
 * <p>Their numbers were given before, so what goes is a gap in the stream. One thread offers, one takes.
 */
final class FrameQueue {

    /**
     * A coded picture.
     *
     * @param place of it in its camera's stream
     * @param encoding of the payload
     * @param width pixels
     * @param height pixels
     * @param payload coded
     */
    record Coded(FrameProducer.Place place, FrameEncoding encoding, int width, int height, byte[] payload) {}

    private final Deque<Coded> waiting = new ArrayDeque<>();
    private final long maxBytes;
    private long bytes;

    FrameQueue(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    /** Takes a picture; how many older ones went for it. */
    synchronized int offer(Coded picture) {
        int gone = 0;
        while (!waiting.isEmpty() && bytes + picture.payload().length > maxBytes) {
            bytes -= waiting.removeFirst().payload().length;
            gone++;
        }
        waiting.addLast(picture);
        bytes += picture.payload().length;
        return gone;
    }

    /** Takes out the oldest, if any. */
    synchronized Optional<Coded> poll() {
        Coded oldest = waiting.pollFirst();
        bytes -= oldest == null ? 0 : oldest.payload().length;
        return Optional.ofNullable(oldest);
    }

    /** Gives up what waits; how many pictures that were. */
    synchronized int clear() {
        int gone = waiting.size();
        waiting.clear();
        bytes = 0;
        return gone;
    }

    synchronized int size() {
        return waiting.size();
    }

    synchronized long bytes() {
        return bytes;
    }
}
