package io.nolook.camera;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.nolook.camera.CameraHealth.Drop;
import io.nolook.camera.CameraHealth.Report;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;

/**
 * What a fleet tells: {@code /health}, {@code /cameras} as JSON, {@code /metrics} in Prometheus' text format.
 *
 * <p>On loopback alone: nothing here asks who reads. Addresses are told without what may be secret.
 */
public final class FleetPages implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
    private static final int STOP_SECONDS = 0;

    private final CameraFleet fleet;
    private final HttpServer server;
    private final ExecutorService threads = Executors.newFixedThreadPool(2, work -> {
        Thread thread = new Thread(work, "fleet-pages");
        thread.setDaemon(true);
        return thread;
    });

    /**
     * @param address on loopback; port 0 takes a free one
     * @throws IOException when the port cannot be had
     */
    public FleetPages(CameraFleet fleet, InetSocketAddress address) throws IOException {
        if (address.isUnresolved() || !address.getAddress().isLoopbackAddress()) {
            throw new IllegalArgumentException("found " + address + " to listen on, expected an address of this machine"
                    + " alone, such as 127.0.0.1:9464: these pages ask nobody who they are");
        }
        this.fleet = fleet;
        server = listening(address);
        server.setExecutor(threads);
        page("/health", "application/json", FleetPages::health);
        page("/cameras", "application/json", FleetPages::cameras);
        page("/metrics", "text/plain; version=0.0.4", FleetPages::metrics);
        server.start();
    }

    private static HttpServer listening(InetSocketAddress address) throws IOException {
        try {
            return HttpServer.create(address, 0);
        } catch (BindException e) {
            throw new IOException("--listen: found " + address + " in use, expected a free port", e);
        }
    }

    public int port() {
        return server.getAddress().getPort();
    }

    private void page(String path, String type, Function<List<CameraFeed>, String> body) {
        server.createContext(path, exchange -> {
            try (exchange) {
                if (!exchange.getRequestURI().getPath().equals(path)) {
                    exchange.sendResponseHeaders(404, -1);
                } else {
                    answer(exchange, type, body.apply(fleet.feeds()));
                }
            }
        });
    }

    private static void answer(HttpExchange exchange, String type, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", type + "; charset=utf-8");
        exchange.sendResponseHeaders(200, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    /** Live while the process answers; ready when a camera delivers to the broker, or none is asked for. */
    private static String health(List<CameraFeed> feeds) {
        List<Report> reports = feeds.stream().map(CameraFeed::report).toList();
        long good = reports.stream()
                .filter(report -> report.rating().ordinal() < CameraHealth.Rating.UNUSABLE.ordinal())
                .count();
        return String.format(
                Locale.ROOT,
                "{\"status\": \"%s\", \"cameras\": %d, \"usable\": %d}%n",
                good > 0 || feeds.isEmpty() ? "ready" : "live",
                feeds.size(),
                good);
    }

    private static String cameras(List<CameraFeed> feeds) {
        List<Map<String, Object>> cameras = new ArrayList<>();
        for (CameraFeed feed : feeds) {
            Report report = feed.report();
            Map<String, Object> camera = new LinkedHashMap<>();
            camera.put("id", feed.spec().id());
            camera.put("group", feed.spec().group());
            camera.put("address", feed.spec().address().shown());
            camera.put("rating", report.rating().word());
            camera.put("reason", report.reason());
            camera.put("frames", report.frames());
            camera.put("bytes", report.bytes());
            camera.put("drops", report.drops());
            camera.put("framesPerSecond", report.framesPerSecond());
            camera.put("epoch", feed.epoch());
            camera.put("reconnectsInTheLastHour", report.reconnects());
            camera.put("width", report.width());
            camera.put("height", report.height());
            camera.put("newestMillisAgo", report.ageMillis());
            camera.put("waitingBytes", feed.waitingBytes());
            cameras.add(camera);
        }
        try {
            return JSON.writeValueAsString(cameras) + "\n";
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String metrics(List<CameraFeed> feeds) {
        PrometheusText text = new PrometheusText();
        Map<Map<String, String>, Report> reports = new LinkedHashMap<>();
        for (CameraFeed feed : feeds) {
            reports.put(Map.of("camera", feed.spec().id(), "group", feed.spec().group()), feed.report());
        }
        each(text, "nolook_camera_frames_total", "counter", reports, Report::frames);
        each(text, "nolook_camera_bytes_total", "counter", reports, Report::bytes);
        text.metric("nolook_camera_dropped_total", "counter");
        reports.forEach((labels, report) -> {
            for (Drop drop : Drop.values()) {
                Map<String, String> all = new TreeMap<>(labels);
                all.put("reason", drop.word());
                text.value(all, report.drops().getOrDefault(drop, 0L));
            }
        });
        each(text, "nolook_camera_reconnects_last_hour", "gauge", reports, Report::reconnects);
        each(text, "nolook_camera_failures_total", "counter", reports, Report::failures);
        each(text, "nolook_camera_frames_per_second", "gauge", reports, Report::framesPerSecond);
        each(
                text,
                "nolook_camera_newest_frame_age_seconds",
                "gauge",
                reports,
                report -> report.ageMillis() < 0 ? Double.NaN : report.ageMillis() / 1e3);
        each(text, "nolook_camera_code_seconds_total", "counter", reports, report -> report.codeNanos() / 1e9);
        each(text, "nolook_camera_send_seconds_total", "counter", reports, report -> report.sendNanos() / 1e9);
        each(
                text,
                "nolook_camera_rating",
                "gauge",
                reports,
                report -> report.rating().ordinal());
        text.metric("nolook_camera_waiting_bytes", "gauge");
        feeds.forEach(feed -> text.value(
                Map.of("camera", feed.spec().id(), "group", feed.spec().group()), feed.waitingBytes()));
        return text.toString();
    }

    private static void each(
            PrometheusText text,
            String name,
            String type,
            Map<Map<String, String>, Report> reports,
            Function<Report, ? extends Number> value) {
        text.metric(name, type);
        reports.forEach((labels, report) -> text.value(labels, value.apply(report)));
    }

    @Override
    public void close() {
        server.stop(STOP_SECONDS);
        threads.shutdownNow();
    }
}
