package io.nolook.tool.bench.peer;

import io.nolook.flink.model.InferenceOptions;
import io.nolook.flink.tokenize.TokenizeSettings;
import io.nolook.kafka.KafkaSettings;
import io.nolook.tool.bench.BenchModel;
import io.nolook.tool.bench.Pace;
import java.util.Arrays;
import java.util.Locale;
import org.apache.flink.configuration.Configuration;

/** Ways from the frames topic to a tokens topic. */
public enum Peer {
    NOLOOK_INT8("nolook, exactly-once, int8", BenchModel.INT8, Decoding.OURS),
    NOLOOK("nolook, exactly-once, fp32", BenchModel.FP32, Decoding.OURS),
    NOLOOK_RECORD("nolook per record (batch.size = 1), fp32", BenchModel.FP32, Decoding.OURS) {
        @Override
        void adjust(Configuration options) {
            options.set(InferenceOptions.BATCH_SIZE, 1);
        }
    },
    PYTHON_LOOP("Python loop, at-least-once, fp32", BenchModel.FP32, Decoding.PYTHON),
    PYTHON_LOOP_INT8("Python loop, at-least-once, int8", BenchModel.INT8, Decoding.PYTHON),
    PYTHON_STREAM("Quix Streams, at-least-once, fp32", BenchModel.FP32, Decoding.PYTHON),
    JAVA("Java consumer, fp32", BenchModel.FP32, Decoding.OURS),
    JAVA_WINDOWED("Java consumer, 17 frames a step, fp32", BenchModel.FP32, Decoding.OURS);

    /** Chunks of 17 frames: one of a single frame, four of four. */
    static final int WINDOW_CHUNKS = 5;

    /** Who turns pictures into pixels, which decides what the offline tokens are. */
    enum Decoding {
        OURS,
        PYTHON
    }

    /** A peer that works until it is closed. */
    interface Running extends Pace.Worker, AutoCloseable {}

    private final String title;
    private final BenchModel model;
    private final Decoding decoding;

    Peer(String title, BenchModel model, Decoding decoding) {
        this.title = title;
        this.model = model;
        this.decoding = decoding;
    }

    /** The peer of a name on the command line, such as {@code python-loop}. */
    public static Peer parse(String name) {
        for (Peer peer : values()) {
            if (peer.toString().equals(name.strip())) {
                return peer;
            }
        }
        throw new IllegalArgumentException("--only: found '" + name + "', expected some of " + Arrays.toString(values())
                + ", separated by commas");
    }

    String title() {
        return title;
    }

    BenchModel model() {
        return model;
    }

    Decoding decoding() {
        return decoding;
    }

    boolean isNolook() {
        return name().startsWith("NOLOOK");
    }

    boolean isPython() {
        return decoding == Decoding.PYTHON;
    }

    /** What it does by design is slow: fewer repeats tell enough. */
    boolean isSlow() {
        return this == JAVA_WINDOWED || this == NOLOOK_RECORD || this == PYTHON_STREAM;
    }

    /** Whether its tokens are those of the whole clip. */
    boolean isExact() {
        return this != JAVA_WINDOWED;
    }

    /** Options that make it what it is. */
    void adjust(Configuration options) {}

    /** Runs the plain consumer on a thread. */
    Running plain(TokenizeSettings settings, KafkaSettings kafka) {
        return new PlainThread(new PlainConsumer(settings, kafka, isExact() ? 0 : WINDOW_CHUNKS));
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
