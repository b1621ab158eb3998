package io.nolook.tool.bench.peer;

import io.nolook.flink.tokenize.TokenizeSettings;
import io.nolook.frame.FrameSize;
import io.nolook.kafka.KafkaOptions;
import io.nolook.kafka.KafkaSettings;
import io.nolook.kafka.TopicReader;
import io.nolook.local.LocalJob;
import io.nolook.tool.bench.BenchModel;
import io.nolook.tool.bench.BenchPictures;
import io.nolook.tool.bench.BenchTopics;
import io.nolook.tool.bench.FilledTopic;
import io.nolook.tool.bench.OfflineTokens;
import io.nolook.tool.bench.Pace;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.apache.kafka.common.IsolationLevel;
import org.jspecify.annotations.Nullable;

/**
 * Runs of peers over one frames topic, one after the other.
 *
 * <p>Each reads the topic from its beginning, into a tokens topic of its own, which is then compared.
 */
final class PeerRuns implements AutoCloseable {
    private final Configuration options;
    private final PeerPlan plan;
    private final PeerModels models;
    private final FrameSize source;
    private final PrintWriter out;
    private final Map<Peer, List<Pace>> paces = new EnumMap<>(Peer.class);
    private final Map<Peer, List<OfflineTokens.Comparison>> comparisons = new EnumMap<>(Peer.class);
    private final Map<Peer, OfflineTokens.Comparison> besideOurs = new EnumMap<>(Peer.class);
    private final Map<BenchModel, List<Pace>> bare = new EnumMap<>(BenchModel.class);
    private final Map<BenchModel, OfflineTokens> ours = new EnumMap<>(BenchModel.class);
    private final Map<BenchModel, OfflineTokens> pythons = new EnumMap<>(BenchModel.class);
    private @Nullable FilledTopic topic; // once the bare model is measured

    PeerRuns(Configuration given, PeerPlan plan, PeerModels models, FrameSize source, PrintWriter out) {
        options = new Configuration(given);
        options.set(KafkaOptions.TOPIC_PARTITIONS, 1);
        this.plan = plan;
        this.models = models;
        this.out = out;
        this.source = source;
    }

    /** Fills the topic, makes the offline tokens and runs everything, by turns. */
    PeerRuns all() throws Exception {
        fill(warmUp());
        for (int round = 0; round < plan.repeats(); round++) {
            bare(round);
            for (Peer peer : plan.peers()) {
                if (round == 0
                        || !peer.isSlow()
                        || source.equals(settings(peer.model()).frameSize())) {
                    run(peer, round);
                }
            }
        }
        return this;
    }

    /** Frames/s of the fastest bare model; the first loops of a process are slower and count for nothing else. */
    private double warmUp() {
        out.println("warming up the bare model");
        out.flush();
        return models.open().entrySet().stream()
                .mapToDouble(model ->
                        Pace.bare(model.getValue(), settings(model.getKey())).framesPerSecond())
                .max()
                .orElseThrow();
    }

    private void bare(int round) {
        models.open().forEach((model, open) -> {
            Pace pace = Pace.bare(open, settings(model));
            bare.computeIfAbsent(model, key -> new ArrayList<>()).add(pace);
            say(round, "bare model, " + model, pace, "");
        });
    }

    private void fill(double fastest) throws Exception {
        topic = FilledTopic.of(options, source, plan.cameras(), fastest, plan.seconds());
        out.printf(
                Locale.ROOT,
                "%s: %d cameras, %d frames each, %d KiB a picture; offline tokens%n",
                source,
                plan.cameras(),
                topic.frames(),
                topic.pictures().meanBytes() >> 10);
        out.flush();
        for (BenchModel model : models.open().keySet()) {
            ours.put(model, OfflineTokens.of(settings(model), topic.pictures(), topic.frames()));
            if (plan.peers().stream().anyMatch(peer -> peer.isPython() && peer.model() == model)) {
                pythons.put(model, offlinePython(model));
            }
        }
    }

    private OfflineTokens offlinePython(BenchModel model) throws Exception {
        KafkaSettings kafka = topic.topics().kafka("python-offline-" + model);
        try (PythonPeer offline = new PythonPeer(
                models.python(), "offline.py", models.file(model), BenchPictures.PHASES, settings(model), kafka)) {
            offline.await();
        }
        return OfflineTokens.of(BenchTopics.tokens(kafka, IsolationLevel.READ_UNCOMMITTED));
    }

    private void run(Peer peer, int round) throws Exception {
        KafkaSettings kafka = topic.topics().kafka(peer + "-" + round);
        Pace pace;
        try (Peer.Running running = start(peer, round, kafka);
                TopicReader reader = new TopicReader(kafka, kafka.tokensTopic(), IsolationLevel.READ_UNCOMMITTED)) {
            pace = Pace.tokens(reader, topic.clock(plan.seconds()), running, frames -> {});
        }
        var tokens = BenchTopics.tokens(kafka, IsolationLevel.READ_UNCOMMITTED);
        OfflineTokens expected = (peer.decoding() == Peer.Decoding.OURS ? ours : pythons).get(peer.model());
        OfflineTokens.Comparison compared = expected.compare(tokens);
        paces.computeIfAbsent(peer, key -> new ArrayList<>()).add(pace);
        comparisons.computeIfAbsent(peer, key -> new ArrayList<>()).add(compared);
        besideOurs.put(peer, ours.get(peer.model()).compare(tokens));
        say(round, peer.title(), pace, compared.same() ? ", tokens equal" : peer.isExact() ? ", tokens NOT EQUAL" : "");
    }

    private Peer.Running start(Peer peer, int round, KafkaSettings kafka) throws Exception {
        return switch (peer) {
            case NOLOOK, NOLOOK_INT8, NOLOOK_RECORD -> {
                Configuration own = topic.topics().options(peer + "-" + round);
                own = peer.model().in(own);
                peer.adjust(own);
                yield new JobPeer(LocalJob.start(own.get(KafkaOptions.BOOTSTRAP_SERVERS), own));
            }
            case JAVA, JAVA_WINDOWED -> peer.plain(settings(peer.model()), kafka);
            case PYTHON_LOOP, PYTHON_LOOP_INT8 -> python("loop.py", peer, kafka);
            case PYTHON_STREAM -> python("stream.py", peer, kafka);
        };
    }

    private Peer.Running python(String script, Peer peer, KafkaSettings kafka) throws IOException {
        Path file = models.file(peer.model());
        return new PythonPeer(models.python(), script, file, 0, settings(peer.model()), kafka);
    }

    private TokenizeSettings settings(BenchModel model) {
        return TokenizeSettings.of(model.in(options));
    }

    private void say(int round, String who, Pace pace, String rest) {
        out.printf(
                Locale.ROOT,
                "round %d, %s: %.1f frames/s, CPU %.2f ms a frame%s%n",
                round + 1,
                who,
                pace.framesPerSecond(),
                pace.cpuMillisPerFrame(),
                rest);
        out.flush();
    }

    BenchPictures pictures() {
        return topic.pictures();
    }

    List<Pace> paces(Peer peer) {
        return paces.get(peer);
    }

    List<Pace> bare(BenchModel model) {
        return bare.get(model);
    }

    /** Each run beside the offline tokens of the same decoder. */
    List<OfflineTokens.Comparison> comparisons(Peer peer) {
        return comparisons.get(peer);
    }

    /** The last run beside nolook's tokens. */
    OfflineTokens.Comparison besideOurs(Peer peer) {
        return besideOurs.get(peer);
    }

    @Override
    public void close() {
        if (topic != null) {
            topic.close();
        }
    }
}
