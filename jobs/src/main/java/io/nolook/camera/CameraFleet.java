package io.nolook.camera;

import io.nolook.frame.CameraSource;
import io.nolook.kafka.FrameProducer;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Many cameras in one process, each on its own: changing one disturbs no other.
 *
 * <p>One thread asks for changes; reports may be read by any.
 */
public final class CameraFleet implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CameraFleet.class);
    private static final long STOP_MILLIS = 5_000;
    private static final long FIRST_WAIT_MILLIS = 1_000;
    /** How long what was handed to the producer waits for the broker. */
    public static final Duration PATIENCE = Duration.ofHours(1);

    private static final int SHARE_OF_HEAP = 2;

    /** Opens what a camera's address names. */
    public interface Opening {
        CameraSource open(CameraSpec camera) throws IOException;
    }

    private final Opening opening;
    private final FrameProducer producer;
    private final Epochs epochs;
    private final int maxBytes;
    private final Map<String, CameraFeed> feeds = new TreeMap<>();
    private final FrameSender sender = new FrameSender();
    private final FleetStatus status;

    /**
     * @param producer stays the caller's
     * @param maxBytes largest coded picture that the topic takes
     */
    public CameraFleet(Opening opening, FrameProducer producer, Epochs epochs, int maxBytes) {
        this.opening = opening;
        this.producer = producer;
        this.epochs = epochs;
        this.maxBytes = maxBytes;
        status = new FleetStatus(producer, this::feeds, sender::isStuck);
    }

    /**
     * Starts what is new, stops what is gone, and begins anew what has changed; the others go on.
     *
     * @throws IllegalArgumentException when the queues may take more memory than there is; nothing changes
     */
    public synchronized void become(Map<String, CameraSpec> wanted) throws IOException {
        requireMemory(wanted);
        List<CameraFeed> ending = feeds.values().stream()
                .filter(feed -> !feed.spec().equals(wanted.get(feed.spec().id())))
                .toList();
        stop(ending);
        ending.stream()
                .map(feed -> feed.spec().id())
                .filter(id -> !wanted.containsKey(id))
                .forEach(status::takenOut);
        for (CameraSpec camera : wanted.values()) {
            if (!feeds.containsKey(camera.id())) {
                long epoch = epochs.next(camera.id(), System.currentTimeMillis());
                CameraFeed feed = new CameraFeed(
                        camera,
                        epoch,
                        () -> opening.open(camera),
                        producer,
                        sender,
                        maxBytes,
                        new BackOff(FIRST_WAIT_MILLIS));
                feeds.put(camera.id(), feed);
                feed.start();
                LOG.info(
                        "camera {}: {}, epoch {}", camera.id(), camera.address().shown(), epoch);
            }
        }
    }

    private static void requireMemory(Map<String, CameraSpec> wanted) {
        long queues = wanted.values().stream().mapToLong(CameraSpec::queueBytes).sum();
        long heap = Runtime.getRuntime().maxMemory();
        if (queues > heap / SHARE_OF_HEAP) {
            throw new IllegalArgumentException("queue: found " + (queues >> 20) + " MiB for " + wanted.size()
                    + " cameras together, expected at most half of the heap of " + (heap >> 20)
                    + " MiB; lower queue, or give more heap (NOLOOK_JAVA_OPTS=-Xmx4g)");
        }
    }

    /** The cameras, by id. */
    public synchronized List<CameraFeed> feeds() {
        return new ArrayList<>(feeds.values());
    }

    private void stop(List<CameraFeed> ending) {
        ending.forEach(CameraFeed::stop);
        try {
            long until = System.nanoTime() + STOP_MILLIS * 1_000_000;
            for (CameraFeed feed : ending) {
                feed.join(Math.max(1, (until - System.nanoTime()) / 1_000_000));
                feeds.remove(feed.spec().id());
                LOG.info("camera {}: stopped", feed.spec().id());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        List<CameraFeed> last = feeds();
        synchronized (this) {
            stop(last);
        }
        sender.close();
        status.stopped(last);
        status.close();
    }
}
