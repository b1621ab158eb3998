package io.nolook.camera;

import io.nolook.camera.CameraHealth.Drop;
import io.nolook.frame.FrameFit;
import io.nolook.frame.FrameFitter;
import io.nolook.frame.Picture;
import io.nolook.frame.PictureEncoder;
import io.nolook.frame.PictureSource;
import io.nolook.frame.TimedPicture;
import io.nolook.kafka.FrameProducer;
import java.io.IOException;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends one camera's pictures for as long as it is asked to, whatever happens to camera and broker.
 *
 * <pre>
 *   camera -> [read, sample, scale, code] -> FrameQueue -> [send] -> frames topic
 *      ^              |                          oldest go when the broker is slow
 *      +-- back-off --+  failed, stalled, ended: one number is left out, so that no chunk spans it
 * </pre>
 *
 * <p>Two threads of its own, so that no camera waits for another, nor a camera for the broker. A source that proves to have
 * an end is sent once.
 */
public final class CameraFeed {
    private static final Logger LOG = LoggerFactory.getLogger(CameraFeed.class);
    private static final double JPEG_QUALITY = 0.92;
    private static final long LOOK_MILLIS = 200;
    private static final long FIRST_WAIT_MILLIS = 1_000;

    /** Opens a camera. */
    public interface Opening {
        PictureSource open() throws IOException;
    }

    private final BackOff backOff;
    private final CameraSpec spec;
    private final long epoch;
    private final Opening opening;
    private final FrameProducer producer;
    private final int maxBytes;
    private final Clock clock = Clock.systemUTC();
    private final CameraHealth health;
    private final FrameQueue queue;
    private final PictureEncoder encoder = new PictureEncoder();
    private final Thread reader;
    private final Thread sender;
    private final CountDownLatch stopping = new CountDownLatch(1);
    private volatile boolean finished;
    private volatile Optional<PictureSource> open = Optional.empty();
    private String told = "";
    private long sequence;
    private long lastTakenMicros = Long.MIN_VALUE;

    /**
     * @param epoch higher than any before of this camera
     * @param producer shared; stays the caller's
     * @param maxBytes largest coded picture that the topic takes
     */
    public CameraFeed(CameraSpec spec, long epoch, Opening opening, FrameProducer producer, int maxBytes) {
        this(spec, epoch, opening, producer, maxBytes, new BackOff(FIRST_WAIT_MILLIS));
    }

    CameraFeed(CameraSpec spec, long epoch, Opening opening, FrameProducer producer, int maxBytes, BackOff backOff) {
        this.backOff = backOff;
        this.spec = spec;
        this.epoch = epoch;
        this.opening = opening;
        this.producer = producer;
        this.maxBytes = maxBytes;
        health = new CameraHealth(spec.framesPerSecond());
        queue = new FrameQueue(spec.queueBytes());
        reader = thread(this::read, "camera-" + spec.id());
        sender = thread(this::send, "send-" + spec.id());
    }

