package io.nolook.media;

import io.nolook.digest.Sha256;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * Names of cameras as names of files: ASCII, whatever the system's language, and no two cameras share one.
 *
 * <pre>
 * name  := part* | part* "==" hash     the second where the first would have more than 150 bytes
 * part  := letter | digit | "-" | "_" | "=" hex hex       any other byte of UTF-8 as two upper-case digits
 * hash  := the SHA-256 of the whole id, 64 lower-case hex digits; the parts before are its first 84 bytes or fewer
 * </pre>
 *
 * For example {@code gate.1} is {@code gate=2E1}. File systems take 255 bytes; callers add at most 100. A name cannot be
 * told back to an id: files hold the id.
 */
public final class FileNames {
    /** Most bytes of a name. */
    public static final int MOST_BYTES = 150;

    private static final String MARK = "==";
    private static final int HASH_DIGITS = 64;
    private static final HexFormat HEX = HexFormat.of().withUpperCase();

    private FileNames() {}

    /** Letters, digits, hyphens and underscores as they are; any other byte of UTF-8 as =XX; what is long shortened. */
    public static String of(String camera) {
        byte[] id = camera.getBytes(StandardCharsets.UTF_8);
        StringBuilder name = new StringBuilder();
        int kept = 0;
        for (byte b : id) {
            char c = (char) (b & 0xff);
            boolean plain = c < 0x80 && (Character.isLetterOrDigit(c) || c == '-' || c == '_');
            name.append(plain ? Character.toString(c) : "=" + HEX.toHexDigits(b));
            kept = name.length() <= MOST_BYTES - MARK.length() - HASH_DIGITS ? name.length() : kept;
        }
        return name.length() <= MOST_BYTES ? name.toString() : name.substring(0, kept) + MARK + Sha256.hex(id);
    }
}
