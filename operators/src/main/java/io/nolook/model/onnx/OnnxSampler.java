package io.nolook.model.onnx;

import ai.onnxruntime.OnnxJavaType;
import io.nolook.frame.FrameSize;
import io.nolook.model.CacheShape;
import io.nolook.model.Draw;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Set;

/** A sampler file: what is to be drawn to int32 tokens [h,w]. */
public final class OnnxSampler extends OnnxStepModel<Draw, int[]> {
    private final int factors;

    private OnnxSampler(OnnxSession session) {
        super(session, Set.of("draws", "temperature", "kept", "first", "begin"), "tokens");
        factors = session.spec().text("token.factors").split(",").length;
    }

    /**
     * Opens a sampler; it is not admitted yet.
     *
     * @throws io.nolook.model.ModelRefusedException when the file or the device cannot be used
     */
    public static OnnxSampler open(byte[] file, SessionSettings settings) {
        return owning(OnnxSession.open(file, settings, NativeMemory.OF_THE_PROCESS), OnnxSampler::new);
    }

    @Override
    List<StepBuffers.Payload> inputs(FrameSize size) {
        long[] grid = tokens("tokens", spec(), size).shape();
        return List.of(
                new StepBuffers.Payload("draws", OnnxJavaType.FLOAT, new long[] {factors, grid[0], grid[1]}),
                new StepBuffers.Payload("temperature", OnnxJavaType.FLOAT, new long[0]),
                new StepBuffers.Payload("kept", OnnxJavaType.INT32, new long[0]),
                new StepBuffers.Payload("first", OnnxJavaType.INT32, new long[0]),
                new StepBuffers.Payload(
                        "begin", OnnxJavaType.UINT8, new long[] {window().channels(), grid[0], grid[1]}));
    }

    private CacheShape window() {
        return spec().caches().get(0);
    }

    @Override
    StepBuffers.Payload output(FrameSize size) {
        return tokens("tokens", spec(), size);
    }

    @Override
    void put(Draw draw, FrameSize size, List<ByteBuffer> to) {
        int tokens = spec().tokens(size);
        int planes = window().bytes(size);
        requireLength("numbers to draw by", draw.numbers().length, factors * tokens);
        requireLength("bytes of a window", draw.begin().length == 0 ? planes : draw.begin().length, planes);
        for (float number : draw.numbers()) {
            to.get(0).putFloat(number);
        }
        to.get(1).putFloat(draw.temperature());
        to.get(2).putInt(draw.kept());
        to.get(3).putInt(draw.first());
        to.get(4).put(draw.begin().length == 0 ? new byte[planes] : draw.begin());
    }

    @Override
    int[] get(ByteBuffer from, FrameSize size) {
        return getTokens(from, spec(), size);
    }
}
