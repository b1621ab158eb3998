package io.nolook.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.ParseResult;

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
    @EnumSource
    void composeRunsEveryJob(RunCommand.Job job) throws IOException {
        String compose = Files.readString(Path.of("../deploy/compose/docker-compose.yml"));
        Matcher service = Pattern.compile("(?m)^  " + job + ":\n    <<: \\*run\n    command: >-\n((?: {6}.*\n)+)")
                .matcher(compose);
        assertThat(service.find()).isTrue();

        ParseResult run = Main.commandLine()
                .parseArgs(service.group(1).strip().split("\\s+"))
                .subcommand();

        assertThat(run.commandSpec().name()).isEqualTo("run");
        assertThat(run.matchedPositionalValue(0, (RunCommand.Job) null)).isEqualTo(job);
        assertThat(run.matchedOptionValue("--jobmanager", "")).isEqualTo("jobmanager:8081");
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
