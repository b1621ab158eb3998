package io.nolook.cli;

import java.net.InetSocketAddress;

/** Reads {@code --listen HOST:PORT}. */
final class ListenAddress {

    private ListenAddress() {}

    static InetSocketAddress parse(String text) {
        int colon = text.lastIndexOf(':');
        if (colon < 1 || !text.substring(colon + 1).matches("\\d{1,5}")) {
            throw new IllegalArgumentException("--listen: found " + text + ", expected HOST:PORT");
        }
        return new InetSocketAddress(text.substring(0, colon), Integer.parseInt(text.substring(colon + 1)));
    }
}
