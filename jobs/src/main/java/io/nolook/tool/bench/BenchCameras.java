package io.nolook.tool.bench;

import io.nolook.flink.tokenize.TokenizeSettings;
import io.nolook.kafka.FrameProducer;
import io.nolook.kafka.KafkaSettings;
import io.nolook.kafka.Topics;
import io.nolook.schema.FrameEncoding;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;

/** Any number of cameras that send the same few pictures over and over, captured when they are sent. */
public final class BenchCameras implements AutoCloseable {
    private final FrameProducer producer;
    private final BenchPictures pictures;

    public BenchCameras(KafkaSettings kafka, TokenizeSettings settings, BenchPictures pictures) {
        this.pictures = pictures;
        producer = new FrameProducer(kafka, Topics.frameRecordBytes(settings.frameMaxBytes()));
    }

    /** The camera of a number, as it is called. */
    public static String name(int camera) {
        return "camera-" + camera;
    }

    /** Sends what a camera shows now. */
    public void send(int camera, long sequence) {
        send(camera, sequence, nowMicros());
    }

    /** Sends what a camera showed at some time. */
    public void send(int camera, long sequence, long capturedAtMicros) {
        producer.send(
                new FrameProducer.Place(name(camera), 1, sequence, capturedAtMicros),
                FrameEncoding.JPEG,
                pictures.size().width(),
                pictures.size().height(),
                pictures.jpegs().get(pictures.index(camera, sequence)));
    }

    /** Sends the frames of some cameras by turns, and waits until the broker has them. */
    public void fill(int cameras, long from, long to) {
        for (long sequence = from; sequence < to; sequence++) {
            for (int camera = 0; camera < cameras; camera++) {
                send(camera, sequence, 1 + sequence * 33_333L);
            }
        }
        producer.flush();
    }

    /**
     * Sends frames of some cameras by turns, each when it is due, whatever becomes of those before; its capture time is
     * when it was due.
     *
     * @param from sequence number of each camera's first frame
     * @param frames of each camera
     * @param framesPerSecond of all cameras together
     * @param sent is told after each frame how many have been sent
     */
    public void openLoop(int cameras, long from, long frames, double framesPerSecond, LongConsumer sent) {
        long began = System.nanoTime();
        long beganMicros = nowMicros();
        for (long i = 0; i < frames * cameras; i++) {
            long due = Math.round(i / framesPerSecond * 1e9);
            for (long wait = began + due - System.nanoTime(); wait > 0; wait = began + due - System.nanoTime()) {
                LockSupport.parkNanos(wait);
            }
            send((int) (i % cameras), from + i / cameras, beganMicros + due / 1000);
            sent.accept(i + 1);
        }
        producer.flush();
    }

    /** Now, to the microsecond as far as the clock tells. */
    public static long nowMicros() {
        return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
    }

    /** Returns when the broker has all frames. */
    @Override
    public void close() {
        producer.close();
    }
}
