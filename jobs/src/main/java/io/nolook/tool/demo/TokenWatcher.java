package io.nolook.tool.demo;

import io.nolook.camera.Ingest;
import io.nolook.kafka.KafkaSettings;
import io.nolook.kafka.TopicWatcher;
import io.nolook.schema.SingleObject;
import io.nolook.schema.TokenFrame;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.IsolationLevel;

/**
 * Reads the tokens topic as it grows, on a thread of its own, and keeps what a report needs.
 *
 * <p>Latency is counted from the capture time of the last frame that a token frame needs to its arrival here.
 */
final class TokenWatcher implements AutoCloseable {

    /** What has been seen of a camera. */
    static final class Seen {
        long tokenFrames;
        long frames;
        long keyframes;
        long tokens;
        long tokenBytes;
        private long lastSequence = -1;
        private long between;
        final List<Long> latencyMicros = new ArrayList<>();
        final List<TokenFrame> kept = new ArrayList<>();

        /** Frames passed over between those tokenized, but for the ranges that the stream says are missing. */
        private void follow(TokenFrame frame) {
            long missing = frame.getSkippedFrom() == null ? 0 : frame.getSkippedTo() - frame.getSkippedFrom() + 1;
            between += frame.getLastSequence() - lastSequence - frame.getFrames() - missing;
            lastSequence = frame.getLastSequence();
        }

        /**
         * Frames that sampling left out: between those taken, and of the last ones as many as lie between two on average.
         *
         * @param sent frames, numbered from 0
         */
        long sampled(long sent) {
            long apart = frames == 0 ? 0 : (lastSequence + frames) / frames;
            return between + Math.max(0, Math.min(apart, sent - 1 - lastSequence));
        }
    }

    private final Map<String, Seen> cameras = new HashMap<>();
    private final int keepFrames;
    private final TopicWatcher<TokenFrame> watcher;

    /**
     * @param keepFrames token frames kept of each camera, for its pictures
     */
    TokenWatcher(KafkaSettings settings, IsolationLevel isolation, int keepFrames) {
        this.keepFrames = keepFrames;
        watcher =
                new TopicWatcher<>(settings, settings.tokensTopic(), isolation, SingleObject.tokenFrames(), this::take);
    }

    private synchronized void take(TokenFrame frame) {
        Seen seen = cameras.computeIfAbsent(frame.getCamera(), camera -> new Seen());
        seen.tokenFrames++;
        seen.frames += frame.getFrames();
        seen.follow(frame);
        seen.keyframes += frame.getPosition() == 0 ? 1 : 0;
        seen.tokens += (long) frame.getHeight() * frame.getWidth();
        ByteBuffer tokens = frame.getTokens();
        seen.tokenBytes += tokens.remaining();
        seen.latencyMicros.add(Ingest.nowMicros() - frame.getLastCapturedAtMicros());
        if (seen.kept.size() < keepFrames) {
            seen.kept.add(frame);
        }
    }

    /** Frames that have come back as tokens, of all cameras. */
    synchronized long frames() {
        watcher.check();
        return cameras.values().stream().mapToLong(seen -> seen.frames).sum();
    }

    synchronized long tokenFrames() {
        return cameras.values().stream().mapToLong(seen -> seen.tokenFrames).sum();
    }

    /** Reads to the end of what is there now and stops; then {@link #seen} is final. */
    @Override
    public void close() {
        watcher.close();
    }

    /** What has been seen of a camera, empty when nothing. */
    synchronized Seen seen(String camera) {
        return cameras.getOrDefault(camera, new Seen());
    }

    /** The p-th percentile of the latencies, in milliseconds; NaN of none. */
    static double percentileMillis(List<Long> micros, double p) {
        if (micros.isEmpty()) {
            return Double.NaN;
        }
        List<Long> sorted = new ArrayList<>(micros);
        Collections.sort(sorted);
        int rank = (int) Math.ceil(p / 100 * sorted.size());
        return sorted.get(Math.max(0, rank - 1)) / 1000.0;
    }
}
