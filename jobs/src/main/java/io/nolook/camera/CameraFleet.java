package io.nolook.camera;

import io.nolook.frame.PictureSource;
import io.nolook.kafka.FrameProducer;
import java.io.IOException;
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

    /** Opens what a camera's address names. */
    public interface Opening {
        PictureSource open(CameraSpec camera) throws IOException;
    }

    private final Opening opening;
    private final FrameProducer producer;
    private final Epochs epochs;
    private final int maxBytes;
    private final Map<String, CameraFeed> feeds = new TreeMap<>();

    /**
     * @param producer stays the caller's
     * @param maxBytes largest coded picture that the topic takes
     */
    public CameraFleet(Opening opening, FrameProducer producer, Epochs epochs, int maxBytes) {
        this.opening = opening;
        this.producer = producer;
        this.epochs = epochs;
        this.maxBytes = maxBytes;
    }

    /** Starts what is new, stops what is gone, and begins anew what has changed; the others go on. */
    public synchronized void become(Map<String, CameraSpec> wanted) throws IOException {
        List<CameraFeed> ending = feeds.values().stream()
                .filter(feed -> !feed.spec().equals(wanted.get(feed.spec().id())))
                .toList();
        stop(ending);
        for (CameraSpec camera : wanted.values()) {
            if (!feeds.containsKey(camera.id())) {
                long epoch = epochs.next(camera.id(), System.currentTimeMillis());
                CameraFeed feed = new CameraFeed(camera, epoch, () -> opening.open(camera), producer, maxBytes);
                feeds.put(camera.id(), feed);
                feed.start();
                LOG.info(
                        "camera {}: {}, epoch {}", camera.id(), camera.address().shown(), epoch);
            }
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
    public synchronized void close() {
        stop(new ArrayList<>(feeds.values()));
    }
}
