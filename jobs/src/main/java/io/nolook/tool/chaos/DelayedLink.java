package io.nolook.tool.chaos;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * A port of loopback that stands before a server's, and hands bytes on late while it is told to.
 *
 * <p>Bytes keep their order in each direction. An end of either side ends both, behind the bytes that were on their way.
 * Four threads a connection, a reader and a writer each way; closing ends all connections at once.
 */
final class DelayedLink implements AutoCloseable {
    private static final int PIECE_BYTES = 1 << 16;
    private static final int PIECES = 64; // on their way, each direction: 4 MiB, as much as a link holds
    private static final int CONNECT_MILLIS = 10_000;
    private static final byte[] END = {};

    private final int serverPort;
    private final ServerSocket listening;
    private final Thread accepting;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private volatile Delay delay = Delay.NONE;

    /** How late bytes are, drawn anew for each piece of them. */
    record Delay(int leastMillis, int mostMillis) {
        static final Delay NONE = new Delay(0, 0);

        Delay {
            if (leastMillis < 0 || mostMillis < leastMillis) {
                throw new IllegalArgumentException(
                        "delay: found " + leastMillis + " to " + mostMillis + " ms, expected 0 or more, rising");
            }
        }

        private long nanos() {
            return TimeUnit.MILLISECONDS.toNanos(ThreadLocalRandom.current().nextInt(leastMillis, mostMillis + 1));
        }
    }

    /** Some bytes, and when they are handed on. */
    private record Piece(byte[] bytes, long dueNanos) {}

    /**
     * @param port that clients come to
     * @param serverPort of loopback; need not be open before a client comes
     */
    DelayedLink(int port, int serverPort) throws IOException {
        this.serverPort = serverPort;
        listening = new ServerSocket();
        listening.setReuseAddress(true);
        listening.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        accepting = start(this::accept, "accept");
    }

    int port() {
        return listening.getLocalPort();
    }

    /** From now on; what is on its way keeps its time. */
    void delay(Delay wanted) {
        delay = wanted;
    }

    private void accept() {
        while (!listening.isClosed()) {
            try {
                Socket client = listening.accept();
                open.add(client);
                start(() -> connect(client), "connect");
            } catch (IOException e) {
                // closed; or the client is gone already
            }
        }
    }

    private void connect(Socket client) {
        Socket server = new Socket();
        open.add(server);
        try {
            server.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), serverPort), CONNECT_MILLIS);
            client.setTcpNoDelay(true);
            server.setTcpNoDelay(true);
        } catch (IOException e) {
            end(client, server); // nobody there: neither is this
            return;
        }
        carry(client, server);
        carry(server, client);
        if (listening.isClosed()) {
            end(client, server);
        }
    }

    private void carry(Socket from, Socket to) {
        BlockingQueue<Piece> onTheirWay = new ArrayBlockingQueue<>(PIECES);
        start(() -> read(from, onTheirWay), "read");
        start(
                () -> {
                    write(onTheirWay, to);
                    end(from, to);
                    onTheirWay.clear(); // a reader that waits for room goes on, and finds its socket closed
                },
                "write");
    }

    private void read(Socket from, BlockingQueue<Piece> onTheirWay) {
        byte[] buffer = new byte[PIECE_BYTES];
        try {
            InputStream in = from.getInputStream();
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                put(onTheirWay, Arrays.copyOf(buffer, read));
            }
        } catch (IOException e) {
            // it ends with a reset
        }
        put(onTheirWay, END);
    }

    private void put(BlockingQueue<Piece> onTheirWay, byte[] bytes) {
        try {
            onTheirWay.put(new Piece(bytes, System.nanoTime() + delay.nanos()));
        } catch (InterruptedException e) {
            throw new IllegalStateException("interrupted, expected nobody to", e);
        }
    }

    private static void write(BlockingQueue<Piece> onTheirWay, Socket to) {
        try {
            OutputStream out = to.getOutputStream();
            for (Piece piece = onTheirWay.take(); piece.bytes != END; piece = onTheirWay.take()) {
                long wait = piece.dueNanos - System.nanoTime();
                if (wait > 0) {
                    TimeUnit.NANOSECONDS.sleep(wait);
                }
                out.write(piece.bytes);
            }
        } catch (IOException e) {
            // the other side is gone
        } catch (InterruptedException e) {
            throw new IllegalStateException("interrupted, expected nobody to", e);
        }
    }

    private void end(Socket... sockets) {
        for (Socket socket : sockets) {
            open.remove(socket);
            try {
                socket.close();
            } catch (IOException e) {
                // closed in any case
            }
        }
    }

    private static Thread start(Runnable work, String name) {
        Thread thread = new Thread(work, "delayed-link-" + name);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    @Override
    public void close() {
        try {
            listening.close();
            accepting.join(); // until then the system may still take a connection
        } catch (IOException e) {
            // closed in any case
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        end(open.toArray(Socket[]::new));
    }
}
