package io.nolook.model.onnx;

import ai.onnxruntime.OnnxJavaType;
import io.nolook.frame.FrameSize;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Set;

/** A recognizer file: int32 tokens [h,w] to float32 probabilities of its labels. */
public final class OnnxRecognizer extends OnnxStepModel<int[], float[]> {
    private final int labels;

    private OnnxRecognizer(OnnxSession session) {
        super(session, Set.of("tokens"), "probabilities");
        labels = session.spec().text("labels").split("\n").length;
    }

    /**
     * Opens a recognizer; it is not admitted yet.
     *
     * @throws io.nolook.model.ModelRefusedException when the file or the device cannot be used
     */
    public static OnnxRecognizer open(byte[] file, SessionSettings settings) {
        return open(file, settings, NativeMemory.OF_THE_PROCESS);
    }

    static OnnxRecognizer open(byte[] file, SessionSettings settings, NativeMemory memory) {
        return owning(OnnxSession.open(file, settings, memory), OnnxRecognizer::new);
    }

    @Override
    List<StepBuffers.Payload> inputs(FrameSize size) {
        return List.of(tokens("tokens", spec(), size));
    }

    @Override
    StepBuffers.Payload output(FrameSize size) {
        return new StepBuffers.Payload("probabilities", OnnxJavaType.FLOAT, new long[] {labels});
    }

    @Override
    void put(int[] tokens, FrameSize size, List<ByteBuffer> to) {
        putTokens(tokens, spec(), size, to.get(0));
    }

    @Override
    float[] get(ByteBuffer from, FrameSize size) {
        return getFloats(from, labels);
    }
}
