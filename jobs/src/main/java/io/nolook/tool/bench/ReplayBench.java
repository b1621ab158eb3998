package io.nolook.tool.bench;

import io.nolook.archive.CodedSegment;
import io.nolook.archive.SegmentCoder;
import io.nolook.archive.SegmentException;
import io.nolook.camera.Ingest;
import io.nolook.flink.detokenize.DetokenizeOptions;
import io.nolook.flink.tokenize.TokenizeSettings;
import io.nolook.frame.Picture;
import io.nolook.job.KafkaJob;
import io.nolook.job.archive.ArchiveJob;
import io.nolook.job.tokenize.TokenizeJob;
import io.nolook.kafka.FrameProducer;
import io.nolook.kafka.KafkaOptions;
import io.nolook.kafka.KafkaSettings;
import io.nolook.kafka.TopicRecords;
import io.nolook.kafka.Topics;
import io.nolook.local.EmbeddedBroker;
import io.nolook.local.LocalJob;
import io.nolook.model.VideoDetokenizer;
import io.nolook.model.onnx.ModelFiles;
import io.nolook.model.onnx.OnnxVideoDetokenizer;
import io.nolook.offline.OfflineDetokenizer;
import io.nolook.record.ArchiveSegments;
import io.nolook.replay.ArchiveCensus;
import io.nolook.replay.ArchiveDeletions;
import io.nolook.replay.ArchiveReader;
import io.nolook.replay.Replay;
import io.nolook.replay.ReplayDecoder;
import io.nolook.schema.FrameEncoding;
import io.nolook.schema.TokenFrame;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.apache.flink.configuration.Configuration;

/**
 * Hours of cameras made of recordings: tokenized, archived, verified; random minutes of them replayed and compared.
 *
 * <p>The frames topic is filled first, with capture times at the cameras' rate; then the tokenizing job takes it to its
 * end, and the archiving job the tokens. Nothing is left out of the comparison of tokens; pictures are compared where
 * minutes are replayed, with those that the tokens topic gives when decoded from the keyframe on.
 */
public final class ReplayBench {
    private static final int MINUTES = 12;

    /**
     * What is made.
     *
     * @param recordings that the cameras show
     * @param cameras how many
     * @param framesPerCamera of each
     * @param framesPerSecond by their capture times
     */
    public record Plan(List<Path> recordings, int cameras, int framesPerCamera, double framesPerSecond) {}

    /**
     * A minute that was replayed.
     *
     * @param fromSecond of its camera
     * @param pictures that came back
     * @param firstPictureMillis from asking for it, the decoder being open
     * @param equal whether all pictures are those of the tokens topic, byte for byte
     */
    public record Minute(String camera, long fromSecond, int pictures, double firstPictureMillis, boolean equal) {

        String line() {
            return String.format(
                    Locale.ROOT,
                    "%s from second %d: first picture after %.2f s, %d pictures, %s",
                    camera,
                    fromSecond,
                    firstPictureMillis / 1e3,
                    pictures,
                    equality(equal));
        }
    }

    /**
     * What came of it.
     *
     * @param frames of all cameras
     * @param seconds of one camera, by its capture times
     * @param tokenizeSeconds the tokenizing job took, start included
     * @param archiveSeconds the archiving job took, start included
     * @param verifySeconds it took to read and decode the whole archive
     * @param bytesPerCameraHour of whole records
     * @param faults that verifying found
     * @param tokensEqual whether the archive holds the token frames of the topic, and no others
     * @param openDecoderMillis to read, open and admit the decoder
     */
    public record Result(
            int cameras,
            long frames,
            double framesPerSecond,
            double seconds,
            double tokenizeSeconds,
            double archiveSeconds,
            double verifySeconds,
            long tokenFrames,
            long segments,
            long bytesPerCameraHour,
            long faults,
            boolean tokensEqual,
            double openDecoderMillis,
            List<Minute> minutes)
            implements Finding {

        @Override
        public List<String> lines() {
            List<String> lines = new ArrayList<>();
            lines.add(String.format(
                    Locale.ROOT,
                    "%d cameras of %.0f s at %.1f frames/s: %d frames tokenized in %.0f s; %d token frames archived in"
                            + " %.0f s as %d segments, %.2f MB a camera-hour; verified in %.0f s: %d faults, tokens %s",
                    cameras,
                    seconds,
                    framesPerSecond,
                    frames,
                    tokenizeSeconds,
                    tokenFrames,
                    archiveSeconds,
                    segments,
                    bytesPerCameraHour / 1e6,
                    verifySeconds,
                    faults,
                    equality(tokensEqual)));
            lines.add(String.format(Locale.ROOT, "decoder open after %.2f s", openDecoderMillis / 1e3));
            minutes.forEach(minute -> lines.add(minute.line()));
            return lines;
        }

        @Override
        public boolean right() {
            return faults == 0 && tokensEqual && minutes.stream().allMatch(Minute::equal);
        }
    }

