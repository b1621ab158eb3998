package io.nolook.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nolook.option.HostPort;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class RunCommandTest {

    @ParameterizedTest
    @CsvSource({"localhost:8081, localhost, 8081", "10.0.0.7:65535, 10.0.0.7, 65535", "[::1]:80, [::1], 80"})
    void readsHostAndPortAndResolvesNothing(String text, String host, int port) {
        InetSocketAddress address = HostPort.of("--jobmanager", text);

        assertThat(address.getHostString()).isEqualTo(host);
        assertThat(address.getPort()).isEqualTo(port);
        assertThat(address.isUnresolved()).isTrue();
    }

    /** The container's entrypoint makes the name of the class from that of the job. */
    @ParameterizedTest
    @EnumSource
    void composeRunsEveryJobAndItsClassIsThere(JobKind job) throws IOException, ReflectiveOperationException {
        String compose = Files.readString(Path.of("../deploy/compose/docker-compose.yml"));
        assertThat(compose)
                .contains("  " + job + ":\n    <<: *run\n    command: >-\n      run " + job
                        + " --jobmanager jobmanager:8081" + " --unless-running -D");

        String name =
                job.name().substring(0, 1).toUpperCase(Locale.ROOT) + job.name().substring(1) + "Job";
        Class<?> main = Class.forName("io.nolook.job." + job + "." + name);
        assertThat(main.getMethod("main", String[].class)).isNotNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "localhost", ":8081", "localhost:", "localhost:x", "localhost:65536", "h:123456", "h:-1"})
    void refusesAnythingElse(String text) {
        assertThatThrownBy(() -> HostPort.of("--jobmanager", text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("--jobmanager: found '" + text + "', expected HOST:PORT, a port of 0 to 65535");
    }
}
