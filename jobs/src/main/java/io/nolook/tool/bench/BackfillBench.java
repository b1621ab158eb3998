package io.nolook.tool.bench;

import io.nolook.flink.tokenize.TokenizeSettings;
import io.nolook.frame.FrameFitter;
import io.nolook.frame.Picture;
import io.nolook.frame.PictureSource;
import io.nolook.frame.TimedPicture;
import io.nolook.job.backfill.BackfillJob;
import io.nolook.job.backfill.Recording;
import io.nolook.job.tokenize.TokenizeJob;
import io.nolook.kafka.FrameProducer;
import io.nolook.kafka.KafkaOptions;
import io.nolook.kafka.KafkaSettings;
import io.nolook.kafka.TopicReader;
import io.nolook.kafka.TopicRecords;
import io.nolook.kafka.Topics;
import io.nolook.local.EmbeddedBroker;
import io.nolook.local.LocalJob;
import io.nolook.media.Inputs;
import io.nolook.model.onnx.ModelFiles;
import io.nolook.model.onnx.OnnxVideoTokenizer;
import io.nolook.schema.FrameEncoding;
import io.nolook.schema.TokenFrame;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.kafka.common.IsolationLevel;

/**
 * Backfill beside the bare model, by turns, in one run; and its tokens beside those of the live job.
 *
 * <p>The rate is that between a quarter of the frames and their last tenth, read back from the tokens topic, exactly-once:
 * starting is told apart. The bare loop is ONNX Runtime on noise that is in memory: reading, decoding and fitting the
 * recordings is the backfill's, as are Flink, the Kafka client, the broker and the reader, which share the process.
 */
public final class BackfillBench {
    private static final int ROUNDS = 5;
    private static final double WARMUP = 0.25;
    private static final double END = 0.9;
    private static final long BEGAN_MICROS = 1_700_000_000_000_000L;

    /**
     * One backfill between two bare loops.
     *
     * @param startSeconds from the job's start to its first token frame: Flink, the model and its admission
     * @param framesPerSecond then
     * @param bareFramesPerSecond the mean of the loops before and after
     * @param ratio of the two
     * @param cpuMillisPerFrame of the process while the backfill ran
     * @param bareCpuMillisPerFrame of the bare loops
     */
    public record Round(
            double startSeconds,
            double framesPerSecond,
            double bareFramesPerSecond,
            double ratio,
            double cpuMillisPerFrame,
            double bareCpuMillisPerFrame) {

        String line() {
            return String.format(
                    Locale.ROOT,
                    "first token after %.1f s; then %.1f frames/s, bare loop %.1f, ratio %.3f; CPU %.2f ms a frame,"
                            + " bare loop %.2f",
                    startSeconds,
                    framesPerSecond,
                    bareFramesPerSecond,
                    ratio,
                    cpuMillisPerFrame,
                    bareCpuMillisPerFrame);
        }
    }

    /**
     * What was measured.
     *
     * @param recordings how many
     * @param frames of all
     * @param readCpuMillisPerFrame of reading the recordings alone: decoding, turning to RGB, fitting
     * @param medianRatio of the rounds
     * @param rounds in order
     * @param tokenFrames compared
     * @param equal whether the tokens of every round are those of the live job
     */
    public record Result(
            int recordings,
            long frames,
            int threads,
            int batch,
            double readCpuMillisPerFrame,
            double medianRatio,
            List<Round> rounds,
            long tokenFrames,
            boolean equal,
            String runtime)
            implements Finding {

        @Override
        public List<String> lines() {
            return List.of(String.format(
                    Locale.ROOT,
                    "%d recordings, %d frames, %d threads, batch %d: ratio %.3f (median); reading recordings takes"
                            + " %.2f ms of CPU a frame; %d token frames, those of the live job: %s; %s",
                    recordings,
                    frames,
                    threads,
                    batch,
                    medianRatio,
                    readCpuMillisPerFrame,
                    tokenFrames,
                    equal ? "equal" : "NOT EQUAL",
                    runtime));
        }

        @Override
        public boolean right() {
            return equal;
        }
    }

    private final Configuration options;
    private final List<Path> recordings;
    private final PrintWriter out;
    private final TokenizeSettings settings;
    private long frames;
    private long readNanos;

    public BackfillBench(Configuration options, List<Path> recordings, PrintWriter out) {
        this.options = BenchOptions.of(options);
        if (!options.contains(CoreOptions.DEFAULT_PARALLELISM)) {
            this.options.set(CoreOptions.DEFAULT_PARALLELISM, 1);
        }
        this.recordings = recordings;
        this.out = out;
        settings = TokenizeSettings.of(this.options);
    }

