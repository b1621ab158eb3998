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
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * Recordings to the tokens topic, at full speed, with the pipeline of the live job; ends with the last frame.
 *
 * <p>Each recording is a camera, an epoch of its own from sequence number 0: the tokens are those of {@code nolook tokenize}.
 * Tasks get recordings as they become free, and read as many by turns as a batch has chunks; the files must be readable
 * where the source runs. A recording that is damaged ends there, and the others go on. The state of a finished recording
 * stays until the end.
 */
public final class BackfillJob extends KafkaJob {
    private static final String NAME = "nolook-backfill";

    private final TokenizeSettings tokenize;
    private final List<Recording> recordings;
    private final Damages damages = new Damages();

    /**
     * @param configuration nolook's options and any of Flink's
     * @param recordings of different cameras
     * @throws IllegalArgumentException naming the key of the first bad option, or the camera that is there twice
     */
    public BackfillJob(Configuration configuration, List<Recording> recordings) {
        super(patient(configuration), NAME);
        tokenize = TokenizeSettings.of(configuration());
        this.recordings = List.copyOf(recordings);
        Set<String> cameras = new HashSet<>();
        for (Recording recording : recordings) {
            if (!cameras.add(recording.camera())) {
                throw new IllegalArgumentException("found two recordings named " + recording.camera()
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

    /** What tasks of this process found damaged so far, each with what was found and expected, and the fix. */
    public List<String> damaged() {
        return damages.all();
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
                                            new RecordingSource(
                                                    tokenize,
                                                    recordings,
                                                    atOnce(environment.getParallelism()),
                                                    damages),
                                            WatermarkStrategy.noWatermarks(),
                                            "recordings",
                                            new CodecTypeInfo<>(new CameraFrameCodec()))
                                    .uid("recordings"),
                            ends.tokens());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** As many as a batch has chunks, unless that leaves other tasks without. */
    private int atOnce(int tasks) {
        int share = (recordings.size() + tasks - 1) / tasks;
        return Math.max(1, Math.min(tokenize.inference().batchLimits().size(), share));
    }
}
