package io.nolook.tool.chaos;

import io.nolook.kafka.KafkaSettings;
import io.nolook.kafka.TopicReader;
import io.nolook.schema.Frame;
import io.nolook.schema.SingleObject;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.imageio.ImageIO;
import org.apache.kafka.common.IsolationLevel;

/** Follows the frames topic while a fleet sends, whether the broker is there or not; a thread of its own. */
final class FramesWatch implements AutoCloseable {

    /**
     * A frame without its picture.
     *
     * @param brightEnd whether its picture's last row is white, as those of cameras are that nothing cut off
     */
    record Sent(long epoch, long sequence, long capturedAtMicros, int width, boolean brightEnd) {}

    /** What has arrived of a camera. */
    static final class Camera {
        private final List<Sent> frames = new ArrayList<>();
        private int holes;

        private synchronized void add(Sent frame) {
            holes += !frames.isEmpty() && frame.sequence() > newest().sequence() + 1 ? 1 : 0;
            frames.add(frame);
        }

        synchronized List<Sent> frames() {
            return List.copyOf(frames);
        }

        /** Times that numbers are missing. */
        synchronized int holes() {
            return holes;
        }

        synchronized Sent newest() {
            return frames.get(frames.size() - 1);
        }
    }

    private final TopicReader reader;
    private final SingleObject<Frame> format = SingleObject.frames();
    private final Map<String, Camera> cameras = new ConcurrentHashMap<>();
    private final List<RuntimeException> failures = new CopyOnWriteArrayList<>();
    private final Thread thread = new Thread(this::follow, "frames-watch");
    private volatile boolean closing;

    FramesWatch(KafkaSettings kafka) {
        reader = new TopicReader(kafka, kafka.framesTopic(), IsolationLevel.READ_UNCOMMITTED);
        thread.setDaemon(true);
        thread.start();
    }

    /** By id, as they are now. */
    Map<String, Camera> cameras() {
        if (!failures.isEmpty()) {
            throw failures.get(0);
        }
        return cameras;
    }

    private void follow() {
        try (reader) {
            while (!closing) {
                reader.poll(record -> add(record.value()));
            }
        } catch (RuntimeException e) {
            failures.add(e);
        }
    }

    private void add(byte[] record) {
        try {
            Frame frame = format.decode(record);
            byte[] jpeg = new byte[frame.getPayload().remaining()];
            frame.getPayload().duplicate().get(jpeg);
            BufferedImage picture = ImageIO.read(new ByteArrayInputStream(jpeg));
            int green = picture.getRGB(picture.getWidth() / 2, picture.getHeight() - 1) >> 8 & 0xff;
            cameras.computeIfAbsent(frame.getCamera(), id -> new Camera())
                    .add(new Sent(
                            frame.getEpoch(),
                            frame.getSequence(),
                            frame.getCapturedAtMicros(),
                            frame.getWidth(),
                            green > 200));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws InterruptedException {
        closing = true;
        thread.join();
    }
}
