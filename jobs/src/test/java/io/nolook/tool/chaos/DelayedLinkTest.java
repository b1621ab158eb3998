package io.nolook.tool.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DelayedLinkTest {
    private static final int PATIENCE_MILLIS = 20_000;
    private static final DelayedLink.Delay LATE = new DelayedLink.Delay(150, 300);

    private ServerSocket server;
    private DelayedLink link;

    @BeforeEach
    void open() throws IOException {
        server = new ServerSocket(0, 8, InetAddress.getLoopbackAddress());
        server.setSoTimeout(PATIENCE_MILLIS);
        link = new DelayedLink(0, server.getLocalPort());
    }

    @AfterEach
    void closeAll() throws IOException {
        link.close();
        server.close();
    }

    /** More than is on its way at once, through changing delays. */
    @Test
    void allBytesArriveInOrderBothWays() throws Exception {
        byte[] sent = new byte[6 << 20];
        new Random(3).nextBytes(sent);
        link.delay(new DelayedLink.Delay(0, 20));
        try (Socket client = client();
                Socket accepted = accepted()) {
            CompletableFuture<byte[]> request = read(accepted, sent.length);
            CompletableFuture<byte[]> answer = read(client, sent.length);
            CompletableFuture<Void> writes = CompletableFuture.allOf(write(client, sent), write(accepted, sent));
            assertThat(request.get()).isEqualTo(sent);
            assertThat(answer.get()).isEqualTo(sent);
            writes.get();
        }
    }

    @Test
    void bytesAreLateInEachDirectionOnlyWhileTheyAreToBe() throws Exception {
        try (Socket client = client();
                Socket accepted = accepted()) {
            roundTripMillis(client, accepted);
            link.delay(LATE);
            assertThat(roundTripMillis(client, accepted)).isGreaterThanOrEqualTo(2L * LATE.leastMillis());
            link.delay(DelayedLink.Delay.NONE);
            assertThat(roundTripMillis(client, accepted)).isLessThan(2L * LATE.leastMillis());
        }
    }

    @Test
    void anEndOfOneSideEndsTheOtherBehindItsBytes() throws Exception {
        link.delay(LATE);
        try (Socket accepted = acceptedAfter(new byte[] {1, 2, 3})) {
            assertThat(accepted.getInputStream().readAllBytes()).containsExactly(1, 2, 3);
        }
        link.delay(DelayedLink.Delay.NONE);
        try (Socket client = client()) {
            accepted().close();
            assertThat(client.getInputStream().read()).isEqualTo(-1);
        }
    }

    @Test
    void closingEndsBothSides() throws Exception {
        try (Socket client = client();
                Socket accepted = accepted()) {
            roundTripMillis(client, accepted);
            link.close();
            assertThat(client.getInputStream().read()).isEqualTo(-1);
            assertThat(accepted.getInputStream().read()).isEqualTo(-1);
            int port = link.port();
            assertThatThrownBy(() -> new Socket(InetAddress.getLoopbackAddress(), port).close())
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void aServerThatIsAwayEndsItsClientsAndServesTheNext() throws Exception {
        int port = server.getLocalPort();
        server.close();
        try (Socket client = client()) {
            assertThat(client.getInputStream().read()).isEqualTo(-1);
        }
        server = new ServerSocket(port, 8, InetAddress.getLoopbackAddress());
        server.setSoTimeout(PATIENCE_MILLIS);
        try (Socket client = client();
                Socket accepted = accepted()) {
            assertThat(roundTripMillis(client, accepted)).isNotNegative();
        }
    }

    @Test
    void delaysThatFallAreRefused() {
        assertThatThrownBy(() -> new DelayedLink.Delay(3, 2))
                .hasMessage("delay: found 3 to 2 ms, expected 0 or more, rising");
    }

    private Socket acceptedAfter(byte[] sent) throws IOException {
        try (Socket client = client()) {
            client.getOutputStream().write(sent);
            return accepted();
        }
    }

    private Socket client() throws IOException {
        Socket client = new Socket(InetAddress.getLoopbackAddress(), link.port());
        client.setSoTimeout(PATIENCE_MILLIS);
        return client;
    }

    private Socket accepted() throws IOException {
        Socket accepted = server.accept();
        accepted.setSoTimeout(PATIENCE_MILLIS);
        return accepted;
    }

    private static long roundTripMillis(Socket client, Socket accepted) throws IOException {
        long began = System.nanoTime();
        client.getOutputStream().write(7);
        assertThat(accepted.getInputStream().read()).isEqualTo(7);
        accepted.getOutputStream().write(8);
        assertThat(client.getInputStream().read()).isEqualTo(8);
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
    }

    private static CompletableFuture<byte[]> read(Socket socket, int length) {
        return CompletableFuture.supplyAsync(
                () -> {
                    try {
                        InputStream in = socket.getInputStream();
                        return in.readNBytes(length);
                    } catch (IOException e) {
                        throw new IllegalStateException(e);
                    }
                },
                work -> new Thread(work).start());
    }

    private static CompletableFuture<Void> write(Socket socket, byte[] bytes) {
        return CompletableFuture.runAsync(
                () -> {
                    try {
                        socket.getOutputStream().write(bytes);
                    } catch (IOException e) {
                        throw new IllegalStateException(e);
                    }
                },
                work -> new Thread(work).start());
    }
}