    private static Thread thread(Runnable work, String name) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        return thread;
    }

    public void start() {
        reader.start();
        sender.start();
    }

    public CameraSpec spec() {
        return spec;
    }

    /** What it has done, and how good that is. */
    public CameraHealth.Report report() {
        return health.report(clock.millis());
    }

    /** Pictures and bytes of them that wait for the broker. */
    public long waitingBytes() {
        return queue.bytes();
    }

    /** Whether the source had an end, and all of it was sent. */
    public boolean isFinished() {
        return finished && queue.size() == 0;
    }

    /** Asks it to stop; {@link #join} waits. */
    public void stop() {
        stopping.countDown();
        open.ifPresent(PictureSource::cancel);
    }

    /** Waits until it has stopped, so long; what waits for the broker then is given up. */
    public void join(long millis) throws InterruptedException {
        reader.join(millis);
        sender.join(LOOK_MILLIS * 2);
        sender.interrupt();
    }

    private void read() {
        while (!isStopping() && !finished) {
            long before = sequence;
            try (PictureSource source = opening.open()) {
                open = Optional.of(source);
                follow(source);
                finished = !source.isLive() && !isStopping();
                failed(finished ? "the source has ended, all of it was sent" : "the live source ended");
            } catch (IOException | RuntimeException e) {
                failed(String.valueOf(e.getMessage()));
            } finally {
                open = Optional.empty();
            }
            if (sequence > before) {
                sequence++; // what is not seen until the next picture
            }
            pause();
        }
    }

    /** Told once for each reason in a row: a camera that is away for a night fills no log. */
    private void failed(String why) {
        health.failed(why, clock.millis());
        if (!isStopping() && !why.equals(told)) {
            told = why;
            LOG.warn("camera {}: {}{}", spec.id(), why, finished ? "" : "; reaching for it again");
        }
    }

    private void pause() {
        long millis = backOff.nextMillis(ThreadLocalRandom.current().nextDouble());
        try {
            if (!finished) {
                stopping.await(millis, TimeUnit.MILLISECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean isStopping() {
        return stopping.getCount() == 0;
    }

    private void follow(PictureSource source) throws IOException {
        boolean delivered = false;
        for (Optional<TimedPicture> next = source.next(); next.isPresent() && !isStopping(); next = source.next()) {
            if (!delivered) {
                delivered = true;
                backOff.reset();
                health.connected(clock.millis());
                if (!told.isEmpty()) {
                    told = "";
                    LOG.info("camera {}: back", spec.id());
                }
            }
            take(next.get(), source.isLive());
        }
    }

    private void take(TimedPicture timed, boolean live) {
        long capturedAt = live ? timed.atMicros() : clock.millis() * 1000;
        Picture picture = timed.picture();
        health.picture(picture.width(), picture.height(), clock.millis());
        if (isSampledOut(capturedAt)) {
            health.dropped(Drop.SAMPLED, 1);
            return;
        }
        lastTakenMicros = capturedAt;
        Picture small = scaled(picture);
        byte[] payload = switch (spec.encoding()) {
            case JPEG -> encoder.jpeg(small, JPEG_QUALITY);
            case PNG -> encoder.png(small);
            case RGB24 -> small.rgb();
        };
        FrameProducer.Place place = new FrameProducer.Place(spec.id(), epoch, sequence++, capturedAt);
        if (payload.length > maxBytes) {
            health.dropped(Drop.TOO_LARGE, 1);
            return;
        }
        int gone = queue.offer(new FrameQueue.Coded(place, small.width(), small.height(), payload));
        if (gone > 0) {
            health.dropped(Drop.BROKER, gone);
        }
    }

    /** By slots of time: a camera slightly faster than asked loses one in many, not every second one. */
    private boolean isSampledOut(long capturedAt) {
        if (spec.framesPerSecond() == 0 || lastTakenMicros == Long.MIN_VALUE) {
            return false;
        }
        long slot = Math.round(1e6 / spec.framesPerSecond());
        return capturedAt >= lastTakenMicros && Math.floorDiv(capturedAt, slot) <= Math.floorDiv(lastTakenMicros, slot);
    }

    private Picture scaled(Picture picture) {
        int shorter = Math.min(picture.width(), picture.height());
        if (spec.shortSide() == 0 || shorter <= spec.shortSide()) {
            return picture;
        }
        double share = (double) spec.shortSide() / shorter;
        int width = (int) Math.round(picture.width() * share);
        int height = (int) Math.round(picture.height() * share);
        return new FrameFitter(FrameFit.STRETCH, width, height).fit(picture);
    }

    private void send() {
        try {
            while (!(isStopping() || finished) || queue.size() > 0) {
                Optional<FrameQueue.Coded> next = queue.take(LOOK_MILLIS);
                if (next.isPresent()) {
                    send(next.get());
                }
            }
        } catch (InterruptedException e) {
            health.dropped(Drop.BROKER, queue.size());
        }
    }

    private void send(FrameQueue.Coded coded) {
        try {
            producer.offer(coded.place(), spec.encoding(), coded.width(), coded.height(), coded.payload(), failure -> {
                if (failure.isPresent()) {
                    health.dropped(Drop.BROKER, 1);
                } else {
                    health.sent(coded.payload().length);
                }
            });
        } catch (RuntimeException e) { // no topic, or no room in time: the next one may find some
            health.dropped(Drop.BROKER, 1);
        }
    }
}
