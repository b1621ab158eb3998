package io.nolook.tool.export;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** Names of cameras as names of files. */
final class FileNames {

    private FileNames() {}

    /** Letters, digits, hyphens and underscores as they are; any other byte of UTF-8 as =XX. */
    static String of(String camera) {
        StringBuilder name = new StringBuilder();
        for (byte b : camera.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (b & 0xff);
            boolean plain = c < 0x80 && (Character.isLetterOrDigit(c) || c == '-' || c == '_');
            name.append(plain ? Character.toString(c) : String.format(Locale.ROOT, "=%02X", (int) c));
        }
        return name.toString();
    }
}
