package io.nolook.job.backfill;

import io.nolook.flink.model.InferenceOptions;
import io.nolook.flink.tokenize.OnnxTokenizerLoader;
import io.nolook.flink.tokenize.TokenizeSettings;
import io.nolook.flink.type.CameraFrameCodec;
import io.nolook.flink.type.CodecTypeInfo;
import io.nolook.job.KafkaJob;
import io.nolook.job.tokenize.TokenizePipeline;
import io.nolook.kafka.KafkaEnds;
import io.nolook.kafka.TopicNeeds;
import io.nolook.kafka.TopicNeeds.Retention;
import io.nolook.kafka.Topics;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * Recordings to the tokens topic, at full speed, with the pipeline of the live job; ends with the last frame.
 *
 * <p>Each recording is a camera, epoch 0 from sequence number 0 and time 1 us, as {@code nolook tokenize} has it: the
 * tokens are the same. Each task reads as many recordings by turns as a batch has chunks; the files must be
 * readable where the source runs. The state of a finished recording stays until the end.
 */
public final class BackfillJob extends KafkaJob {
    private static final String NAME = "nolook-backfill";

    private final TokenizeSettings tokenize;
    private final List<Path> recordings;

    /**
     * @param configuration nolook's options and any of Flink's
     * @param recordings video files or folders of images, with different names
     * @throws IllegalArgumentException naming the key of the first bad option, or the name that is there twice
     */
    public BackfillJob(Configuration configuration, List<Path> recordings) {
        super(patient(configuration), NAME);
        tokenize = TokenizeSettings.of(configuration());
        this.recordings = List.copyOf(recordings);
        Set<String> cameras = new HashSet<>();
        for (Path recording : recordings) {
            if (!cameras.add(camera(recording))) {
                throw new IllegalArgumentException("found two recordings named " + camera(recording)
                        + ", expected different names: each is a camera");
            }
        }
    }

    /** A recording that waits for its turn is not forgotten. */
    private static Configuration patient(Configuration given) {
        Configuration configuration = new Configuration();
        configuration.set(InferenceOptions.CAMERA_IDLE_TTL, Duration.ofDays(365));
        configuration.addAll(given);
        return configuration;
    }

    /**
     * The recordings of a folder: its files, in name order.
     *
     * @throws IOException when there is none
     */
    public static List<Path> in(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            List<Path> found = files.filter(Files::isRegularFile).sorted().toList();
            if (found.isEmpty()) {
                throw new IOException("found no file in " + folder + ", expected videos");
            }
            return found;
        }
    }

    /**
     * The camera id of a recording: its name up to the last dot.
     *
     * @throws IllegalArgumentException when Java cannot read the name: two such cameras would be one
     */
    public static String camera(Path recording) {
        String name = recording.getFileName().toString();
        if (name.indexOf('\uFFFD') >= 0) {
            throw new IllegalArgumentException(recording + ": found letters in its name that are none in this locale's"
                    + " encoding, " + System.getProperty("sun.jnu.encoding")
                    + ", expected UTF-8: set LC_ALL=C.UTF-8, or rename it");
        }
        int dot = name.lastIndexOf('.');
        return dot > 0 ? name.substring(0, dot) : name;
    }

    @Override
    public void wire(StreamExecutionEnvironment environment) {
        int bytes = Topics.frameRecordBytes(0);
        new Topics(kafka(), Map.of(kafka().tokensTopic(), new TopicNeeds(bytes, Retention.ANY, "frame.size"))).ensure();
        KafkaEnds ends = new KafkaEnds(kafka(), Math.max(bytes, 1 << 20));
        try {
            new TokenizePipeline(tokenize, new OnnxTokenizerLoader(tokenize))
                    .tokenize(
                            environment
                                    .fromSource(
                                            new RecordingSource(splits(environment.getParallelism())),
                                            WatermarkStrategy.noWatermarks(),
                                            "recordings",
                                            new CodecTypeInfo<>(new CameraFrameCodec()))
                                    .uid("recordings"),
                            ends.tokens());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The recordings dealt out to the tasks. */
    private List<RecordingSplit> splits(int tasks) {
        List<RecordingSplit> splits = new ArrayList<>();
        for (int task = 0; task < Math.min(tasks, recordings.size()); task++) {
            List<Recording> mine = new ArrayList<>();
            for (int i = task; i < recordings.size(); i += tasks) {
                Path path = recordings.get(i);
                mine.add(new Recording(path.toAbsolutePath().toString(), camera(path), 0));
            }
            splits.add(new RecordingSplit(
                    "split-" + task,
                    tokenize.frameSize(),
                    tokenize.frameFit(),
                    tokenize.inference().batchLimits().size(),
                    mine));
        }
        return splits;
    }
}
