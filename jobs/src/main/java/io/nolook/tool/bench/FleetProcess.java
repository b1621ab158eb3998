package io.nolook.tool.bench;

import io.nolook.kafka.KafkaOptions;
import io.nolook.local.BrokerFolder;
import io.nolook.tool.chaos.JvmProcess;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.flink.configuration.Configuration;

/**
 * {@code nolook cameras} in a process of its own, as people run it.
 *
 * <p>Its log, its cameras' file and their epochs lie in a folder, which stays the caller's.
 */
public final class FleetProcess implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final int PAGE_BYTES = 4096;

    private final JvmProcess process;
    private final URI pages;
    private final HttpClient client = HttpClient.newHttpClient();

    /**
     * Starts it.
     *
     * @param starter command that starts it, or empty
     * @param javaOptions of its JVM
     * @param cameras as they stand in the file
     * @param options of nolook
     */
    public FleetProcess(
            Path folder, List<String> starter, List<String> javaOptions, String cameras, Configuration options)
            throws IOException {
        int port = BrokerFolder.freePort();
        Path file = Files.writeString(folder.resolve("cameras.yaml"), cameras);
        List<String> arguments = new ArrayList<>(List.of(
                "io.nolook.cli.Main", // by its name: tools do not know the command line
                "cameras",
                "--config",
                file.toString(),
                "--listen",
                "127.0.0.1:" + port,
                "--state",
                folder.resolve("epochs").toString()));
        for (Map.Entry<String, String> option : options.toMap().entrySet()) {
            arguments.addAll(List.of("-D", option.getKey() + "=" + option.getValue()));
        }
        pages = URI.create("http://127.0.0.1:" + port);
        process = new JvmProcess("cameras", folder, System.getProperty("java.class.path"), javaOptions, arguments)
                .under(starter);
        process.start();
    }

    /** Options that a fleet needs to reach a broker and to know the size of pictures. */
    static Configuration options(Configuration all) {
        Configuration options = new Configuration();
        options.set(KafkaOptions.BOOTSTRAP_SERVERS, all.get(KafkaOptions.BOOTSTRAP_SERVERS));
        options.set(KafkaOptions.FRAMES_TOPIC, all.get(KafkaOptions.FRAMES_TOPIC));
        return options;
    }

    public boolean alive() {
        return process.alive();
    }

    /** What one of its pages says now. */
    public String page(String path) throws IOException, InterruptedException {
        HttpRequest request =
                HttpRequest.newBuilder(pages.resolve(path)).timeout(PATIENCE).build();
        return client.send(request, HttpResponse.BodyHandlers.ofString()).body();
    }

    /**
     * A figure of one camera.
     *
     * @throws IOException when its metrics have none
     */
    public long metric(String name, String camera) throws IOException, InterruptedException {
        return metric(name, camera, "");
    }

    /**
     * As {@link #metric(String, String)}.
     *
     * @param label that it must have too, such as {@code reason="broker"}
     */
    public long metric(String name, String camera, String label) throws IOException, InterruptedException {
        String labels = Pattern.quote("{camera=\"" + camera + "\",") + "[^}]*" + Pattern.quote(label) + "}";
        Matcher found =
                Pattern.compile(Pattern.quote(name) + labels + " (\\d+)").matcher(page("/metrics"));
        if (!found.find()) {
            throw new IOException("found no metric " + name + " " + label + " of camera " + camera + ", expected one");
        }
        return Long.parseLong(found.group(1));
    }

    /** CPU time of all its threads since its start. */
    Duration cpu() {
        return process.handle().info().totalCpuDuration().orElseThrow();
    }

    /** Heap and native memory; Linux alone tells. */
    long residentBytes() throws IOException {
        Path statm = Path.of("/proc/" + process.handle().pid() + "/statm");
        return Long.parseLong(Files.readString(statm).split(" ")[1]) * PAGE_BYTES;
    }

    /** SIGTERM; returns when it has ended. */
    public void stop() throws InterruptedException {
        process.stop();
    }

    @Override
    public void close() {
        process.close();
    }
}
