package io.nolook.tool.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class NetworkCutTest {
    private static final int CUT_MILLIS = 1500;

    @Test
    void nobodyReachesAPortThatIsCutOffAndEverybodyAfterwards() throws Exception {
        assumeTrue(NetworkCut.isPossible(), "takes Linux, root and iptables");
        try (ServerSocket server = new ServerSocket(0, 8, InetAddress.getLoopbackAddress())) {
            // the cut may fall between the client's last packet of a handshake and its arrival: nobody comes then
            server.setSoTimeout(CUT_MILLIS / 2);
            connect(server, CUT_MILLIS);
            CompletableFuture<Void> cut = CompletableFuture.runAsync(() -> {
                try {
                    NetworkCut.during(List.of(server.getLocalPort()), CUT_MILLIS);
                } catch (IOException | InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            });
            assertThatThrownBy(() -> {
                        while (!cut.isDone()) {
                            connect(server, 200);
                        }
                    })
                    .isInstanceOf(SocketTimeoutException.class);
            assertThat(cut).succeedsWithin(Duration.ofSeconds(10));
            connect(server, CUT_MILLIS);
        }
    }

    private static void connect(ServerSocket server, int mostMillis) throws IOException {
        try (Socket client = new Socket()) {
            client.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.getLocalPort()), mostMillis);
            server.accept().close();
        }
    }
}
