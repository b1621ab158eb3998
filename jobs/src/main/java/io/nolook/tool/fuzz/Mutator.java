package io.nolook.tool.fuzz;

import io.nolook.record.ReceivedRecord;
import io.nolook.schema.Frame;
import io.nolook.schema.FrameEncoding;
import io.nolook.schema.SingleObject;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32;

/** Makes one hostile record after another; the same seed makes the same records. */
final class Mutator {
    private static final int MOST_CHANGES = 4;
    private static final int[] SIDES = {0, 1, 7, 255, 256, 1024, 2048, 4000, 4096, 8000, 16384, 65535};
    private static final byte[] EXTREMES = {0, 1, 0x7f, (byte) 0x80, (byte) 0xfe, (byte) 0xff};
    private static final String TOPIC = "frames";
    private static final String CAMERA = "fuzz";

    private final List<Corpus.Sample> corpus;
    private final Random random;
    private final SingleObject<Frame> frames = SingleObject.frames();
    private long offset;

    Mutator(List<Corpus.Sample> corpus, long seed) {
        this.corpus = corpus;
        random = new Random(seed);
    }

    /** The next record; about one in fifty is left as it was. */
    ReceivedRecord next() {
        Corpus.Sample sample = corpus.get(random.nextInt(corpus.size()));
        byte[] payload = sample.payload();
        int[] size = {sample.width(), sample.height()};
        FrameEncoding encoding = sample.encoding();
        int changes = random.nextInt(50) == 0 ? 0 : 1 + random.nextInt(MOST_CHANGES);
        boolean record = false;
        for (int i = 0; i < changes; i++) {
            switch (random.nextInt(12)) {
                case 0, 1 -> payload = flipped(payload);
                case 2 -> payload = cut(payload);
                case 3 -> payload = doubled(payload);
                case 4 -> payload = extreme(payload);
                case 5 -> payload = spliced(payload);
                case 6, 7 -> payload = resized(payload, encoding, size);
                case 8 -> payload = moreScans(payload, encoding);
                case 9 -> size[random.nextInt(2)] = random.nextBoolean() ? random.nextInt() : side();
                case 10 -> encoding = FrameEncoding.values()[random.nextInt(FrameEncoding.values().length)];
                default -> record = true;
            }
        }
        long sequence = record && random.nextInt(4) == 0 ? random.nextLong() : offset;
        byte[] value = frames.encode(new Frame(
                CAMERA, 1L, sequence, random.nextLong(), encoding, size[0], size[1], ByteBuffer.wrap(payload)));
        return received(record ? brokenRecord(value) : value, record);
    }

    private ReceivedRecord received(byte[] value, boolean broken) {
        byte[] key = CAMERA.getBytes(StandardCharsets.UTF_8);
        if (broken && random.nextInt(6) == 0) {
            key = switch (random.nextInt(4)) {
                case 0 -> null;
                case 1 -> bytes(random.nextInt(600));
                case 2 -> new byte[] {(byte) 0xc3, 0x28};
                default -> "another".getBytes(StandardCharsets.UTF_8);
            };
        }
        return new ReceivedRecord(TOPIC, 0, offset++, 0, key, value, List.of());
    }

    /** Avro bytes that are no frame, or nearly one. */
    private byte[] brokenRecord(byte[] value) {
        return switch (random.nextInt(7)) {
            case 0 -> flipped(value);
            case 1 -> cut(value);
            case 2 -> Arrays.copyOf(value, value.length + 1 + random.nextInt(9));
            case 3 -> {
                byte[] other = value.clone();
                other[2 + random.nextInt(8)] ^= (byte) (1 + random.nextInt(255)); // the schema's fingerprint
                yield other;
            }
            case 4 -> {
                byte[] other = value.clone(); // lengths are varints near the start
                int at = 10 + random.nextInt(Math.max(1, Math.min(40, other.length - 10)));
                Arrays.fill(other, at, Math.min(other.length, at + 1 + random.nextInt(9)), (byte) 0xff);
                yield other;
            }
            case 5 -> null;
            default -> bytes(random.nextInt(200));
        };
    }