    public Result run() throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.start(Map.of());
                OnnxVideoTokenizer model = OnnxVideoTokenizer.open(
                        ModelFiles.encoder(
                                settings.encoder(), settings.inference().session()),
                        settings.inference().session())) {
            options.set(KafkaOptions.BOOTSTRAP_SERVERS, broker.bootstrapServers());
            say("live job");
            Map<String, List<TokenFrame>> live = live();
            say("bare loop and backfill, by turns");
            boolean equal = true;
            List<Round> rounds = new ArrayList<>();
            Pace before = Pace.bare(model, settings);
            for (int round = 0; round < ROUNDS; round++) {
                Configuration mine = new Configuration(options);
                mine.set(KafkaOptions.TOKENS_TOPIC, "tokens-" + round);
                Backfilled backfilled = backfill(mine);
                Pace after = Pace.bare(model, settings);
                rounds.add(backfilled.beside(before, after));
                say(String.format(
                        Locale.ROOT, "round %d: %s", round, rounds.get(round).line()));
                equal &= tokens(mine).equals(live);
                before = after;
            }
            return new Result(
                    recordings.size(),
                    frames,
                    settings.inference().session().threads(),
                    settings.inference().batchLimits().size(),
                    readNanos / 1e6 / frames,
                    rounds.stream().mapToDouble(Round::ratio).sorted().toArray()[ROUNDS / 2],
                    rounds,
                    live.values().stream().mapToLong(List::size).sum(),
                    equal,
                    model.runtimeId());
        }
    }

    private record Backfilled(double startSeconds, Pace pace) {

        Round beside(Pace before, Pace after) {
            double bare = (before.framesPerSecond() + after.framesPerSecond()) / 2;
            return new Round(
                    startSeconds,
                    pace.framesPerSecond(),
                    bare,
                    pace.framesPerSecond() / bare,
                    pace.cpuMillisPerFrame(),
                    (before.cpuMillisPerFrame() + after.cpuMillisPerFrame()) / 2);
        }
    }

    private Backfilled backfill(Configuration mine) throws Exception {
        long began = System.nanoTime();
        double[] start = {0};
        try (LocalJob<BackfillJob> job = LocalJob.start(
                        mine.get(KafkaOptions.BOOTSTRAP_SERVERS), mine, given -> new BackfillJob(given, asCameras()));
                TopicReader reader = new TopicReader(
                        job.job().kafka(), job.job().kafka().tokensTopic(), IsolationLevel.READ_UNCOMMITTED)) {
            Pace pace = Pace.tokens(
                    reader,
                    Pace.Clock.between(Math.round(WARMUP * frames), Math.round(END * frames)),
                    Pace.Worker.HERE,
                    arrived -> start[0] = start[0] > 0 ? start[0] : (System.nanoTime() - began) / 1e9);
            job.awaitEnd();
            return new Backfilled(start[0], pace);
        }
    }

    private List<Recording> asCameras() {
        return recordings.stream()
                .map(path -> Recording.of(path, "", OptionalLong.of(BEGAN_MICROS)))
                .toList();
    }

    /** The tokens of the job that reads the frames topic, to which the recordings are sent as they are fitted. */
    private Map<String, List<TokenFrame>> live() throws Exception {
        KafkaSettings kafka = new KafkaSettings(options);
        new Topics(kafka, settings.frameMaxBytes()).ensure();
        try (FrameProducer producer = new FrameProducer(kafka, Topics.frameRecordBytes(settings.frameMaxBytes()))) {
            for (Path recording : recordings) {
                send(recording, producer);
            }
            producer.flush();
        }
        Configuration bounded = new Configuration(options);
        bounded.set(KafkaOptions.STOP, KafkaOptions.Stop.LATEST);
        try (LocalJob<TokenizeJob> job =
                LocalJob.start(options.get(KafkaOptions.BOOTSTRAP_SERVERS), bounded, TokenizeJob::new)) {
            job.awaitEnd();
        }
        return tokens(options);
    }

    private void send(Path recording, FrameProducer producer) throws IOException {
        int width = settings.frameSize().width();
        int height = settings.frameSize().height();
        FrameFitter fitter = new FrameFitter(settings.frameFit(), width, height);
        try (PictureSource source = Inputs.open(recording.toString())) {
            long sequence = 0;
            long began = Pace.cpuNanos();
            for (Optional<TimedPicture> next = source.next(); next.isPresent(); next = source.next()) {
                Picture picture = fitter.fit(next.get().picture());
                readNanos += Pace.cpuNanos() - began;
                frames++;
                producer.send(
                        new FrameProducer.Place(
                                Recording.name(recording),
                                TimeUnit.MICROSECONDS.toMillis(BEGAN_MICROS),
                                sequence++,
                                BEGAN_MICROS + next.get().atMicros()),
                        FrameEncoding.RGB24,
                        width,
                        height,
                        picture.rgb());
                began = Pace.cpuNanos();
            }
        }
    }

    /** What does not depend on whether pictures were fitted before: all but the size of the source. */
    private static Map<String, List<TokenFrame>> tokens(Configuration options) {
        KafkaSettings kafka = new KafkaSettings(options);
        Map<String, List<TokenFrame>> tokens = TopicRecords.tokens(kafka, kafka.tokensTopic());
        tokens.values()
                .forEach(frames -> frames.forEach(frame -> {
                    frame.setSourceWidth(0);
                    frame.setSourceHeight(0);
                }));
        return tokens;
    }

    private void say(String line) {
        out.println(line);
        out.flush();
    }
}
