package io.nolook.rollout;

import java.util.regex.Pattern;

/**
 * An encoder's file, by what is in it and where it lies.
 *
 * @param hash SHA-256, lower-case hex
 * @param location path that every TaskManager can read, or builtin:NAME
 */
public record ModelFile(String hash, String location) {
    private static final Pattern HASH = Pattern.compile("[0-9a-f]{64}");
    private static final int MOST = 4096;

    public ModelFile {
        if (!HASH.matcher(hash).matches()) {
            throw new IllegalArgumentException(
                    "model: found hash '" + hash + "', expected SHA-256 in 64 lower-case hex digits");
        }
        if (location.isBlank() || location.length() > MOST) {
            throw new IllegalArgumentException("model: found a location of " + location.length()
                    + " characters, expected a path or builtin:NAME of at most " + MOST);
        }
    }
}
