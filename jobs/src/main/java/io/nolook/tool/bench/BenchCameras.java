package io.nolook.tool.bench;

import io.nolook.camera.simulator.SimulatedCamera;
import io.nolook.flink.tokenize.TokenizeSettings;
import io.nolook.frame.PictureEncoder;
import io.nolook.kafka.FrameProducer;
import io.nolook.kafka.KafkaSettings;
import io.nolook.kafka.Topics;
import io.nolook.schema.FrameEncoding;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Any number of cameras that send the same few pictures over and over, captured when they are sent. */
final class BenchCameras implements AutoCloseable {
    private static final int PICTURES = 50;
    private static final double JPEG_QUALITY = 0.9;

    private final FrameProducer producer;
    private final List<byte[]> pictures = new ArrayList<>();
    private final int width;
    private final int height;

    BenchCameras(KafkaSettings kafka, TokenizeSettings settings) {
        width = settings.frameSize().width();
        height = settings.frameSize().height();
        SimulatedCamera simulated = new SimulatedCamera(1, width, height);
        PictureEncoder encoder = new PictureEncoder();
        for (int i = 0; i < PICTURES; i++) {
            pictures.add(encoder.jpeg(simulated.picture(i), JPEG_QUALITY));
        }
        producer = new FrameProducer(kafka, Topics.frameRecordBytes(settings.frameMaxBytes()));
    }

    void send(String camera, long sequence) {
        producer.send(
                new FrameProducer.Place(camera, 1, sequence, nowMicros()),
                FrameEncoding.JPEG,
                width,
                height,
                pictures.get((int) (sequence % PICTURES)));
    }

    static long nowMicros() {
        return TimeUnit.MILLISECONDS.toMicros(System.currentTimeMillis());
    }

    /** Returns when the broker has all frames. */
    @Override
    public void close() {
        producer.close();
    }
}
