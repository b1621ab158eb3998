package io.nolook.tool.bench;

import com.sun.management.OperatingSystemMXBean;
import io.nolook.flink.tokenize.TokenizeSettings;
import io.nolook.kafka.TopicReader;
import io.nolook.model.onnx.OnnxVideoTokenizer;
import io.nolook.schema.SingleObject;
import io.nolook.schema.TokenFrame;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.function.LongConsumer;

/**
 * How fast frames went through something, and the CPU time that it took meanwhile.
 *
 * @param frames counted
 * @param framesPerSecond while they were
 * @param cpuMillisPerFrame of the process, and of another one that did the work
 */
public record Pace(long frames, double framesPerSecond, double cpuMillisPerFrame) {
    private static final Duration LONG = Duration.ofDays(1);

    /**
     * When the clock runs.
     *
     * @param from frames after which it starts
     * @param to frames at which it stops
     * @param most time that it runs
     */
    public record Clock(long from, long to, Duration most) {

        /** One that runs as long as it takes. */
        public static Clock between(long from, long to) {
            return new Clock(from, to, LONG);
        }
    }

    /** Who turns frames into tokens while the clock runs. */
    public interface Worker {
        /** What works in this process. */
        Worker HERE = () -> 0;

        /** CPU time that it took in another process. */
        long cpuNanosElsewhere();

        /**
         * Called again and again.
         *
         * @throws IllegalStateException when it has ended
         */
        default void check() {}
    }

    /** Of the bare ONNX Runtime loop, with the batch and the threads of the options. */
    public static Pace bare(OnnxVideoTokenizer model, TokenizeSettings settings) {
        int batch = settings.inference().batchLimits().size();
        long cpu = cpuNanos();
        ModelBench.Loop loop = ModelBench.loop(model, settings.frameSize(), batch);
        return new Pace(loop.frames(), loop.framesPerSecond(), (cpuNanos() - cpu) / 1e6 / loop.frames());
    }

    /**
     * Of the token frames that arrive on a topic.
     *
     * @param worker that makes them
     * @param arrived is told the frames so far
     */
    public static Pace tokens(TopicReader reader, Clock clock, Worker worker, LongConsumer arrived) {
        SingleObject<TokenFrame> format = SingleObject.tokenFrames();
        long[] frames = {0};
        long began = 0;
        long beganFrames = 0;
        long beganCpu = 0;
        while (frames[0] < clock.to()) {
            int records = reader.poll(record -> {
                try {
                    frames[0] += format.decode(record.value()).getFrames();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            worker.check();
            if (began == 0 && frames[0] >= clock.from()) {
                began = System.nanoTime();
                beganFrames = frames[0];
                beganCpu = cpuNanos() + worker.cpuNanosElsewhere();
            }
            if (records > 0) {
                arrived.accept(frames[0]);
            }
            if (began != 0 && System.nanoTime() - began > clock.most().toNanos() && records > 0) {
                break;
            }
        }
        long counted = frames[0] - beganFrames;
        double seconds = (System.nanoTime() - began) / 1e9;
        double cpu = cpuNanos() + worker.cpuNanosElsewhere() - beganCpu;
        return new Pace(counted, counted / seconds, cpu / 1e6 / counted);
    }

    /** CPU time of this process. */
    public static long cpuNanos() {
        return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime();
    }
}
