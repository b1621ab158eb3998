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
import java.util.List;
import java.util.Optional;
import org.apache.flink.metrics.MetricGroup;

/** Frames to chunks by {@link WindowAssembler}; their tokens to token frames. */
public final class TokenizeRules
        implements StreamRules<CameraWindow, CameraFrame, Chunk, byte[], int[], OutgoingTokens> {
    private static final long serialVersionUID = 1;

    private final TokenizeSettings settings;
    private transient StreamModel<byte[], int[]> tokenizer;
    private transient WindowAssembler assembler;
    private transient TokenizeMetrics measured;

    public TokenizeRules(TokenizeSettings settings) {
        this.settings = settings;
    }

    @Override
    public void open(StreamModel<byte[], int[]> model, MetricGroup metrics) {
        tokenizer = model;
        assembler = new WindowAssembler(settings.window(model));
        measured = new TokenizeMetrics(metrics, System::currentTimeMillis);
    }

    @Override
    public Taken<CameraWindow, Chunk, byte[]> take(Optional<CameraWindow> before, CameraFrame frame, long nowMillis) {
        WindowResult result = assembler.step(before, frame, nowMillis);
        measured.arrived(result);
        Optional<FailedFrame> refused = result.fate() == FrameFate.AHEAD
                ? DeadLetters.decode(frame.carried().deadLetter())
                : Optional.empty();
        return taken(result.window(), result.chunks(), refused);
    }

    /** The unfinished chunk is completed by repeating its last frame. */
    @Override
    public Taken<CameraWindow, Chunk, byte[]> finish(CameraWindow state, String camera) {
        WindowAssembler.Finished finished = assembler.finish(state, camera);
        measured.abandoned(finished.abandoned());
        return taken(finished.window(), finished.chunks(), Optional.empty());
    }

    @Override
    public long lastArrivalMillis(CameraWindow state) {
        return state.cursor().lastArrivalMillis();
    }

    @Override
    public Optional<Taken<CameraWindow, Chunk, byte[]>> lastWord(CameraWindow state, String camera) {
        return assembler.finishSkip(state, camera).map(finished -> {
            measured.abandoned(finished.abandoned());
            return taken(finished.window(), finished.chunks(), Optional.empty());
        });
    }

    @Override
    public void forgotten(CameraWindow state) {
        measured.abandoned(state.pending().size());
    }

    @Override
    public List<OutgoingTokens> records(Chunk chunk, int[] tokens) {
        measured.emitted(chunk);
        return List.of(
                new OutgoingTokens(TokenFrames.of(chunk, tokens, tokenizer, settings.frameFit()), chunk.headers()));
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
