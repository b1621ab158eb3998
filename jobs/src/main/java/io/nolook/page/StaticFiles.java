package io.nolook.page;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.nolook.digest.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The page's own files and its chart library, out of the program's jars. */
final class StaticFiles {
    private static final String OWN = "/page/";
    private static final String CHARTS = "/META-INF/resources/webjars/uplot/1.6.30/dist/";
    private static final Map<String, String> CHART_FILES =
            Map.of("uplot.js", CHARTS + "uPlot.esm.js", "uplot.css", CHARTS + "uPlot.min.css");
    private static final Map<String, String> TYPES = Map.of(
            "html", "text/html; charset=utf-8",
            "js", "text/javascript; charset=utf-8",
            "css", "text/css; charset=utf-8",
            "svg", "image/svg+xml");
    /** Files of the program: as many as it has. */
    private static final Map<String, Held> HELD = new ConcurrentHashMap<>();

    private record Held(byte[] bytes, String etag, String type) {}

    private StaticFiles() {}

    static void add(RoutesConfig routes) {
        routes.get("/", context -> answer(context, "index.html"));
        routes.get("/login", context -> answer(context, "login.html"));
        routes.get("/static/{name}", context -> answer(context, context.pathParam("name")));
    }

    /** Answers with a file, or that the browser has it already. */
    static void answer(Context context, String name) {
        Optional<Held> found = name.matches("[a-z0-9-]+\\.(html|js|css|svg)") ? find(name) : Optional.empty();
        if (found.isEmpty()) {
            PageJson.fail(context, 404, "found no such file, expected one of the page");
            return;
        }
        context.header("Cache-Control", "no-cache");
        context.header("ETag", found.get().etag());
        if (found.get().etag().equals(context.header("If-None-Match"))) {
            context.status(304);
            return;
        }
        context.contentType(found.get().type());
        context.result(found.get().bytes());
    }

    private static Optional<Held> find(String name) {
        Held held = HELD.get(name);
        if (held != null) {
            return Optional.of(held);
        }
        Optional<Held> read = read(name);
        read.ifPresent(file -> HELD.put(name, file));
        return read;
    }

    private static Optional<Held> read(String name) {
        String path = CHART_FILES.getOrDefault(name, OWN + name);
        try (@Nullable InputStream in = StaticFiles.class.getResourceAsStream(path)) {
            if (in == null) {
                return Optional.empty();
            }
            byte[] bytes = in.readAllBytes();
            String type = TYPES.get(name.substring(name.lastIndexOf('.') + 1));
            return Optional.of(new Held(bytes, '"' + Sha256.hex(bytes).substring(0, 16) + '"', type));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
