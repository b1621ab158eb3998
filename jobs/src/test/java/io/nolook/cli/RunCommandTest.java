package io.nolook.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetSocketAddress;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RunCommandTest {

    @ParameterizedTest
    @CsvSource({"localhost:8081, localhost, 8081", "10.0.0.7:65535, 10.0.0.7, 65535", "[::1]:80, [::1], 80"})
    void readsHostAndPortAndResolvesNothing(String text, String host, int port) {
        InetSocketAddress address = RunCommand.address(text);

        assertThat(address.getHostString()).isEqualTo(host);
        assertThat(address.getPort()).isEqualTo(port);
        assertThat(address.isUnresolved()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "localhost", ":8081", "localhost:", "localhost:x", "localhost:65536", "h:123456", "h:-1"})
    void refusesAnythingElse(String text) {
        assertThatThrownBy(() -> RunCommand.address(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("--jobmanager: found '" + text + "', expected HOST:PORT");
    }
}