    private static String equality(boolean equal) {
        return equal ? "equal" : "NOT EQUAL";
    }

    private final Configuration options;
    private final Plan plan;
    private final PrintWriter out;
    private final TokenizeSettings settings;

    public ReplayBench(Configuration options, Plan plan, PrintWriter out) {
        this.options = BenchOptions.of(options);
        this.options.set(KafkaOptions.STOP, KafkaOptions.Stop.LATEST);
        this.plan = plan;
        this.out = out;
        settings = TokenizeSettings.of(this.options);
    }

    public Result run() throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.start(Map.of())) {
            options.set(KafkaOptions.BOOTSTRAP_SERVERS, broker.bootstrapServers());
            KafkaSettings kafka = new KafkaSettings(options);
            new Topics(kafka, settings.frameMaxBytes()).ensure();
            long span = Math.round(plan.framesPerCamera() * 1e6 / plan.framesPerSecond());
            long start = Ingest.nowMicros() - span;
            say("sending frames");
            send(kafka, start);
            say("tokenizing");
            double tokenize = toTheEnd(TokenizeJob::new);
            say("archiving");
            double archive = toTheEnd(ArchiveJob::new);
            say("verifying");
            long began = System.nanoTime();
            ArchiveCensus census = new ArchiveCensus(SegmentCoder::decode, ArchiveDeletions.read(kafka));
            new ArchiveReader(kafka).readAll(census);
            double verify = seconds(began);
            Map<String, List<TokenFrame>> live = TopicRecords.tokens(kafka, kafka.tokensTopic());
            boolean equal = live.equals(archived(kafka));
            List<ArchiveCensus.Camera> held = census.cameras();
            double hours = plan.cameras() * span / 3.6e9;
            say("replaying");
            began = System.nanoTime();
            try (VideoDetokenizer decoder = decoder()) {
                double open = 1000 * seconds(began);
                return new Result(
                        plan.cameras(),
                        (long) plan.cameras() * plan.framesPerCamera(),
                        plan.framesPerSecond(),
                        span / 1e6,
                        tokenize,
                        archive,
                        verify,
                        held.stream()
                                .mapToLong(ArchiveCensus.Camera::tokenFrames)
                                .sum(),
                        held.stream().mapToLong(ArchiveCensus.Camera::segments).sum(),
                        Math.round(held.stream()
                                        .mapToLong(ArchiveCensus.Camera::recordBytes)
                                        .sum()
                                / hours),
                        census.faultCount(),
                        equal,
                        open,
                        minutes(kafka, live, decoder, start, span));
            }
        }
    }

    private void send(KafkaSettings kafka, long startMicros) throws IOException {
        LoopedClips clips = new LoopedClips(plan.recordings(), settings);
        List<LoopedClips.Camera> cameras = new ArrayList<>();
        for (int camera = 0; camera < plan.cameras(); camera++) {
            cameras.add(clips.camera(camera));
        }
        try (FrameProducer producer = new FrameProducer(kafka, Topics.frameRecordBytes(settings.frameMaxBytes()))) {
            for (int i = 0; i < plan.framesPerCamera(); i++) {
                long at = startMicros + Math.round(i * 1e6 / plan.framesPerSecond());
                for (int camera = 0; camera < plan.cameras(); camera++) {
                    producer.send(
                            new FrameProducer.Place("camera-" + camera, 1, i, at),
                            FrameEncoding.JPEG,
                            settings.frameSize().width(),
                            settings.frameSize().height(),
                            cameras.get(camera).next());
                }
            }
            producer.flush();
        }
    }

    private <J extends KafkaJob> double toTheEnd(Function<Configuration, J> make) throws Exception {
        long began = System.nanoTime();
        try (LocalJob<J> job = LocalJob.start(options.get(KafkaOptions.BOOTSTRAP_SERVERS), options, make)) {
            job.awaitEnd();
        }
        return seconds(began);
    }

    private VideoDetokenizer decoder() {
        byte[] file = ModelFiles.read(options.get(DetokenizeOptions.MODEL_DECODER), "decoder");
        return VideoDetokenizer.admit(
                OnnxVideoDetokenizer.open(file, settings.inference().session()), settings.frameSize());
    }

    private static Map<String, List<TokenFrame>> archived(KafkaSettings kafka) {
        Map<String, List<TokenFrame>> found = new TreeMap<>();
        new ArchiveReader(kafka).readAll(new ArchiveReader.Each() {
            @Override
            public void segment(CodedSegment segment, int recordBytes) {
                try {
                    found.computeIfAbsent(segment.head().camera(), camera -> new ArrayList<>())
                            .addAll(ArchiveSegments.frames(SegmentCoder.decode(segment)));
                } catch (SegmentException e) {
                    damaged(segment.name(), e.getMessage());
                }
            }

            @Override
            public void damaged(String place, String why) {
                found.put(place, List.of());
            }
        });
        return found;
    }

    private List<Minute> minutes(
            KafkaSettings kafka,
            Map<String, List<TokenFrame>> live,
            VideoDetokenizer decoder,
            long startMicros,
            long spanMicros)
            throws IOException {
        SplittableRandom random = new SplittableRandom(plan.framesPerCamera());
        long minute = Math.min(TimeUnit.MINUTES.toMicros(1), spanMicros);
        List<Minute> minutes = new ArrayList<>();
        for (int i = 0; i < MINUTES; i++) {
            String camera = "camera-" + random.nextInt(plan.cameras());
            long from = startMicros + random.nextLong(spanMicros - minute + 1);
            minutes.add(replayed(kafka, camera, live.get(camera), decoder, from, from + minute, startMicros));
        }
        return minutes;
    }

    private Minute replayed(
            KafkaSettings kafka,
            String camera,
            List<TokenFrame> live,
            VideoDetokenizer decoder,
            long from,
            long to,
            long start)
            throws IOException {
        List<Picture> pictures = new ArrayList<>();
        List<String> damaged = new ArrayList<>();
        double[] first = {Double.NaN};
        long began = System.nanoTime();
        List<CodedSegment> segments = new ArchiveReader(kafka).find(camera, from, to, damaged::add);
        Replay.run(segments, to, damaged::add, new ReplayDecoder(frame -> decoder, from, to, picture -> {
            if (pictures.isEmpty()) {
                first[0] = 1000 * seconds(began);
            }
            pictures.add(picture);
        }));
        boolean equal = damaged.isEmpty() && same(pictures, straight(live, decoder, from, to));
        return new Minute(camera, TimeUnit.MICROSECONDS.toSeconds(from - start), pictures.size(), first[0], equal);
    }

    /** The pictures of a stretch of the tokens topic, everything decoded from its last keyframe before on. */
    private static List<Picture> straight(List<TokenFrame> live, VideoDetokenizer decoder, long from, long to) {
        int first = 0;
        for (int i = 0; i < live.size(); i++) {
            if (live.get(i).getPosition() == 0 && live.get(i).getFirstCapturedAtMicros() <= from) {
                first = i;
            }
        }
        OfflineDetokenizer offline = new OfflineDetokenizer(decoder);
        List<Picture> pictures = new ArrayList<>();
        for (TokenFrame frame : live.subList(first, live.size())) {
            if (frame.getFirstCapturedAtMicros() > to) {
                break;
            }
            List<Picture> decoded = offline.decode(frame);
            for (int i = 0; i < decoded.size(); i++) {
                long at = Replay.capturedAtMicros(frame, i);
                if (at >= from && at <= to) {
                    pictures.add(decoded.get(i));
                }
            }
        }
        return pictures;
    }

    private static boolean same(List<Picture> a, List<Picture> b) {
        boolean same = a.size() == b.size() && !a.isEmpty();
        for (int i = 0; same && i < a.size(); i++) {
            same = Arrays.equals(a.get(i).rgb(), b.get(i).rgb());
        }
        return same;
    }

    private static double seconds(long beganNanos) {
        return (System.nanoTime() - beganNanos) / 1e9;
    }

    private void say(String line) {
        out.println(line);
        out.flush();
    }
}