    private byte[] flipped(byte[] from) {
        byte[] to = from.clone();
        for (int i = random.nextInt(8); i >= 0 && to.length > 0; i--) {
            to[random.nextInt(to.length)] ^= (byte) (1 << random.nextInt(8));
        }
        return to;
    }

    private byte[] cut(byte[] from) {
        return Arrays.copyOf(from, random.nextInt(from.length + 1));
    }

    private byte[] doubled(byte[] from) {
        int start = random.nextInt(from.length + 1);
        int end = start + random.nextInt(from.length - start + 1);
        ByteArrayOutputStream to = new ByteArrayOutputStream();
        to.write(from, 0, end);
        to.write(from, start, from.length - start);
        return to.toByteArray();
    }

    /** A few bytes in the header become extremes. */
    private byte[] extreme(byte[] from) {
        byte[] to = from.clone();
        for (int i = random.nextInt(4); i >= 0 && to.length > 0; i--) {
            to[random.nextInt(Math.min(to.length, 700))] = EXTREMES[random.nextInt(EXTREMES.length)];
        }
        return to;
    }

    private byte[] spliced(byte[] from) {
        byte[] other = corpus.get(random.nextInt(corpus.size())).payload();
        int head = random.nextInt(from.length + 1);
        int tail = random.nextInt(other.length + 1);
        ByteArrayOutputStream to = new ByteArrayOutputStream();
        to.write(from, 0, head);
        to.write(other, tail, other.length - tail);
        return to.toByteArray();
    }

    /** Another size in the file's header, and the same in the record: it passes for true. */
    private byte[] resized(byte[] from, FrameEncoding encoding, int[] size) {
        byte[] to = from.clone();
        int width = side();
        int height = side();
        if (encoding == FrameEncoding.PNG && to.length > 33) {
            ByteBuffer.wrap(to).putInt(16, width).putInt(20, height);
            CRC32 crc = new CRC32();
            crc.update(to, 12, 17);
            ByteBuffer.wrap(to).putInt(29, (int) crc.getValue());
        } else if (encoding == FrameEncoding.JPEG) {
            int header = frameHeader(to);
            if (header < 0) {
                return to;
            }
            ByteBuffer.wrap(to).putShort(header + 5, (short) height).putShort(header + 7, (short) width);
        }
        size[0] = width;
        size[1] = height;
        return to;
    }

    /** The scans of a JPEG again and again. */
    private byte[] moreScans(byte[] from, FrameEncoding encoding) {
        int scan = encoding == FrameEncoding.JPEG ? lastScan(from) : -1;
        if (scan < 0) {
            return from;
        }
        int times = 1 + random.nextInt(100);
        ByteArrayOutputStream to = new ByteArrayOutputStream();
        to.write(from, 0, from.length - 2);
        for (int i = 0; i < times; i++) {
            to.write(from, scan, from.length - 2 - scan);
        }
        to.write(0xff);
        to.write(0xd9);
        return to.toByteArray();
    }

    private static int frameHeader(byte[] jpeg) {
        for (int i = 0; i + 9 < jpeg.length; i++) {
            if ((jpeg[i] & 0xff) == 0xff && (jpeg[i + 1] & 0xfc) == 0xc0 && jpeg[i + 2] == 0) {
                return i;
            }
        }
        return -1;
    }

    private static int lastScan(byte[] jpeg) {
        for (int i = jpeg.length - 3; i >= 0; i--) {
            if ((jpeg[i] & 0xff) == 0xff && (jpeg[i + 1] & 0xff) == 0xda) {
                return i;
            }
        }
        return -1;
    }

    private int side() {
        return SIDES[random.nextInt(SIDES.length)];
    }

    private byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }
}
