package io.nolook.tool.demo;

import io.nolook.camera.Ingest;
import io.nolook.camera.simulator.SimulatedCamera;
import io.nolook.frame.PictureSource;
import io.nolook.frame.TimedPicture;
import io.nolook.kafka.FrameProducer;
import io.nolook.media.Inputs;
import io.nolook.schema.FrameEncoding;
import java.io.IOException;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** A camera of the demo, on a thread of its own: open loop, at its own pace whatever the job does. */
final class DemoCamera {
    private static final int WIDTH = 192;
    private static final int HEIGHT = 144;
    private static final int FPS = 15;

    /** Opens a camera's pictures. */
    interface Opening {
        PictureSource open() throws IOException;
    }

    private final String name;
    private final Opening opening;
    private volatile long sent;
    private volatile Exception failure;
    private Thread thread;

    private DemoCamera(String name, Opening opening) {
        this.name = name;
        this.opening = opening;
    }

    static DemoCamera ofVideo(String name, String file) {
        return new DemoCamera(name, () -> Inputs.open(file));
    }

    static DemoCamera simulated(String name, long seed) {
        return new DemoCamera(name, () -> {
            SimulatedCamera camera = new SimulatedCamera(seed, WIDTH, HEIGHT);
            long[] index = {0};
            return new PictureSource() {
                @Override
                public Optional<TimedPicture> next() {
                    long i = index[0]++;
                    return Optional.of(new TimedPicture(camera.picture(i), i * 1_000_000 / FPS));
                }

                @Override
                public void close() {}
            };
        });
    }

    String name() {
        return name;
    }

    void start(FrameProducer producer, BooleanSupplier more) {
        thread = new Thread(
                () -> {
                    Ingest ingest = new Ingest(producer, name, Ingest.nowMicros(), FrameEncoding.JPEG);
                    try (PictureSource source = opening.open()) {
                        ingest.run(source, Ingest.Pace.REAL_TIME, more, frames -> sent = frames);
                        for (String missing : source.damage()) {
                            failure = new IOException(missing);
                        }
                    } catch (IOException | RuntimeException e) {
                        failure = e;
                    }
                },
                "camera-" + name);
        thread.setDaemon(true);
        thread.start();
    }

    long sent() {
        return sent;
    }

    boolean finished() {
        return !thread.isAlive();
    }

    void join() throws IOException, InterruptedException {
        thread.join();
        if (failure != null) {
            throw new IOException("camera " + name + " failed: " + failure.getMessage(), failure);
        }
    }
}
