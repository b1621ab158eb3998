package io.nolook.frame.ffmpeg;

/** What may be said of an address in messages, pages and logs. */
public final class RedactedUri {
    private RedactedUri() {}

    /**
     * An address without user, password and query, whatever characters they hold.
     *
     * <p>An at sign in a path or a query costs what is before it, or all: rather too little is said than a password.
     *
     * @param uri an address, or a file's path, which is returned as it is
     */
    public static String of(String uri) {
        int scheme = uri.indexOf("://");
        if (scheme < 0) {
            return uri;
        }
        int at = uri.lastIndexOf('@');
        int query = uri.replace('#', '?').indexOf('?');
        boolean unclear = query >= 0 && query < at;
        String rest = at < 0 ? uri.substring(scheme + 3) : uri.substring(at + 1);
        return uri.substring(0, scheme + 3) + (unclear ? "..." : rest.replaceFirst("(?s)[?#].*", ""));
    }
}
