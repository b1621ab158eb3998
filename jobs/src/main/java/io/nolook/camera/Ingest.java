package io.nolook.camera;

import io.nolook.frame.Picture;
import io.nolook.frame.PictureSource;
import io.nolook.frame.TimedPicture;
import io.nolook.kafka.FrameProducer;
import io.nolook.schema.FrameEncoding;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;

/** Sends the pictures of one source as one epoch of one camera. */
public final class Ingest {
    private static final long LONGEST_PAUSE_MICROS = 10_000_000;

    /** How fast a recording is sent. */
    public enum Pace {
        /** At the speed at which it was recorded. */
        REAL_TIME,
        /** As fast as the broker takes it. */
        FULL_SPEED
    }

    private final FrameProducer producer;
    private final String camera;
    private final long epoch;
    private final PictureCoding coding;
    private long sequence;
    private long frames;

    public Ingest(FrameProducer producer, String camera, long epoch, FrameEncoding encoding) {
        this.producer = producer;
        this.camera = camera;
        this.epoch = epoch;
        coding = new PictureCoding(encoding);
    }

    /**
     * Sends until the source ends or {@code more} says no.
     *
     * <p>Called again (after a reconnect) it goes on behind a gap of one number: what was not seen meanwhile is missing, and
     * no chunk spans it. The same where a recording pauses for longer than {@value #LONGEST_PAUSE_MICROS} us, which is not
     * waited for.
     *
     * @param sent is told how many frames were sent in all, after each
     */
    public void run(PictureSource source, Pace pace, BooleanSupplier more, LongConsumer sent) throws IOException {
        if (sequence > 0) {
            sequence++;
        }
        long beganMicros = nowMicros();
        long previous = 0;
        for (Optional<TimedPicture> next = more.getAsBoolean() ? source.next() : Optional.empty();
                next.isPresent();
                next = more.getAsBoolean() ? source.next() : Optional.empty()) {
            long at = next.get().atMicros();
            if (at - previous > LONGEST_PAUSE_MICROS) {
                beganMicros -= at - previous;
                sequence++;
            }
            previous = at;
            long due = beganMicros + at;
            if (pace == Pace.REAL_TIME) {
                waitUntil(due, more);
            }
            send(next.get().picture(), due);
            sent.accept(++frames);
        }
    }

    /** Sends one picture now. */
    public void send(Picture picture, long capturedAtMicros) {
        producer.send(
                new FrameProducer.Place(camera, epoch, sequence++, capturedAtMicros),
                coding.encoding(),
                picture.width(),
                picture.height(),
                coding.payload(picture));
    }

    /** Parks until a time by the system's clock, or until {@code more} says no. */
    public static void waitUntil(long dueMicros, BooleanSupplier more) {
        for (long left = dueMicros - nowMicros(); left > 0 && more.getAsBoolean(); left = dueMicros - nowMicros()) {
            LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(Math.min(left, 100_000)));
        }
    }

    public static long nowMicros() {
        return TimeUnit.MILLISECONDS.toMicros(System.currentTimeMillis());
    }
}
