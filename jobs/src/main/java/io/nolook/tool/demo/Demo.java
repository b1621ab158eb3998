package io.nolook.tool.demo;

import io.nolook.camera.Ingest;
import io.nolook.flink.tokenize.TokenizeSettings;
import io.nolook.frame.Picture;
import io.nolook.job.archive.ArchiveJob;
import io.nolook.job.tokenize.TokenizeJob;
import io.nolook.kafka.FrameProducer;
import io.nolook.kafka.KafkaOptions;
import io.nolook.kafka.KafkaSettings;
import io.nolook.kafka.TopicReader;
import io.nolook.kafka.Topics;
import io.nolook.local.EmbeddedBroker;
import io.nolook.local.LocalJob;
import io.nolook.model.VideoDetokenizer;
import io.nolook.page.PageServer;
import io.nolook.page.PageSettings;
import io.nolook.record.CameraKeys;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import org.apache.flink.configuration.Configuration;
import org.apache.kafka.common.IsolationLevel;

/** Runs cameras, broker and job in this process, and accounts for every frame. */
public final class Demo {
    private static final Duration START_TIMEOUT = Duration.ofMinutes(3);
    private static final long STALL_NANOS = TimeUnit.MINUTES.toNanos(2);
    private static final long SAMPLED_STALL_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final long PICTURES_IN_MEMORY = 3000;

    private final Configuration options;
    private final List<DemoCamera> cameras;
    private final PrintWriter out;
    private final long began = System.nanoTime();
    private double firstTokenSeconds = Double.NaN;
    private Optional<Configuration> recognizing = Optional.empty();
    private OptionalInt port = OptionalInt.empty();
    private boolean isShown;

    /** Everything a report needs. */
    public record Result(
            List<CameraReport> cameras,
            Map<String, Pictures> pictures,
            Optional<ActionReport> actions,
            double firstTokenSeconds) {

        Result with(Optional<ActionReport> seen) {
            return new Result(cameras, pictures, seen, firstTokenSeconds);
        }

        /** Frames that were sent and are neither tokens nor dead letters, and that sampling did not leave out. */
        public long unaccounted() {
            return cameras.stream().mapToLong(CameraReport::framesUnaccounted).sum();
        }
    }

    /** Frame by frame, as many of each. */
    public record Pictures(List<Picture> originals, List<Picture> decoded) {

        /** Of all frames together, from the pooled squared error of RGB values, in dB; NaN of none. */
        public double psnr() {
            double squared = 0;
            long values = 0;
            for (int i = 0; i < originals.size(); i++) {
                byte[] a = originals.get(i).rgb();
                byte[] b = decoded.get(i).rgb();
                for (int v = 0; v < a.length; v++) {
                    int difference = (a[v] & 0xff) - (b[v] & 0xff);
                    squared += difference * difference;
                }
                values += a.length;
            }
            return values == 0 ? Double.NaN : 10 * Math.log10(255.0 * 255.0 * values / Math.max(squared, 1e-9));
        }
    }

    private Demo(Configuration options, List<DemoCamera> cameras, PrintWriter out) {
        this.options = options;
        this.cameras = cameras;
        this.out = out;
    }

    /** A demo of simulated cameras, then one camera for each video. */
    public static Demo of(Configuration options, int simulated, List<String> videos, PrintWriter out) {
        List<DemoCamera> cameras = new ArrayList<>();
        for (int i = 1; i <= simulated; i++) {
            cameras.add(DemoCamera.simulated("simulated-" + i, i));
        }
        for (int i = 0; i < videos.size(); i++) {
            String file = videos.get(i).substring(videos.get(i).lastIndexOf('/') + 1);
            int dot = file.lastIndexOf('.');
            String name = dot > 0 ? file.substring(0, dot) : file;
            boolean taken = cameras.stream().anyMatch(camera -> camera.name().equals(name));
            cameras.add(DemoCamera.ofVideo(taken ? name + "-" + (i + 1) : name, videos.get(i)));
        }
        if (cameras.isEmpty()) {
            throw new IllegalArgumentException("found no camera, expected --cameras of at least 1 or --video FILE");
        }
        return new Demo(options, cameras, out);
    }

    /**
     * Recognizes actions in the tokens too.
     *
     * @param given options of the recognizing job
     */
    public Demo recognizing(Configuration given) {
        recognizing = Optional.of(given);
        return this;
    }

    /**
     * Has the broker listen on a port that other programs know.
     *
     * @param port of loopback, 1 to 65535, that nothing listens on
     */
    public Demo onPort(int port) {
        this.port = OptionalInt.of(port);
        return this;
    }

    /** Shows the cameras in a browser, for as long as the demo runs, and archives their tokens for its timeline. */
    public Demo onAPage() {
        isShown = true;
        return this;
    }

