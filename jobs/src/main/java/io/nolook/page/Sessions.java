package io.nolook.page;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Who knows the token: says so at once, or by a cookie that was given for it.
 *
 * <p>A cookie is {@code EXPIRES.HMAC}: seconds since 1970, and the HMAC-SHA256 of them with the token as the key, in
 * lower-case hex. Nothing is kept: a cookie is good until it expires or the token changes. All compares take the same time
 * whatever is found.
 */
final class Sessions {
    static final Duration LIFETIME = Duration.ofDays(7);
    private static final String ALGORITHM = "HmacSHA256";
    private static final int MOST_CHARACTERS = 4096;

    private final byte[] token;

    Sessions(String token) {
        this.token = token.getBytes(StandardCharsets.UTF_8);
    }

    /** Whether it is the token. */
    boolean isToken(String said) {
        return said.length() <= MOST_CHARACTERS
                && MessageDigest.isEqual(mac(token, token), mac(token, said.getBytes(StandardCharsets.UTF_8)));
    }

    /** A new cookie. */
    String cookie(long nowSeconds) {
        String expires = Long.toString(nowSeconds + LIFETIME.toSeconds());
        return expires + "." + HexFormat.of().formatHex(mac("cookie " + expires));
    }

    /** Whether a cookie is good. */
    boolean isCookie(String said, long nowSeconds) {
        if (!said.matches("\\d{1,12}\\.[0-9a-f]{64}")) {
            return false;
        }
        String expires = said.substring(0, said.indexOf('.'));
        byte[] mac = HexFormat.of().parseHex(said.substring(said.indexOf('.') + 1));
        return MessageDigest.isEqual(mac("cookie " + expires), mac) && Long.parseLong(expires) > nowSeconds;
    }

    private byte[] mac(String text) {
        return mac(token, text.getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] mac(byte[] key, byte[] text) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(key, ALGORITHM));
            return mac.doFinal(text);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
