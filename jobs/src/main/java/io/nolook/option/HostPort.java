package io.nolook.option;

import java.net.InetSocketAddress;

/** Reads HOST:PORT. */
public final class HostPort {

    private HostPort() {}

    /**
     * An address elsewhere, not resolved.
     *
     * @throws IllegalArgumentException naming the option, when it is something else
     */
    public static InetSocketAddress of(String option, String text) {
        int colon = text.lastIndexOf(':');
        if (colon > 0 && text.substring(colon + 1).matches("\\d{1,5}")) {
            int port = Integer.parseInt(text.substring(colon + 1));
            if (port <= 65535) {
                return InetSocketAddress.createUnresolved(text.substring(0, colon), port);
            }
        }
        throw new IllegalArgumentException(option + ": found '" + text + "', expected HOST:PORT, a port of 0 to 65535");
    }

    /** An address to listen at, resolved; one of IPv6 may stand in brackets. */
    public static InetSocketAddress here(String option, String text) {
        InetSocketAddress named = of(option, text);
        return new InetSocketAddress(named.getHostString().replaceAll("^\\[|]$", ""), named.getPort());
    }
}
