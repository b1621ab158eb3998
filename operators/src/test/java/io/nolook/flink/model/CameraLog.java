package io.nolook.flink.model;

import io.nolook.record.ReceivedRecord;
import io.nolook.schema.Frame;
import io.nolook.schema.FrameEncoding;
import io.nolook.schema.SingleObject;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * What one camera sends, in the order of its partition, at random: mostly frame after frame, now and then anything else.
 *
 * <p>Lost, repeated, late and corrupt frames; numbers far ahead; epochs up and down; times that jump; other sizes; silence.
 */
final class CameraLog {
    private static final SingleObject<Frame> FORMAT = SingleObject.frames();

    private final String camera;
    private final SplittableRandom random;
    private final List<ReceivedRecord> records = new ArrayList<>();
    private long sentAtMillis;
    private long epoch = 100;
    private long highest = 100;
    private long next;
    private int lowerLeft;
    private long capturedAtMicros;
    private int scale = 1;

    private CameraLog(String camera, SplittableRandom random, long startMillis) {
        this.camera = camera;
        this.random = random;
        sentAtMillis = startMillis;
        capturedAtMicros = startMillis * 1000;
    }

    /**
     * @param frames in all
     * @param calm frames between two things that are not as they should be, about
     * @param startMillis when its first frame is sent, at the earliest
     */
    static List<ReceivedRecord> of(
            String camera, SplittableRandom random, int frames, int calm, long silenceMillis, long startMillis) {
        CameraLog log = new CameraLog(camera, random, startMillis);
        for (int i = 0; i < frames; i++) {
            log.send(random.nextInt(calm) == 0, silenceMillis);
        }
        return log.records;
    }

    private void send(boolean disturbed, long silenceMillis) {
        int pause = 20 + random.nextInt(40);
        sentAtMillis += pause;
        capturedAtMicros += pause * 1000L;
        if (lowerLeft > 0 && --lowerLeft == 0) {
            epoch = highest;
        }
        long sequence = next;
        if (disturbed) {
            switch (random.nextInt(13)) {
                case 0 -> sequence += 1 + random.nextInt(9);
                case 1, 2 -> sequence = Math.max(0, next - 1 - random.nextInt(10));
                case 3 -> {
                    epoch = ++highest;
                    sequence = random.nextInt(3);
                    next = sequence;
                }
                case 4 -> {
                    epoch = highest - 1 - random.nextInt(2);
                    lowerLeft = 1 + random.nextInt(30);
                }
                case 5 -> scale = 3 - scale;
                case 6 -> sentAtMillis += silenceMillis / 2 + random.nextLong(3 * silenceMillis);
                case 7 -> capturedAtMicros += random.nextInt(4_000_000) - 2_000_000;
                case 8 -> {
                    add(FORMAT.encode(frame(next + 1 + SimulatedSettings.MAX_AHEAD + random.nextInt(50))));
                    return;
                }
                default -> {
                    add(corrupt(frame(sequence)));
                    next = sequence + 1;
                    return;
                }
            }
        }
        next = Math.max(next, sequence + 1);
        add(FORMAT.encode(frame(sequence)));
    }

    private Frame frame(long sequence) {
        int width = RememberingModel.SIZE.width() * scale;
        int height = RememberingModel.SIZE.height() * scale;
        byte[] rgb = new byte[3 * width * height];
        SplittableRandom pixels = new SplittableRandom(camera.hashCode() * 31L + epoch * 1_000_003 + sequence);
        pixels.nextBytes(rgb);
        long told = random.nextInt(60) == 0 ? random.nextLong() >> random.nextInt(40) : capturedAtMicros;
        return new Frame(camera, epoch, sequence, told, FrameEncoding.RGB24, width, height, ByteBuffer.wrap(rgb));
    }

    private byte[] corrupt(Frame frame) {
        switch (random.nextInt(4)) {
            case 0 -> frame.setWidth(frame.getWidth() + 1);
            case 1 -> frame.setCamera(camera + "-other");
            case 2 -> frame.setSequence(-1L);
            default -> {
                byte[] bytes = FORMAT.encode(frame);
                return Arrays.copyOf(bytes, random.nextInt(bytes.length));
            }
        }
        return FORMAT.encode(frame);
    }

    private void add(byte[] value) {
        records.add(new ReceivedRecord(
                "frames", 0, records.size(), sentAtMillis, camera.getBytes(StandardCharsets.UTF_8), value, List.of()));
    }
}
