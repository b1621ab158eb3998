package io.nolook.page;

import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import io.nolook.flink.model.InferenceOptions;
import io.nolook.flink.tokenize.TokenizeSettings;
import io.nolook.kafka.KafkaSettings;
import io.nolook.offline.Decoders;
import io.nolook.page.live.LiveAction;
import io.nolook.page.live.LiveCameras;
import io.nolook.page.picture.DecodedPictures;
import io.nolook.page.picture.OriginalPictures;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.apache.flink.configuration.Configuration;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/**
 * The live page: reads topics, and answers browsers; until it is closed.
 *
 * <pre>
 *   topics --> LiveFeed --> LiveCameras --> LivePage --+--> CameraRoutes --> JSON, pictures
 *                                |                     +--> LiveStream ----> changes
 *                                +--> OriginalPictures, DecodedPictures (one thread)
 *   archive, actions --> {@link ArchivePage} --> JSON, pictures
 * </pre>
 *
 * <p>What it answers is added by {@link PageRoutes}.
 */
public final class PageServer implements AutoCloseable {
    /** Longer than the first picture waits for its decoder on a busy machine: Jetty ends requests that are silent for so long. */
    private static final long IDLE_MILLIS = 120_000;

    /** Of a request's body. */
    static final int REQUEST_BYTES = 8 << 10;

    /** The timeline names the cameras that it asks for, percent-encoded, in one address. */
    private static final int HEADER_BYTES = 64 << 10;

    private static final int THREADS_BESIDE_VIEWERS = 16;
    /** Ids of cameras may hold slashes and percent signs, and stand in paths. */
    private static final UriCompliance IDS_IN_PATHS = UriCompliance.DEFAULT.with(
            "ids",
            UriCompliance.Violation.AMBIGUOUS_PATH_SEPARATOR,
            UriCompliance.Violation.AMBIGUOUS_PATH_ENCODING,
            UriCompliance.Violation.AMBIGUOUS_PATH_SEGMENT,
            UriCompliance.Violation.AMBIGUOUS_EMPTY_SEGMENT,
            UriCompliance.Violation.AMBIGUOUS_PATH_PARAMETER,
            UriCompliance.Violation.SUSPICIOUS_PATH_CHARACTERS);

    private final PageSettings settings;
    private final LiveFeed feed;
    private final DecodedPictures decoded;
    private final LiveStream stream;
    private final ArchivePage archive;
    private final Javalin server;

    /**
     * Starts it; returns when it answers.
     *
     * @param kafka where the topics are; need not answer yet
     * @param keyframe asks the job, where the settings allow it
     * @throws IOException when the port cannot be had
     */
    public static PageServer start(PageSettings settings, KafkaSettings kafka, KeyframeRoute.KeyframeRequest keyframe)
            throws IOException {
        PageServer page = new PageServer(settings, kafka, keyframe);
        try {
            page.server.start();
        } catch (RuntimeException e) {
            page.close();
            throw new IOException(
                    "page.listen: found " + settings.listen() + " that cannot be listened on, expected a free port: "
                            + e.getMessage(),
                    e);
        }
        page.feed.start();
        page.archive.start();
        return page;
    }

    private PageServer(PageSettings settings, KafkaSettings kafka, KeyframeRoute.KeyframeRequest keyframe) {
        this.settings = settings;
        LiveCameras cameras = new LiveCameras(settings.limits());
        AtomicReference<Consumer<LiveAction>> acted = new AtomicReference<>(action -> {});
        feed = new LiveFeed(
                kafka, cameras, settings.back(), action -> acted.get().accept(action));
        LivePage live = new LivePage(cameras, feed::away, feed::unreadable, settings.keyframes());
        decoded = new DecodedPictures(
                cameras::clip,
                new Decoders(lightly(settings.configuration())),
                settings.decodeInterval(),
                settings.decodedCameras());
        stream = new LiveStream(live, settings.maxViewers());
        acted.set(stream::acted);
        List<PageRoutes> parts = new ArrayList<>(List.of(
                new CameraRoutes(
                        live,
                        new OriginalPictures(
                                TokenizeSettings.of(settings.configuration()).frameLimits()),
                        decoded),
                new KeyframeRoute(cameras, settings.keyframes() ? Optional.of(keyframe) : Optional.empty()),
                stream));
        archive = new ArchivePage(settings, kafka, lightly(settings.configuration()));
        parts.addAll(archive.routes());
        server = Javalin.create(config -> configure(config, parts));
    }

    /** A page takes one thread for its decoder, unless it is given more. */
    private static Configuration lightly(Configuration given) {
        Configuration configuration = new Configuration(given);
        if (!given.contains(InferenceOptions.INFERENCE_THREADS)) {
            configuration.set(InferenceOptions.INFERENCE_THREADS, 1);
        }
        return configuration;
    }

    private void configure(JavalinConfig config, List<PageRoutes> parts) {
        config.startup.showJavalinBanner = false;
        config.startup.showOldJavalinVersionWarning = false;
        config.startup.startupWatcherEnabled = false;
        config.http.maxRequestSize = REQUEST_BYTES;
        config.http.generateEtags = false;
        config.http.prefer405over404 = true;
        config.jetty.modifyServer(jetty -> jetty.setErrorHandler(new PageErrors()));
        config.jetty.threadPool = threads();
        config.jetty.modifyServletContextHandler(
                handler -> handler.getServletHandler().setDecodeAmbiguousURIs(true));
        config.jetty.addConnector(this::connector);
        new PageAccess(settings).add(config.routes);
        StaticFiles.add(config.routes);
        config.routes.get("/healthz", context -> PageJson.answer(context, Map.of("status", "ready")));
        PageErrors.add(config.routes);
        parts.forEach(part -> part.add(config.routes));
    }

    private QueuedThreadPool threads() {
        QueuedThreadPool threads = new QueuedThreadPool(settings.maxViewers() + THREADS_BESIDE_VIEWERS, 2);
        threads.setName("page-http");
        threads.setDaemon(true);
        return threads;
    }

    private ServerConnector connector(Server of, HttpConfiguration http) {
        http.setSendServerVersion(false);
        http.setRequestHeaderSize(HEADER_BYTES);
        http.setUriCompliance(IDS_IN_PATHS);
        ServerConnector connector;
        if (settings.tls().isPresent()) {
            SslContextFactory.Server tls = new SslContextFactory.Server();
            tls.setKeyStorePath(settings.tls().get().keystore().toString());
            tls.setKeyStoreType("PKCS12");
            tls.setKeyStorePassword(settings.tls().get().password());
            http.addCustomizer(new SecureRequestCustomizer(false));
            connector =
                    new ServerConnector(of, new SslConnectionFactory(tls, "http/1.1"), new HttpConnectionFactory(http));
        } else {
            connector = new ServerConnector(of, new HttpConnectionFactory(http));
        }
        connector.setHost(settings.listen().getAddress().getHostAddress());
        connector.setPort(settings.listen().getPort());
        connector.setIdleTimeout(IDLE_MILLIS);
        return connector;
    }

    /** Where browsers find it. */
    public URI address() {
        String host = settings.listen().getHostString();
        return URI.create(String.format(
                Locale.ROOT,
                "%s://%s:%d/",
                settings.tls().isPresent() ? "https" : "http",
                host.contains(":") ? "[" + host + "]" : host,
                server.port()));
    }

    @Override
    public void close() {
        stream.close();
        server.stop();
        feed.close();
        decoded.close();
        archive.close();
    }
}