    /** Opens the decoder for the pictures. */
    public interface DecoderOpening {
        VideoDetokenizer open();
    }

    /**
     * Runs the cameras for some seconds, or until their videos end, then takes all frames to tokens.
     *
     * @param seconds that the cameras run at most
     */
    public Result run(long seconds, DecoderOpening decoder) throws Exception {
        say("starting a Kafka broker in this process");
        try (EmbeddedBroker broker = broker();
                LocalJob<TokenizeJob> job = start(broker);
                AutoCloseable archive = archive(broker);
                AutoCloseable page = page(broker)) {
            if (recognizing.isEmpty()) {
                return watch(job, seconds, decoder, Optional.empty());
            }
            say("starting the recognizing job");
            try (DemoRecognition recognition = DemoRecognition.start(
                    broker.bootstrapServers(), withBroker(recognizing.get(), broker), START_TIMEOUT)) {
                return watch(job, seconds, decoder, Optional.of(recognition));
            }
        }
    }

    private EmbeddedBroker broker() throws IOException {
        if (port.isEmpty()) {
            return EmbeddedBroker.start(Map.of());
        }
        EmbeddedBroker broker = EmbeddedBroker.start(port.getAsInt());
        say("the broker, for other programs: " + broker.bootstrapServers());
        return broker;
    }

    private Result watch(
            LocalJob<TokenizeJob> job, long seconds, DecoderOpening decoder, Optional<DemoRecognition> recognition)
            throws Exception {
        KafkaSettings kafka = job.job().kafka();
        TokenizeSettings settings = job.job().tokenize();
        long keep = Math.min(300, Math.max(17, PICTURES_IN_MEMORY / cameras.size()));
        double ran;
        TokenWatcher uncommitted = new TokenWatcher(kafka, IsolationLevel.READ_UNCOMMITTED, 0);
        TokenWatcher committed = new TokenWatcher(kafka, IsolationLevel.READ_COMMITTED, (int) keep / 4);
        try (uncommitted;
                committed) {
            long from = System.nanoTime();
            runCameras(job, seconds, uncommitted);
            ran = Math.min(seconds, (System.nanoTime() - from) / 1e9);
            awaitAll(uncommitted, job);
            say("completing the last chunks, committing");
            job.drain();
        }
        Optional<ActionReport> actions = Optional.empty();
        if (recognition.isPresent()) {
            say("recognizing the last tokens");
            actions = Optional.of(recognition.get().finish());
        }
        Map<String, Long> dead = deadLetters(kafka);
        say("decoding the tokens again");
        return report(kafka, settings, new Watched(uncommitted, committed, dead, keep, ran), decoder)
                .with(actions);
    }

    private record Watched(
            TokenWatcher uncommitted, TokenWatcher committed, Map<String, Long> dead, long keep, double seconds) {}

    private LocalJob<TokenizeJob> start(EmbeddedBroker broker) throws Exception {
        say("starting a Flink cluster in this process and the job");
        LocalJob<TokenizeJob> job = LocalJob.start(broker.bootstrapServers(), withBroker(options, broker));
        job.awaitRunning(START_TIMEOUT);
        return job;
    }

    /** The page's timeline shows what is archived. */
    private AutoCloseable archive(EmbeddedBroker broker) throws Exception {
        if (!isShown) {
            return () -> {};
        }
        say("starting the archiving job");
        return LocalJob.start(broker.bootstrapServers(), withBroker(options, broker), ArchiveJob::new);
    }

    private AutoCloseable page(EmbeddedBroker broker) throws IOException {
        if (!isShown) {
            return () -> {};
        }
        Configuration configuration = withBroker(options, broker);
        PageServer page = PageServer.start(PageSettings.of(configuration), new KafkaSettings(configuration), camera -> {
            throw new IllegalStateException("found a demo, expected a job that takes commands");
        });
        say("the cameras in a browser: " + page.address());
        return page;
    }

    private static Configuration withBroker(Configuration given, EmbeddedBroker broker) {
        Configuration configuration = new Configuration(given);
        configuration.setString("kafka.bootstrap.servers", broker.bootstrapServers());
        if (!given.contains(KafkaOptions.TOPIC_REPLICATION)) {
            configuration.set(KafkaOptions.TOPIC_REPLICATION, 1);
        }
        return configuration;
    }

    private void runCameras(LocalJob<TokenizeJob> job, long seconds, TokenWatcher tokens) throws Exception {
        KafkaSettings kafka = job.job().kafka();
        TokenizeSettings settings = job.job().tokenize();
        say(String.format(Locale.ROOT, "%d cameras for at most %d s", cameras.size(), seconds));
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        try (FrameProducer producer = new FrameProducer(kafka, Topics.frameRecordBytes(settings.frameMaxBytes()))) {
            cameras.forEach(camera -> camera.start(producer, () -> System.nanoTime() < until));
            while (!cameras.stream().allMatch(DemoCamera::finished)) {
                progress(tokens, job);
            }
            for (DemoCamera camera : cameras) {
                camera.join();
            }
            producer.flush();
        }
    }

