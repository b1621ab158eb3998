package io.nolook.camera;

import io.nolook.camera.CameraHealth.Drop;
import io.nolook.frame.CameraPicture;
import io.nolook.frame.CameraSource;
import io.nolook.frame.FrameEncoding;
import io.nolook.frame.Picture;
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
 *   camera -> [read, code] -> FrameQueue -> [FrameSender] -> frames topic
 *      ^           |             oldest go when the broker is slow
 *      +-- back-off +  failed, stalled, ended: one number is left out, so that no chunk spans it
 * </pre>
 *
 * <p>One thread of its own, so that no camera waits for another; sending is one thread's for all. A source that proves to
 * have an end is sent once, at the speed at which it was recorded.
 */
public final class CameraFeed {
    private static final Logger LOG = LoggerFactory.getLogger(CameraFeed.class);
    private static final long LOOK_MILLIS = 100;

    /** Opens a camera. */
    public interface Opening {
        CameraSource open() throws IOException;
    }

    private final BackOff backOff;
    private final CameraSpec spec;
    private final long epoch;
    private final Opening opening;
    private final FrameProducer producer;
    private final FrameSender sender;
    private final int maxBytes;
    private final Clock clock = Clock.systemUTC();
    private final CameraHealth health;
    private final FrameQueue queue;
    private final PictureCoding coding;
    private final Thread reader;
    private final CountDownLatch stopping = new CountDownLatch(1);
    private volatile boolean finished;
    private volatile Optional<CameraSource> open = Optional.empty();
    private String told = "";
    private boolean toldTooLarge;
    private long sequence;

    /**
     * @param epoch higher than any before of this camera
     * @param producer shared; stays the caller's
     * @param sender shared; stays the caller's
     * @param maxBytes largest coded picture that the topic takes
     */
    CameraFeed(
            CameraSpec spec,
            long epoch,
            Opening opening,
            FrameProducer producer,
            FrameSender sender,
            int maxBytes,
            BackOff backOff) {
        this.backOff = backOff;
        this.spec = spec;
        this.epoch = epoch;
        this.opening = opening;
        this.producer = producer;
        this.sender = sender;
        this.maxBytes = maxBytes;
        health = new CameraHealth(spec.framesPerSecond());
        queue = new FrameQueue(spec.queueBytes());
        coding = new PictureCoding(spec.encoding());
        reader = new Thread(this::read, "camera-" + spec.id());
        reader.setDaemon(true);
    }

    void start() {
        reader.start();
    }

    public CameraSpec spec() {
        return spec;
    }

    public long epoch() {
        return epoch;
    }

    /** What it has done, and how good that is. */
    public CameraHealth.Report report() {
        if (sender.isStuck()) {
            health.brokerAway();
        }
        return health.report(clock.millis());
    }

    /** Bytes of pictures that wait for the broker. */
    public long waitingBytes() {
        return queue.bytes();
    }

    /** Whether the source had an end, and all of it was sent. */
    public boolean isFinished() {
        return finished && queue.size() == 0;
    }

    /** Asks it to stop; {@link #join} waits. */
    void stop() {
        stopping.countDown();
        open.ifPresent(CameraSource::cancel);
    }

    /** Waits until it has stopped and its pictures are sent, so long; what waits for the broker then is given up. */
    void join(long millis) throws InterruptedException {
        long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        reader.join(millis);
        while (queue.size() > 0 && System.nanoTime() < until) {
            TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
        }
        health.dropped(Drop.BROKER, queue.clear());
    }

    private void read() {
        while (!isStopping() && !finished) {
            long before = sequence;
            try (CameraSource source = opening.open()) {
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
            if (!finished) {
                pause(backOff.nextMillis(ThreadLocalRandom.current().nextDouble()));
            }
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

    private void pause(long millis) {
        try {
            stopping.await(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean isStopping() {
        return stopping.getCount() == 0;
    }

    private void follow(CameraSource source) throws IOException {
        long began = clock.millis();
        boolean delivered = false;
        for (Optional<CameraPicture> next = source.next(); next.isPresent() && !isStopping(); next = source.next()) {
            if (!delivered) {
                delivered = true;
                delivers();
            }
            CameraPicture picture = next.get();
            if (source.isLive()) {
                take(picture, picture.atMicros());
            } else {
                long due = began + picture.atMicros() / 1000;
                pause(Math.max(0, due - clock.millis()));
                take(picture, began * 1000 + picture.atMicros());
            }
            health.leftOut(source.leftOut());
        }
    }

    private void delivers() {
        backOff.reset();
        health.connected(clock.millis());
        if (!told.isEmpty()) {
            told = "";
            LOG.info("camera {}: back", spec.id());
        }
    }

    private void take(CameraPicture picture, long capturedAt) {
        health.picture(picture.sourceWidth(), picture.sourceHeight(), clock.millis());
        long began = System.nanoTime();
        FrameQueue.Coded coded = coded(picture, new FrameProducer.Place(spec.id(), epoch, sequence++, capturedAt));
        health.coded(System.nanoTime() - began);
        if (coded.payload().length > maxBytes) {
            tooLarge(picture.width() + " x " + picture.height() + " pixels, " + coded.payload().length + " bytes as "
                    + coded.encoding() + ", expected at most " + maxBytes);
            return;
        }
        int gone = queue.offer(coded);
        if (gone > 0) {
            health.dropped(Drop.BROKER, gone);
        } else {
            sender.turn(this::sendOldest);
        }
    }

    private FrameQueue.Coded coded(CameraPicture picture, FrameProducer.Place place) {
        byte[] payload = picture.encoding() == FrameEncoding.RGB24
                ? coding.payload(new Picture(picture.width(), picture.height(), picture.payload()))
                : picture.payload();
        return new FrameQueue.Coded(place, coding.encoding(), picture.width(), picture.height(), payload);
    }

    private void tooLarge(String what) {
        String why = "found a picture of " + what + "; set size, or raise frame.max-bytes and the topic's"
                + " max.message.bytes";
        health.tooLarge(why);
        if (!toldTooLarge) {
            toldTooLarge = true;
            LOG.warn("camera {}: {}", spec.id(), why);
        }
    }

    /** On the sender's thread. */
    private void sendOldest() {
        Optional<FrameQueue.Coded> oldest = queue.poll();
        if (oldest.isEmpty()) {
            return; // gave way to newer ones
        }
        FrameQueue.Coded coded = oldest.get();
        long began = System.nanoTime();
        try {
            sender.handOn(coded.payload().length);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            health.dropped(Drop.BROKER, 1);
            return;
        }
        try {
            producer.offer(
                    coded.place(),
                    coded.encoding(),
                    coded.width(),
                    coded.height(),
                    coded.payload(),
                    failure -> sent(coded, System.nanoTime() - began, failure));
        } catch (RuntimeException e) { // no topic, or no room in time: the next one may find some
            sent(coded, System.nanoTime() - began, Optional.of(e));
        }
    }

    private void sent(FrameQueue.Coded coded, long nanos, Optional<Exception> failure) {
        sender.handedOn(coded.payload().length);
        if (failure.isEmpty()) {
            health.sent(coded.payload().length, nanos, clock.millis());
        } else if (failure.get() instanceof FrameProducer.TooLargeException e) {
            tooLarge(coded.payload().length + " bytes, which the topic does not take: " + e.getMessage());
        } else {
            health.dropped(Drop.BROKER, 1);
        }
    }
}
