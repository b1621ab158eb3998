package io.nolook.camera.simulator;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Network cameras over HTTP on loopback, which fail when they are told to.
 *
 * <p>Every path is a camera of its own, as many as are asked for. A camera's pictures are numbered by the server's clock,
 * whoever looks, and cameras are out of step with each other. What a slow reader leaves no room for is never sent. A thread
 * for each connection; any thread may ask for faults.
 */
public final class HttpCameras implements AutoCloseable {

    /** Is told of each picture right before it is sent, on the connection's thread. */
    public interface Log {
        /**
         * @param camera path without the slash
         * @param number of the picture, counted from the server's start
         */
        void sends(String camera, long number);
    }

    private enum Farewell {
        ORDERLY,
        AMID_A_PICTURE
    }

    private final ServerSocket server;
    private final long intervalNanos;
    private final Log log;
    private final long began = System.nanoTime();
    private final Set<Connection> connections = ConcurrentHashMap.newKeySet();
    private volatile HttpVideo video;
    private volatile boolean stalled;

    /**
     * Listens and serves.
     *
     * @param port 0 for a free one
     */
    public HttpCameras(int port, double framesPerSecond, HttpVideo video, Log log) throws IOException {
        this.video = video;
        this.log = log;
        intervalNanos = Math.round(1e9 / framesPerSecond);
        server = new ServerSocket();
        server.setReuseAddress(true);
        server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        start(this::accept, "http-cameras");
    }

    public int port() {
        return server.getLocalPort();
    }

    /** What a camera is reached by. */
    public String address(String camera) {
        return "http://127.0.0.1:" + port() + "/" + camera;
    }

    /** From the next picture on it is of this video, within the connections there are. */
    public void show(HttpVideo other) {
        video = other;
    }

    /** Sends nothing more, and keeps the connections. */
    public void stall() {
        stalled = true;
    }

    /** Ends a stall. */
    public void goOn() {
        stalled = false;
    }

    /** Breaks all connections in the middle of a picture, about every second with a reset; new ones are taken. */
    public void drop() {
        connections.forEach(connection -> connection.leave(Farewell.AMID_A_PICTURE));
    }

    /** Ends all connections in good order, as a camera does that restarts; new ones are taken. */
    public void end() {
        connections.forEach(connection -> connection.leave(Farewell.ORDERLY));
    }

    /** Drops all, and listens no more: connections are refused. */
    @Override
    public void close() throws IOException {
        server.close();
        drop();
    }

    private static void start(Runnable work, String name) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() {
        try {
            while (true) {
                Connection connection = new Connection(server.accept());
                connections.add(connection);
                start(connection::serve, "http-camera");
            }
        } catch (IOException e) {
            drop(); // closed: also what was accepted at the same moment
        }
    }

    private final class Connection {
        private final Socket socket;
        private final CountDownLatch leaving = new CountDownLatch(1);
        private volatile Farewell farewell = Farewell.ORDERLY;

        Connection(Socket socket) {
            this.socket = socket;
        }

        void leave(Farewell how) {
            farewell = how;
            leaving.countDown();
        }

        void serve() {
            try (socket) {
                String camera = requested();
                OutputStream out = socket.getOutputStream();
                out.write(HttpVideo.ascii(
                        "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Type: " + video.contentType() + "\r\n\r\n"));
                long number = follow(camera, out);
                if (farewell == Farewell.AMID_A_PICTURE) {
                    byte[] last = part(number);
                    out.write(last, 0, last.length / 2);
                    socket.setSoLinger(number % 2 == 0, 0); // closing resets
                }
            } catch (IOException e) {
                // the reader has gone: nobody to tell
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } finally {
                connections.remove(this);
            }
        }

        /** The number of the picture that is due when it is told to leave. */
        private long follow(String camera, OutputStream out) throws IOException, InterruptedException {
            long offset = Math.floorMod(camera.hashCode() * 0x9E3779B9L, intervalNanos);
            while (true) {
                long number = (System.nanoTime() - began - offset) / intervalNanos + 1;
                long due = began + offset + number * intervalNanos;
                if (leaving.await(due - System.nanoTime(), TimeUnit.NANOSECONDS)) {
                    return number;
                }
                if (!stalled) {
                    log.sends(camera, number);
                    out.write(part(number));
                }
            }
        }

        private byte[] part(long number) {
            HttpVideo now = video;
            return now.parts().get((int) (number % now.parts().size()));
        }

        /** The camera of {@code GET /camera HTTP/1.1}; the request's headers are read and ignored. */
        private String requested() throws IOException {
            BufferedReader request =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
            String line = request.readLine();
            if (line == null || !line.matches("GET /\\S* HTTP/1\\.[01]")) {
                throw new IOException("found no request for a camera: " + line);
            }
            for (String header = line; header != null && !header.isEmpty(); ) {
                header = request.readLine();
            }
            return line.substring(5, line.indexOf(' ', 5));
        }
    }
}
