package io.nolook;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;

/** Bytes that released versions wrote; they stay as they are for ever. */
public final class Fixtures {

    private Fixtures() {}

    /** Those of a file in {@code src/test/resources/fixtures}. */
    public static byte[] bytes(String name) throws IOException {
        try (InputStream in = Fixtures.class.getResourceAsStream("/fixtures/" + name)) {
            return Objects.requireNonNull(in, name).readAllBytes();
        }
    }
}
