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
import java.util.function.LongConsumer;

/**
 * How fast frames went through something, and the CPU time of the whole process meanwhile.
 *
 * @param frames counted
 * @param framesPerSecond while they were
 * @param cpuMillisPerFrame of the process
 */
record Pace(long frames, double framesPerSecond, double cpuMillisPerFrame) {

    /** Of the bare ONNX Runtime loop, with the batch and the threads of the options. */
    static Pace bare(OnnxVideoTokenizer model, TokenizeSettings settings) {
        int batch = settings.inference().batchLimits().size();
        long cpu = cpuNanos();
        ModelBench.Loop loop = ModelBench.loop(model, settings.frameSize(), batch);
        return new Pace(loop.frames(), loop.framesPerSecond(), (cpuNanos() - cpu) / 1e6 / loop.frames());
    }

    /**
     * Of the token frames that arrive on a topic.
     *
     * @param from frames after which the clock runs
     * @param to frames at which it stops
     * @param arrived is told the frames so far
     */
    static Pace tokens(TopicReader reader, long from, long to, LongConsumer arrived) {
        SingleObject<TokenFrame> format = SingleObject.tokenFrames();
        long[] frames = {0};
        long began = 0;
        long beganFrames = 0;
        long beganCpu = 0;
        while (frames[0] < to) {
            int records = reader.poll(record -> {
                try {
                    frames[0] += format.decode(record.value()).getFrames();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            if (began == 0 && frames[0] >= from) {
                began = System.nanoTime();
                beganFrames = frames[0];
                beganCpu = cpuNanos();
            }
            if (records > 0) {
                arrived.accept(frames[0]);
            }
        }
        long counted = frames[0] - beganFrames;
        double seconds = (System.nanoTime() - began) / 1e9;
        return new Pace(counted, counted / seconds, (cpuNanos() - beganCpu) / 1e6 / counted);
    }

    static long cpuNanos() {
        return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime();
    }
}
