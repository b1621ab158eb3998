package io.nolook.flink.tokenize;

import io.nolook.flink.model.StreamRules;
import io.nolook.model.StepPlace;
import io.nolook.model.StreamModel;
import io.nolook.record.DeadLetters;
import io.nolook.record.OutgoingTokens;
import io.nolook.record.TokenFrames;
import io.nolook.schema.FailedFrame;
import io.nolook.window.CameraFrame;
import io.nolook.window.CameraWindow;
import io.nolook.window.CameraWindowCodec;
import io.nolook.window.Chunk;
import io.nolook.window.FrameFate;
import io.nolook.window.WindowAssembler;
import io.nolook.window.WindowResult;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.flink.metrics.MetricGroup;

/** Frames to chunks by {@link WindowAssembler}; their tokens to token frames. */
public final class TokenizeRules
        implements StreamRules<CameraWindow, CameraFrame, Chunk, byte[], int[], OutgoingTokens> {
    private static final long serialVersionUID = 1;

    private final TokenizeSettings settings;
    private transient Map<String, WindowAssembler> assemblers;
    private transient TokenizeMetrics measured;

    public TokenizeRules(TokenizeSettings settings) {
        this.settings = settings;
    }

    @Override
    public void open(StreamModel<byte[], int[]> model, MetricGroup metrics) {
        assemblers = new HashMap<>();
        measured = new TokenizeMetrics(metrics, System::currentTimeMillis);
    }

    /** A few at most: one for each model that the task has had. */
    private WindowAssembler assembler(StreamModel<byte[], int[]> model) {
        return assemblers.computeIfAbsent(model.fileHash(), hash -> new WindowAssembler(settings.window(model)));
    }

    @Override
    public Taken<CameraWindow, Chunk, byte[]> take(
            StreamModel<byte[], int[]> model, Optional<CameraWindow> before, CameraFrame frame, long nowMillis) {
        WindowResult result = assembler(model).step(before, frame, nowMillis);
        measured.arrived(result);
        Optional<FailedFrame> refused = result.fate() == FrameFate.AHEAD
                ? DeadLetters.decode(frame.carried().deadLetter())
                : Optional.empty();
        return taken(result.window(), result.chunks(), refused);
    }

    /** The unfinished chunk is completed by repeating its last frame. */
    @Override
    public Taken<CameraWindow, Chunk, byte[]> finish(
            StreamModel<byte[], int[]> model, CameraWindow state, String camera) {
        return taken(assembler(model).finish(state, camera));
    }

    @Override
    public Taken<CameraWindow, Chunk, byte[]> beginClip(
            StreamModel<byte[], int[]> model, CameraWindow state, String camera) {
        return taken(assembler(model).beginClip(state, camera));
    }

    private Taken<CameraWindow, Chunk, byte[]> taken(WindowAssembler.Finished finished) {
        measured.abandoned(finished.abandoned());
        return taken(finished.window(), finished.chunks(), Optional.empty());
    }

    @Override
    public long lastArrivalMillis(CameraWindow state) {
        return state.cursor().lastArrivalMillis();
    }

    @Override
    public Optional<Taken<CameraWindow, Chunk, byte[]>> lastWord(
            StreamModel<byte[], int[]> model, CameraWindow state, String camera) {
        return assembler(model).finishSkip(state, camera).map(this::taken);
    }

    @Override
    public void forgotten(CameraWindow state) {
        measured.abandoned(state.pending().size());
    }

    @Override
    public List<OutgoingTokens> records(StreamModel<byte[], int[]> model, Chunk chunk, int[] tokens) {
        measured.emitted(chunk);
        return List.of(new OutgoingTokens(TokenFrames.of(chunk, tokens, model, settings.frameFit()), chunk.headers()));
    }

    @Override
    public byte[] kept(byte[] rgb) {
        return rgb;
    }

    @Override
    public byte[] input(byte[] kept) {
        return kept;
    }

    @Override
    public byte[] encode(CameraWindow window) {
        return CameraWindowCodec.encode(window);
    }

    @Override
    public CameraWindow decode(byte[] bytes) {
        return CameraWindowCodec.decode(bytes);
    }

    @Override
    public long bytes(CameraWindow window) {
        return window.pending().stream()
                .mapToLong(frame -> frame.rgb().length + frame.headers().length)
                .sum();
    }

    private Taken<CameraWindow, Chunk, byte[]> taken(
            CameraWindow window, List<Chunk> chunks, Optional<FailedFrame> refused) {
        chunks.forEach(measured::wanted);
        return new Taken<>(
                window,
                chunks.stream()
                        .map(chunk -> new StepRequest<>(
                                chunk.camera(),
                                new StepPlace(chunk.epoch(), chunk.clip(), chunk.position()),
                                chunk.rgb(),
                                chunk))
                        .toList(),
                refused);
    }
}
