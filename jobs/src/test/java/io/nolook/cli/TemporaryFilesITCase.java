package io.nolook.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whoever interrupts a command finds nothing of it in the temporary folder. */
class TemporaryFilesITCase {

    @TempDir
    private Path folder;

    @Test
    void anInterruptedDemoLeavesNothingBehind() throws Exception {
        Process demo = start("demo", "--out", folder.resolve("out").toString());
        try {
            await().atMost(Duration.ofMinutes(3)).until(() -> isThere("minicluster_") && isThere("nolook-kafka-"));
            demo.destroy(); // as Ctrl-C: the process may run its last threads
            assertThat(demo.waitFor(60, TimeUnit.SECONDS)).isTrue();
        } finally {
            demo.destroyForcibly();
        }
        assertThat(folder.resolve("temporary")).isEmptyDirectory();
    }

    @Test
    void aCommandThatEndsLeavesNothingBehind() throws Exception {
        Process help = start("--version");
        assertThat(help.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(help.exitValue()).isZero();
        assertThat(folder.resolve("temporary")).isEmptyDirectory();
    }

    private Process start(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(argument -> argument.startsWith("--add-"))
                .forEach(command::add);
        Path temporary = Files.createDirectories(folder.resolve("temporary"));
        command.addAll(List.of("-Xmx1g", "-Djava.io.tmpdir=" + temporary, Main.class.getName()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("said").toFile());
        builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
        return builder.start();
    }

    private boolean isThere(String prefix) throws IOException {
        try (Stream<Path> files = Files.find(
                folder.resolve("temporary"),
                2,
                (path, kind) -> path.getFileName().toString().startsWith(prefix))) {
            return files.findAny().isPresent();
        }
    }
}
