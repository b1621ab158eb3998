package io.nolook.generation;

import io.nolook.digest.Sha256;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * The numbers that one sample is drawn by: of a seed and of what is continued, and of nothing else.
 *
 * <p>SplitMix64 (Steele, Lea and Flood 2014) from the first eight bytes of SHA-256 of what it is for; numbers are its
 * highest 24 bits. Not thread-safe.
 */
final class DrawStream {
    private static final int BITS = 24;

    private long state;

    /**
     * @param seed given by whoever asks
     * @param camera that is continued
     * @param epoch of its newest frame
     * @param sequence of its newest frame
     * @param sample which of several, from 0
     */
    DrawStream(long seed, String camera, long epoch, long sequence, int sample) {
        byte[] name = camera.getBytes(StandardCharsets.UTF_8);
        ByteBuffer of = ByteBuffer.allocate(3 * Long.BYTES + Integer.BYTES + name.length)
                .putLong(seed)
                .putLong(epoch)
                .putLong(sequence)
                .putInt(sample)
                .put(name);
        state = Long.parseUnsignedLong(Sha256.hex(of.array()).substring(0, 16), 16);
    }

    /** The next numbers in [0, 1). */
    float[] next(int count) {
        float[] numbers = new float[count];
        for (int i = 0; i < count; i++) {
            state += 0x9E3779B97F4A7C15L;
            long mixed = (state ^ state >>> 30) * 0xBF58476D1CE4E5B9L;
            mixed = (mixed ^ mixed >>> 27) * 0x94D049BB133111EBL;
            numbers[i] = ((mixed ^ mixed >>> 31) >>> (Long.SIZE - BITS)) / (float) (1 << BITS);
        }
        return numbers;
    }
}
