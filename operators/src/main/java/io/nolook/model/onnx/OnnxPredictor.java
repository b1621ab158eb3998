package io.nolook.model.onnx;

import ai.onnxruntime.OnnxJavaType;
import io.nolook.frame.FrameSize;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Set;

/** A predictor file: int32 tokens [h,w] to float32 bits [h,w] that each of them takes. */
public final class OnnxPredictor extends OnnxStepModel<int[], float[]> {

    private OnnxPredictor(OnnxSession session) {
        super(session, Set.of("tokens"), "bits");
    }

    /**
     * Opens a predictor; it is not admitted yet.
     *
     * @throws io.nolook.model.ModelRefusedException when the file or the device cannot be used
     */
    public static OnnxPredictor open(byte[] file, SessionSettings settings) {
        return owning(OnnxSession.open(file, settings, NativeMemory.OF_THE_PROCESS), OnnxPredictor::new);
    }

    @Override
    List<StepBuffers.Payload> inputs(FrameSize size) {
        return List.of(tokens("tokens", spec(), size));
    }

    @Override
    StepBuffers.Payload output(FrameSize size) {
        return new StepBuffers.Payload(
                "bits", OnnxJavaType.FLOAT, tokens("bits", spec(), size).shape());
    }

    @Override
    void put(int[] tokens, FrameSize size, List<ByteBuffer> to) {
        putTokens(tokens, spec(), size, to.get(0));
    }

    @Override
    float[] get(ByteBuffer from, FrameSize size) {
        return getFloats(from, spec().tokens(size));
    }
}
