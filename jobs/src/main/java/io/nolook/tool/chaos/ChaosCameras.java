package io.nolook.tool.chaos;

import io.nolook.camera.simulator.SimulatedCamera;
import io.nolook.frame.PictureEncoder;
import io.nolook.kafka.FrameProducer;
import io.nolook.kafka.KafkaSettings;
import io.nolook.kafka.Topics;
import io.nolook.schema.FrameEncoding;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/**
 * Cameras that send at their own pace whatever the cluster does, and misbehave now and then.
 *
 * <p>One thread. A camera that was held back by the broker catches up; its frames keep their intended times.
 */
final class ChaosCameras implements AutoCloseable {
    private static final int WIDTH = 80;
    private static final int HEIGHT = 64;
    private static final int PICTURES = 120;
    private static final int ONE_IN = 150; // frames of a camera, on average, between two misdeeds
    private static final long FORGED = 1L << 40; // numbers ahead, as no camera ever is
    private static final double JPEG_QUALITY = 0.9;

    /** What a camera may do wrong. */
    enum Misdeed {
        DUPLICATE,
        GAP,
        LATE,
        CORRUPT,
        FAR_AHEAD,
        CLOCK_JUMP,
        NEW_EPOCH,
        AWAY
    }

    /** One camera; its pictures repeat. */
    private static final class Camera {
        final String name;
        final List<byte[]> pictures = new ArrayList<>();
        long epoch = 1;
        long sequence;
        long clockMicros;
        long awayUntilTick;

        Camera(String name) {
            this.name = name;
        }
    }

    private final FrameProducer producer;
    private final Random random;
    private final int framesPerSecond;
    private final List<Camera> cameras = new ArrayList<>();
    private final Map<Misdeed, Long> misdeeds = new EnumMap<>(Misdeed.class);
    private final Thread thread = new Thread(this::run, "chaos-cameras");
    private volatile boolean running = true;
    private volatile RuntimeException failure;
    private long sent;

    ChaosCameras(KafkaSettings kafka, int cameras, int framesPerSecond, long seed) {
        this.framesPerSecond = framesPerSecond;
        random = new Random(seed);
        PictureEncoder encoder = new PictureEncoder();
        for (int i = 0; i < cameras; i++) {
            Camera camera = new Camera(name(i));
            SimulatedCamera simulated = new SimulatedCamera(seed * 1000 + i, WIDTH, HEIGHT);
            for (int picture = 0; picture < PICTURES; picture++) {
                camera.pictures.add(encoder.jpeg(simulated.picture(picture), JPEG_QUALITY));
            }
            this.cameras.add(camera);
        }
        producer = new FrameProducer(kafka, Topics.frameRecordBytes(1 << 20));
    }

    void start() {
        thread.setDaemon(true);
        thread.start();
    }

    /** Stops sending; returns when all that was sent is on the broker. */
    void stop() throws InterruptedException {
        running = false;
        thread.join();
        if (failure != null) {
            throw failure;
        }
        producer.flush();
    }

    /** Frames sent, misdeeds included; valid once stopped. */
    long sent() {
        return sent;
    }

    /** How often each was done; valid once stopped. */
    Map<Misdeed, Long> misdeeds() {
        return misdeeds;
    }

    private void run() {
        long began = System.nanoTime();
        long startMicros = TimeUnit.MILLISECONDS.toMicros(System.currentTimeMillis());
        try {
            for (long tick = 0; running; tick++) {
                long due = began + tick * 1_000_000_000L / framesPerSecond;
                long wait = due - System.nanoTime();
                if (wait > 0) {
                    TimeUnit.NANOSECONDS.sleep(wait);
                }
                for (Camera camera : cameras) {
                    if (tick >= camera.awayUntilTick) {
                        step(camera, tick, startMicros + tick * 1_000_000L / framesPerSecond);
                    }
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            failure = e;
        }
    }

    private void step(Camera camera, long tick, long atMicros) {
        long time = atMicros + camera.clockMicros;
        if (random.nextInt(ONE_IN) == 0) {
            Misdeed[] all = Misdeed.values();
            misbehave(camera, all[random.nextInt(all.length)], tick, time);
        }
        send(camera, camera.sequence++, time, picture(camera, camera.sequence));
    }

    private void misbehave(Camera camera, Misdeed misdeed, long tick, long time) {
        misdeeds.merge(misdeed, 1L, Long::sum);
        switch (misdeed) {
            case DUPLICATE -> {
                if (camera.sequence > 0) {
                    send(camera, camera.sequence - 1, time, picture(camera, camera.sequence - 1));
                }
            }
            case GAP -> camera.sequence += 1 + random.nextInt(7);
            case LATE ->
                send(
                        camera,
                        Math.max(0, camera.sequence - 2 - random.nextInt(40)),
                        time,
                        picture(camera, random.nextInt(99)));
            case CORRUPT -> {
                byte[] good = picture(camera, camera.sequence);
                send(camera, camera.sequence++, time, Arrays.copyOf(good, good.length / 2));
            }
            case FAR_AHEAD -> send(camera, camera.sequence + FORGED, time, picture(camera, camera.sequence));
            case CLOCK_JUMP -> camera.clockMicros = TimeUnit.SECONDS.toMicros(random.nextInt(20_000) - 10_000);
            case NEW_EPOCH -> begin(camera);
            case AWAY -> {
                camera.awayUntilTick = tick + (long) framesPerSecond * (1 + random.nextInt(5));
                begin(camera);
            }
            default -> throw new IllegalStateException("found misdeed " + misdeed + ", expected one known here");
        }
    }

    private static void begin(Camera camera) {
        camera.epoch++;
        camera.sequence = 0;
    }

    private static byte[] picture(Camera camera, long index) {
        return camera.pictures.get((int) (index % PICTURES));
    }

    private void send(Camera camera, long sequence, long micros, byte[] payload) {
        producer.send(
                new FrameProducer.Place(camera.name, camera.epoch, sequence, micros),
                FrameEncoding.JPEG,
                WIDTH,
                HEIGHT,
                payload);
        sent++;
    }

    /** The id of the n-th camera. */
    static String name(int n) {
        return "camera-" + n;
    }

    @Override
    public void close() {
        running = false;
        thread.interrupt();
        producer.close();
    }
}
