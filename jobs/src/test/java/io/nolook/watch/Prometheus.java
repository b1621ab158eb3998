package io.nolook.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A Prometheus server of the machine, where there is one: $NOLOOK_PROMETHEUS or $PATH. */
final class Prometheus implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Process process;
    private final String address;

    private Prometheus(Process process, String address) {
        this.process = process;
        this.address = address;
    }

    /** Scrapes targets every second, and knows the alerts. */
    static Prometheus start(Path folder, Path alerts, String jobPage, String fleetPage) throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        String address = "127.0.0.1:" + port;
        Path config = Files.writeString(folder.resolve("prometheus.yml"), """
                global: {scrape_interval: 1s, evaluation_interval: 1s}
                rule_files: ["%s"]
                scrape_configs:
                  - {job_name: nolook-flink, static_configs: [{targets: ["%s"]}]}
                  - {job_name: nolook-cameras, static_configs: [{targets: ["%s"]}]}
                """.formatted(alerts, jobPage, fleetPage));
        Process process = new ProcessBuilder(
                        program("prometheus"),
                        "--config.file=" + config,
                        "--storage.tsdb.path=" + folder.resolve("series"),
                        "--web.listen-address=" + address)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("prometheus.log").toFile())
                .start();
        return new Prometheus(process, address);
    }

    /** The path of prometheus or promtool; the test is left out where there is none. */
    static String program(String name) {
        String folders = Optional.ofNullable(System.getenv("NOLOOK_PROMETHEUS")).orElse("")
                + File.pathSeparator
                + System.getenv("PATH");
        Optional<Path> found = Stream.of(folders.split(File.pathSeparator))
                .filter(folder -> !folder.isBlank())
                .map(folder -> Path.of(folder).resolve(name))
                .filter(Files::isExecutable)
                .findFirst();
        assumeTrue(found.isPresent(), "found no " + name + " in $NOLOOK_PROMETHEUS or $PATH");
        return found.get().toString();
    }

    /** How many series a query answers with; an error fails. */
    int series(String query) throws IOException, InterruptedException {
        JsonNode answer = answer("query?query=" + URLEncoder.encode(query, StandardCharsets.UTF_8));
        return answer.get("result").size();
    }

    JsonNode answer(String path) throws IOException, InterruptedException {
        JsonNode answer = JSON.readTree(WatchedRun.get("http://" + address + "/api/v1/" + path));
        assertThat(answer.path("status").asText()).as("%s: %s", path, answer).isEqualTo("success");
        return answer.get("data");
    }

    @Override
    public void close() throws InterruptedException {
        process.destroy();
        process.waitFor(10, TimeUnit.SECONDS);
        process.destroyForcibly();
    }
}
