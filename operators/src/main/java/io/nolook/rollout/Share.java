package io.nolook.rollout;

import io.nolook.digest.Sha256;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * A share of the cameras, the same ones wherever it is asked.
 *
 * <p>A camera is in it when the first four bytes of SHA-256 of its id in UTF-8, as an unsigned number modulo 10,000, are
 * below the share. A larger share has all cameras of a smaller one.
 *
 * @param basisPoints hundredths of a percent, 0 to 10,000
 */
public record Share(int basisPoints) {
    private static final int ALL = 10_000;

    public Share {
        if (basisPoints < 0 || basisPoints > ALL) {
            throw new IllegalArgumentException(
                    "share: found " + basisPoints + " hundredths of a percent, expected 0 to " + ALL);
        }
    }

    /** Of percents, 0 to 100, to hundredths. */
    public static Share percent(double percent) {
        return new Share((int) Math.round(percent * 100));
    }

    public boolean has(String camera) {
        int hash = ByteBuffer.wrap(Sha256.of(camera.getBytes(StandardCharsets.UTF_8)))
                .getInt();
        return Integer.toUnsignedLong(hash) % ALL < basisPoints;
    }
}
