package io.nolook.page;

import io.nolook.kafka.KafkaOptions;
import io.nolook.kafka.KafkaSettings;
import io.nolook.local.EmbeddedBroker;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.flink.configuration.Configuration;

/**
 * What the page costs, in a process of its own: {@code PageLoad CAMERAS IN_VIEW MINUTES}.
 *
 * <p>Cameras, their tokens and the broker are in this process. A viewer follows the changes, and asks for both pictures of
 * the cameras in view each second, as a browser does. A line every half minute: processor time of the page as a share of a
 * core, its resident memory, pictures that came, and how long the slowest took.
 */
public final class PageLoad {
    private static final long REPORT_SECONDS = 30;

    private PageLoad() {}

    public static void main(String[] arguments) throws Exception {
        int many = Integer.parseInt(arguments[0]);
        int inView = Integer.parseInt(arguments[1]);
        double minutes = Double.parseDouble(arguments[2]);
        try (EmbeddedBroker broker = EmbeddedBroker.start(Map.of())) {
            Configuration options = new Configuration();
            options.set(KafkaOptions.BOOTSTRAP_SERVERS, broker.bootstrapServers());
            options.set(KafkaOptions.TOPIC_REPLICATION, 1);
            try (LoopedCameras cameras = new LoopedCameras(new KafkaSettings(options), 4)) {
                for (int i = 0; i < many; i++) {
                    cameras.add("camera-" + i, "group-" + i / 20);
                }
                Process page = page(broker.bootstrapServers());
                try {
                    view(page, inView, minutes);
                } finally {
                    page.destroy();
                }
            }
        }
    }

    private static Process page(String bootstrapServers) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-cp",
                System.getProperty("java.class.path"),
                "io.nolook.cli.Main",
                "page",
                "-D",
                "page.listen=127.0.0.1:9481",
                "-D",
                "kafka.bootstrap.servers=" + bootstrapServers);
        return builder.inheritIO().start();
    }

    private static void view(Process page, int inView, double minutes) throws Exception {
        HttpClient client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        CountDownLatch never = new CountDownLatch(1);
        while (page.isAlive() && !answers(client)) {
            never.await(500, TimeUnit.MILLISECONDS);
        }
        AtomicLong told = new AtomicLong();
        client.sendAsync(request("live"), HttpResponse.BodyHandlers.ofInputStream())
                .thenAccept(answer -> count(answer.body(), told));
        AtomicLong pictures = new AtomicLong();
        AtomicLong slowest = new AtomicLong();
        long began = System.nanoTime();
        long until = began + (long) (60e9 * minutes);
        Duration cpu = page.info().totalCpuDuration().orElse(Duration.ZERO);
        for (long second = 1; System.nanoTime() < until && page.isAlive(); second++) {
            for (int i = 0; i < inView; i++) {
                for (String kind : List.of("original", "decoded")) {
                    ask(client, "cameras/camera-" + i + "/" + kind + ".jpg", pictures, slowest);
                }
            }
            never.await(began + second * 1_000_000_000 - System.nanoTime(), TimeUnit.NANOSECONDS);
            if (second % REPORT_SECONDS == 0) {
                Duration now = page.info().totalCpuDuration().orElse(Duration.ZERO);
                System.out.printf(
                        Locale.ROOT,
                        "%4d s: %.2f of a core, %d MiB resident, %d pictures, slowest %d ms, %d KB told%n",
                        second,
                        now.minus(cpu).toMillis() / 1e3 / REPORT_SECONDS,
                        resident(page) >> 10,
                        pictures.getAndSet(0),
                        slowest.getAndSet(0),
                        told.getAndSet(0) >> 10);
                cpu = now;
            }
        }
    }

    private static HttpRequest request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:9481/api/" + path))
                .header("Accept", path.equals("live") ? "text/event-stream" : "*/*")
                .build();
    }

    private static boolean answers(HttpClient client) throws InterruptedException {
        try {
            return client.send(request("cameras"), HttpResponse.BodyHandlers.ofString())
                            .statusCode()
                    == 200;
        } catch (IOException e) {
            return false;
        }
    }

    private static void ask(HttpClient client, String path, AtomicLong pictures, AtomicLong slowest) {
        long began = System.nanoTime();
        CompletableFuture<HttpResponse<byte[]>> answer =
                client.sendAsync(request(path), HttpResponse.BodyHandlers.ofByteArray());
        answer.thenAccept(picture -> {
            pictures.addAndGet(picture.statusCode() == 200 ? 1 : 0);
            slowest.accumulateAndGet((System.nanoTime() - began) / 1_000_000, Math::max);
        });
    }

    private static void count(InputStream body, AtomicLong told) {
        byte[] buffer = new byte[1 << 16];
        try (body) {
            for (int read = body.read(buffer); read >= 0; read = body.read(buffer)) {
                told.addAndGet(read);
            }
        } catch (IOException e) {
            // the page has ended
        }
    }

    /** In KiB, as the kernel tells. */
    private static long resident(Process page) throws IOException {
        return Files.readAllLines(Path.of("/proc", Long.toString(page.pid()), "status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .findFirst()
                .orElse(0);
    }
}
