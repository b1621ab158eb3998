package io.nolook.tool.bench;

import io.nolook.kafka.KafkaSettings;
import io.nolook.kafka.TopicWatcher;
import io.nolook.schema.SingleObject;
import io.nolook.schema.TokenFrame;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.common.IsolationLevel;

/**
 * Reads the tokens topic on a thread of its own and keeps when each token frame came.
 *
 * <p>Its age is the time since its last frame was captured, which for {@link BenchCameras} is when it was due.
 */
public final class TokenWatch implements AutoCloseable {
    private final List<Arrival> arrivals = new ArrayList<>();
    private final TopicWatcher<TokenFrame> watcher;
    private long frames;

    /**
     * A token frame as it came.
     *
     * @param atMicros since 1970
     */
    public record Arrival(TokenFrame tokens, long atMicros) {

        public double ageMillis() {
            return (atMicros - tokens.getLastCapturedAtMicros()) / 1e3;
        }
    }

    /** Starts to read from the beginning. */
    public TokenWatch(KafkaSettings kafka, IsolationLevel isolation) {
        watcher = new TopicWatcher<>(kafka, kafka.tokensTopic(), isolation, SingleObject.tokenFrames(), this::keep);
    }

    private void keep(TokenFrame tokens) {
        Arrival arrival = new Arrival(tokens, BenchCameras.nowMicros());
        synchronized (arrivals) {
            arrivals.add(arrival);
            frames += tokens.getFrames();
        }
    }

    /** What has come so far, in order. */
    public List<Arrival> arrivals() {
        watcher.check();
        synchronized (arrivals) {
            return List.copyOf(arrivals);
        }
    }

    /** Token frames by camera, in the order in which they came. */
    public Map<String, List<TokenFrame>> byCamera() {
        Map<String, List<TokenFrame>> cameras = new TreeMap<>();
        arrivals()
                .forEach(arrival -> cameras.computeIfAbsent(arrival.tokens().getCamera(), name -> new ArrayList<>())
                        .add(arrival.tokens()));
        return cameras;
    }

    /** Frames that the token frames so far stand for. */
    public long frames() {
        watcher.check();
        synchronized (arrivals) {
            return frames;
        }
    }

    /**
     * Waits until token frames of so many frames have come.
     *
     * @throws IllegalStateException when it does not in time
     */
    public void awaitFrames(long count, long seconds) {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        while (frames() < count) {
            if (System.nanoTime() > until) {
                throw new IllegalStateException(
                        "found " + frames() + " frames tokenized after " + seconds + " s, expected " + count);
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
    }

    /** Percentiles of ages that were sorted before, 0 to 100. */
    public static double percentile(double[] sorted, double p) {
        return sorted[Math.max(0, (int) Math.ceil(p / 100 * sorted.length) - 1)];
    }

    /** Ages of the token frames whose last frame was captured from some moment on, sorted. */
    public double[] ages(long fromMicros) {
        double[] ages = arrivals().stream()
                .filter(arrival -> arrival.tokens().getLastCapturedAtMicros() >= fromMicros)
                .mapToDouble(Arrival::ageMillis)
                .toArray();
        Arrays.sort(ages);
        return ages;
    }

    @Override
    public void close() {
        watcher.close();
    }
}
