package io.nolook.report;

import java.util.Locale;

/** Figures and names as text that means the same everywhere. */
public final class Text {

    private Text() {}

    /** {@link String#format} with a point in its fractions, whatever the machine's language. */
    public static String format(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }

    /** Up to four places, without trailing zeros. */
    public static String number(double value) {
        return format("%.4f", value).replaceAll("\\.?0+$", "");
    }

    /** For HTML, XML and their attributes. */
    public static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