    /**
     * Until every frame but the last few of each camera has come back, or nothing moves for two minutes; where frames are
     * sampled, for the time of two token frames and some seconds.
     */
    private void awaitAll(TokenWatcher tokens, LocalJob<TokenizeJob> job) throws Exception {
        long interval = job.job().tokenize().sampleIntervalMicros();
        long stall = interval == 0 ? STALL_NANOS : SAMPLED_STALL_NANOS + TimeUnit.MICROSECONDS.toNanos(8 * interval);
        long pending = 3L * cameras.size();
        long moved = System.nanoTime();
        long last = -1;
        while (tokens.frames() + pending < frames() && System.nanoTime() - moved < stall) {
            if (tokens.frames() != last) {
                last = tokens.frames();
                moved = System.nanoTime();
            }
            progress(tokens, job);
        }
        out.println();
    }

    private long frames() {
        return cameras.stream().mapToLong(DemoCamera::sent).sum();
    }

    /** Says how far it is, then waits a moment: a short one until the first token frame. */
    private void progress(TokenWatcher tokens, LocalJob<TokenizeJob> job) throws Exception {
        job.requireAlive();
        if (Double.isNaN(firstTokenSeconds) && tokens.tokenFrames() > 0) {
            firstTokenSeconds = (System.nanoTime() - began) / 1e9;
            say(String.format(Locale.ROOT, "\nfirst token frame after %.1f s", firstTokenSeconds));
        }
        out.printf(
                Locale.ROOT,
                "\r%8d frames sent, %8d tokenized, %7d token frames ",
                frames(),
                tokens.frames(),
                tokens.tokenFrames());
        out.flush();
        long millis = Double.isNaN(firstTokenSeconds) ? 50 : 500;
        Ingest.waitUntil(Ingest.nowMicros() + TimeUnit.MILLISECONDS.toMicros(millis), () -> true);
    }

    private static Map<String, Long> deadLetters(KafkaSettings kafka) {
        Map<String, Long> dead = new HashMap<>();
        try (TopicReader reader = new TopicReader(kafka, kafka.deadLettersTopic(), IsolationLevel.READ_COMMITTED)) {
            reader.readToEnd(record -> dead.merge(CameraKeys.cameraOrUnknown(record.key()), 1L, Long::sum));
        }
        return dead;
    }

    private Result report(KafkaSettings kafka, TokenizeSettings settings, Watched watched, DecoderOpening decoder) {
        Map<String, Map<Long, Picture>> originals = Reconstruction.originals(kafka, settings, watched.keep());
        List<CameraReport> reports = new ArrayList<>();
        Map<String, Pictures> pictures = new LinkedHashMap<>();
        try (VideoDetokenizer detokenizer = decoder.open()) {
            for (DemoCamera camera : cameras) {
                TokenWatcher.Seen seen = watched.committed().seen(camera.name());
                Pictures decoded =
                        Reconstruction.decode(detokenizer, seen.kept, originals.getOrDefault(camera.name(), Map.of()));
                pictures.put(camera.name(), decoded);
                reports.add(row(camera, watched, seen, settings, decoded.psnr()));
            }
        }
        return new Result(reports, pictures, Optional.empty(), firstTokenSeconds);
    }

    private static CameraReport row(
            DemoCamera camera, Watched watched, TokenWatcher.Seen seen, TokenizeSettings settings, double psnr) {
        long dead = watched.dead().getOrDefault(camera.name(), 0L);
        long sampled = settings.sampleIntervalMicros() == 0 ? 0 : seen.sampled(camera.sent());
        List<Long> early = watched.uncommitted().seen(camera.name()).latencyMicros;
        long pixels = seen.frames
                * settings.frameSize().width()
                * settings.frameSize().height();
        return new CameraReport(
                camera.name(),
                camera.sent(),
                seen.frames,
                dead,
                sampled,
                camera.sent() - seen.frames - dead - sampled,
                seen.tokenFrames,
                seen.keyframes,
                seen.tokens / watched.seconds(),
                8.0 * seen.tokenBytes / Math.max(1, pixels),
                new CameraReport.Latency(
                        TokenWatcher.percentileMillis(early, 50),
                        TokenWatcher.percentileMillis(early, 99),
                        TokenWatcher.percentileMillis(seen.latencyMicros, 50),
                        TokenWatcher.percentileMillis(seen.latencyMicros, 99)),
                psnr);
    }

    private void say(String line) {
        out.println(line);
        out.flush();
    }
}
