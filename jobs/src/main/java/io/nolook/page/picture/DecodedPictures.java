package io.nolook.page.picture;

import io.nolook.frame.Picture;
import io.nolook.frame.PictureEncoder;
import io.nolook.model.ModelRefusedException;
import io.nolook.model.ModelUnavailableException;
import io.nolook.offline.Decoders;
import io.nolook.offline.OfflineDetokenizer;
import io.nolook.page.live.LiveClip;
import io.nolook.schema.TokenFrame;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the tokens of the cameras that somebody looks at decode to.
 *
 * <p>One thread decodes: those that were asked for in the last {@value #WANTED_MILLIS} ms, each at a rate that is not
 * exceeded, the one that waits longest first. Of others the decoder's activations are let go. Any thread asks; one closes.
 */
public final class DecodedPictures implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DecodedPictures.class);
    private static final long WANTED_MILLIS = 5_000;
    private static final long IDLE_MILLIS = 25;
    private static final long STOP_MILLIS = 5_000;
    private static final double QUALITY = 0.85;
    private static final String NOT_YET = "being decoded";

    private final Function<String, Optional<LiveClip>> clips;
    private final long intervalNanos;
    private final int most;
    private final Map<String, Wanted> wanted = new HashMap<>();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread;
    private final Decoders decoders;
    private final PictureEncoder encoder = new PictureEncoder();

    private static final class Wanted {
        private final String camera;
        private final CameraDecoder decoder;
        private long askedNanos;
        private long decodedNanos;
        private PictureBytes newest = PictureBytes.none(0, -1, NOT_YET);

        Wanted(String camera, CameraDecoder decoder, long nowNanos, long intervalNanos) {
            this.camera = camera;
            this.decoder = decoder;
            decodedNanos = nowNanos - intervalNanos;
        }
    }

    /**
     * @param clips what can be decoded of a camera
     * @param decoders this object's from now on
     * @param interval least time between two pictures of a camera
     * @param most cameras at a time
     */
    public DecodedPictures(Function<String, Optional<LiveClip>> clips, Decoders decoders, Duration interval, int most) {
        this.clips = clips;
        this.decoders = decoders;
        this.most = most;
        intervalNanos = interval.toNanos();
        thread = new Thread(this::run, "page-decoder");
        thread.setDaemon(true);
        thread.start();
    }

    /**
     * The newest picture of a camera that is there; has the next one made.
     *
     * @param camera that is known
     */
    public PictureBytes of(String camera) {
        long now = System.nanoTime();
        synchronized (wanted) {
            Wanted found = wanted.get(camera);
            if (found == null) {
                if (wanted.size() >= most) {
                    return PictureBytes.none(
                            0, -1, "as many cameras are decoded as page.decoded-cameras allows: " + most);
                }
                found = new Wanted(camera, new CameraDecoder(new OfflineDetokenizer(decoders::of)), now, intervalNanos);
                wanted.put(camera, found);
            }
            found.askedNanos = now;
            return found.newest;
        }
    }

    private void run() {
        while (closed.getCount() > 0) {
            Optional<Wanted> next = next();
            try {
                if (next.isEmpty()) {
                    closed.await(IDLE_MILLIS, TimeUnit.MILLISECONDS);
                }
            } catch (InterruptedException e) {
                return;
            }
            next.ifPresent(this::decode);
        }
    }

    /** The one that waits longest of those whose turn it is. */
    private Optional<Wanted> next() {
        long now = System.nanoTime();
        List<Wanted> asked;
        synchronized (wanted) {
            wanted.values().removeIf(each -> now - each.askedNanos > TimeUnit.MILLISECONDS.toNanos(WANTED_MILLIS));
            asked = new ArrayList<>(wanted.values());
        }
        return asked.stream()
                .filter(each -> now - each.decodedNanos >= intervalNanos)
                .max(Comparator.comparingLong(each -> now - each.decodedNanos));
    }

    private void decode(Wanted camera) {
        LiveClip clip = clips.apply(camera.camera).orElse(null);
        camera.decodedNanos = System.nanoTime();
        if (clip == null
                || clip.number() == camera.newest.number()
                        && camera.newest.jpeg().isPresent()) {
            return;
        }
        PictureBytes made = clip.frames().isEmpty()
                ? PictureBytes.none(clip.number(), -1, clip.number() == 0 ? "no tokens yet" : "waits for a keyframe")
                : decoded(camera, clip);
        synchronized (wanted) {
            camera.newest = made;
        }
    }

    private PictureBytes decoded(Wanted camera, LiveClip clip) {
        try {
            List<Picture> pictures = camera.decoder.last(clip.frames());
            TokenFrame newest = clip.frames().get(clip.frames().size() - 1);
            return PictureBytes.of(
                    clip.number(),
                    TimeUnit.MICROSECONDS.toMillis(newest.getLastCapturedAtMicros()),
                    encoder.jpeg(pictures.get(pictures.size() - 1), QUALITY));
        } catch (IllegalArgumentException | ModelRefusedException | ModelUnavailableException e) {
            LOG.debug("tokens of {} cannot be decoded", camera.camera, e);
            return PictureBytes.none(clip.number(), -1, String.valueOf(e.getMessage()));
        } catch (RuntimeException | Error e) { // else no camera's tokens would be decoded any more
            LOG.warn("tokens of {} failed to be decoded", camera.camera, e);
            return PictureBytes.none(clip.number(), -1, String.valueOf(e.getMessage()));
        }
    }

    @Override
    public void close() {
        closed.countDown();
        try {
            thread.join(STOP_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        decoders.close();
    }
}
