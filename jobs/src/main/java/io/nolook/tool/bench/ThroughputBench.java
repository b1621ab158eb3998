package io.nolook.tool.bench;

import io.nolook.flink.model.InferenceOptions;
import io.nolook.flink.tokenize.TokenizeSettings;
import io.nolook.frame.FrameSize;
import io.nolook.model.onnx.ModelFiles;
import io.nolook.model.onnx.OnnxVideoTokenizer;
import io.nolook.model.onnx.SessionSettings;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;

/**
 * The whole pipeline beside the bare model, with the same file, threads and batch, in one run.
 *
 * <p>The frames topic is filled first; then the job reads it from the beginning, exactly-once, at full speed, and the
 * clock runs between two counts of token frames read back. Broker, job and reader share the process, so its CPU time
 * less the bare loop's is what all of them cost.
 */
public final class ThroughputBench {
    private static final double WARMUP = 0.25;

    private final Configuration options;
    private final BenchPictures pictures;
    private final int cameras;
    private final int framesPerCamera;
    private final PrintWriter out;

    /**
     * What was measured.
     *
     * @param source size of the cameras' pictures
     * @param framesPerSecond of the pipeline, frames topic to tokens topic
     * @param bareFramesPerSecond of the bare loop, the mean of a run before and one after
     * @param ratio of the two
     * @param cpuMillisPerFrame of the process while the pipeline ran
     * @param bareCpuMillisPerFrame of the bare loop
     * @param cpuMillisOutside the difference: decoding, Kafka, Flink, the broker and the reader
     * @param checkpointSeconds interval
     */
    public record Result(
            int cameras,
            String source,
            int threads,
            int batch,
            long frames,
            double framesPerSecond,
            double bareFramesPerSecond,
            double ratio,
            double cpuMillisPerFrame,
            double bareCpuMillisPerFrame,
            double cpuMillisOutside,
            long checkpointSeconds,
            String runtime)
            implements Finding {

        @Override
        public List<String> lines() {
            return List.of(String.format(
                    Locale.ROOT,
                    "%d cameras of %s, %d threads, batch %d: %.1f frames/s, bare loop %.1f, ratio %.2f;"
                            + " CPU outside ONNX Runtime %.2f ms a frame (%.2f - %.2f); %s",
                    cameras,
                    source,
                    threads,
                    batch,
                    framesPerSecond,
                    bareFramesPerSecond,
                    ratio,
                    cpuMillisOutside,
                    cpuMillisPerFrame,
                    bareCpuMillisPerFrame,
                    runtime));
        }
    }

    /**
     * @param source size of the cameras' pictures; empty for that of the model
     */
    public ThroughputBench(
            Configuration options, Optional<FrameSize> source, int cameras, int framesPerCamera, PrintWriter out) {
        this.options = BenchOptions.of(options);
        pictures =
                BenchPictures.of(source.orElse(TokenizeSettings.of(this.options).frameSize()));
        this.cameras = cameras;
        this.framesPerCamera = framesPerCamera;
        this.out = out;
        this.options.set(InferenceOptions.BATCH_SIZE, Math.min(cameras, options.get(InferenceOptions.BATCH_SIZE)));
    }

    public Result run() throws Exception {
        TokenizeSettings settings = TokenizeSettings.of(options);
        SessionSettings session = settings.inference().session();
        try (OnnxVideoTokenizer model =
                OnnxVideoTokenizer.open(ModelFiles.encoder(settings.encoder(), session), session)) {
            say("bare loop, before");
            Pace before = Pace.bare(model, settings);
            say("pipeline");
            Pace piped = piped(settings);
            say("bare loop, after");
            Pace after = Pace.bare(model, settings);
            double rate = (before.framesPerSecond() + after.framesPerSecond()) / 2;
            double cpu = (before.cpuMillisPerFrame() + after.cpuMillisPerFrame()) / 2;
            return new Result(
                    cameras,
                    pictures.size().toString(),
                    settings.inference().session().threads(),
                    settings.inference().batchLimits().size(),
                    piped.frames(),
                    piped.framesPerSecond(),
                    rate,
                    piped.framesPerSecond() / rate,
                    piped.cpuMillisPerFrame(),
                    cpu,
                    piped.cpuMillisPerFrame() - cpu,
                    options.get(CheckpointingOptions.CHECKPOINTING_INTERVAL).toSeconds(),
                    model.runtimeId());
        }
    }

    private Pace piped(TokenizeSettings settings) throws Exception {
        long all = (long) cameras * framesPerCamera;
        long[] next = {all / 10};
        try (BenchTopics topics = BenchTopics.start(options)) {
            topics.fill(settings, pictures, cameras, framesPerCamera);
            Pace.Clock clock = Pace.Clock.between((long) (all * WARMUP), all - 4L * cameras);
            return JobRun.pace(topics, "throughput", new Configuration(), clock, frames -> {
                if (frames >= next[0]) {
                    say(frames + " of " + all + " frames");
                    next[0] += all / 10;
                }
            });
        }
    }

    private void say(String line) {
        out.println(line);
        out.flush();
    }
}
