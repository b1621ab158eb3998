package io.nolook.verification;

import io.nolook.digest.Sha256;
import java.nio.ByteBuffer;

/** The first 128 bits of the SHA-256 of bytes: what is kept of tokens and dead letters to compare them. */
public record Digest(long high, long low) {

    public static Digest of(byte[] bytes) {
        ByteBuffer hash = ByteBuffer.wrap(Sha256.of(bytes));
        return new Digest(hash.getLong(), hash.getLong());
    }
}
