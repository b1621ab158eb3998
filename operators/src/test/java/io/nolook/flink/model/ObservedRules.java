package io.nolook.flink.model;

import io.nolook.flink.tokenize.TokenizeRules;
import io.nolook.flink.tokenize.TokenizeSettings;
import io.nolook.model.StreamModel;
import io.nolook.record.OutgoingTokens;
import io.nolook.window.CameraFrame;
import io.nolook.window.CameraWindow;
import io.nolook.window.Chunk;
import io.nolook.window.WindowHistory;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.SimpleCounter;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;

/** The rules of tokenizing, which tell what becomes of a camera without a frame of it, and keep their counters where a test reads them. */
final class ObservedRules implements StreamRules<CameraWindow, CameraFrame, Chunk, byte[], int[], OutgoingTokens> {
    private static final long serialVersionUID = 1;

    private final StreamRules<CameraWindow, CameraFrame, Chunk, byte[], int[], OutgoingTokens> rules;
    private final transient BiConsumer<String, WindowHistory.Event> happened;
    private final transient Map<String, Counter> counters = new HashMap<>();
    private transient int steps;

    /**
     * @param happened is told the camera, and that it is silent, forgotten or finished
     */
    ObservedRules(TokenizeSettings settings, BiConsumer<String, WindowHistory.Event> happened) {
        rules = new TokenizeRules(settings);
        this.happened = happened;
    }

    long count(String counter) {
        return counters.get(counter).getCount();
    }

    /** Steps that were asked for and are not done. */
    int stepsUnderWay() {
        return steps;
    }

    private Taken<CameraWindow, Chunk, byte[]> counted(Taken<CameraWindow, Chunk, byte[]> taken) {
        steps += taken.steps().size();
        return taken;
    }

    @Override
    public void open(StreamModel<byte[], int[]> model, MetricGroup metrics) {
        rules.open(model, new UnregisteredMetricsGroup() {
            @Override
            public Counter counter(String name) {
                return counters.computeIfAbsent(name, any -> new SimpleCounter());
            }
        });
    }

    @Override
    public Taken<CameraWindow, Chunk, byte[]> take(
            StreamModel<byte[], int[]> model, Optional<CameraWindow> before, CameraFrame frame, long nowMillis) {
        return counted(rules.take(model, before, frame, nowMillis));
    }

    @Override
    public Taken<CameraWindow, Chunk, byte[]> finish(
            StreamModel<byte[], int[]> model, CameraWindow state, String camera) {
        happened.accept(camera, new WindowHistory.Finish());
        return counted(rules.finish(model, state, camera));
    }

    @Override
    public Taken<CameraWindow, Chunk, byte[]> beginClip(
            StreamModel<byte[], int[]> model, CameraWindow state, String camera) {
        return counted(rules.beginClip(model, state, camera));
    }

    @Override
    public long lastArrivalMillis(CameraWindow state) {
        return rules.lastArrivalMillis(state);
    }

    @Override
    public Optional<Taken<CameraWindow, Chunk, byte[]>> lastWord(
            StreamModel<byte[], int[]> model, CameraWindow state, String camera) {
        Optional<Taken<CameraWindow, Chunk, byte[]>> word = rules.lastWord(model, state, camera);
        happened.accept(camera, word.isEmpty() ? new WindowHistory.Forget() : new WindowHistory.Silent());
        return word.map(this::counted);
    }

    @Override
    public void forgotten(CameraWindow state) {
        rules.forgotten(state);
    }

    @Override
    public List<OutgoingTokens> records(StreamModel<byte[], int[]> model, Chunk chunk, int[] tokens) {
        steps--;
        return rules.records(model, chunk, tokens);
    }

    @Override
    public byte[] kept(byte[] input) {
        return rules.kept(input);
    }

    @Override
    public byte[] input(byte[] kept) {
        return rules.input(kept);
    }

    @Override
    public byte[] encode(CameraWindow state) {
        return rules.encode(state);
    }

    @Override
    public CameraWindow decode(byte[] bytes) {
        return rules.decode(bytes);
    }

    @Override
    public long bytes(CameraWindow state) {
        return rules.bytes(state);
    }
}
