package io.nolook.tool.eval;

import java.util.Locale;

/** Figures and names as text that means the same everywhere. */
final class Text {

    private Text() {}

    /** {@link String#format} with a point in its fractions, whatever the machine's language. */
    static String format(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }

    /** Up to four places, without trailing zeros. */
    static String number(double value) {
        return format("%.4f", value).replaceAll("\\.?0+$", "");
    }

    /** For HTML, XML and their attributes. */
    static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
