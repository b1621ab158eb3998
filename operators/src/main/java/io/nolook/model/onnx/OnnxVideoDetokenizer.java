package io.nolook.model.onnx;

import io.nolook.frame.FrameSize;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Set;

/** A decoder file: int32 tokens [h,w] to uint8 frames [T,h*s,w*s,3]. */
public final class OnnxVideoDetokenizer extends OnnxStepModel<int[], byte[]> {

    private OnnxVideoDetokenizer(OnnxSession session) {
        super(session, Set.of("tokens"), "frames");
    }

    /**
     * Opens a decoder; it is not admitted yet.
     *
     * @throws io.nolook.model.ModelRefusedException when the file or the device cannot be used
     */
    public static OnnxVideoDetokenizer open(byte[] file, SessionSettings settings) {
        return open(file, settings, NativeMemory.OF_THE_PROCESS);
    }

    static OnnxVideoDetokenizer open(byte[] file, SessionSettings settings, NativeMemory memory) {
        return owning(OnnxSession.open(file, settings, memory), OnnxVideoDetokenizer::new);
    }

    @Override
    List<StepBuffers.Payload> inputs(FrameSize size) {
        return List.of(tokens("tokens", spec(), size));
    }

    @Override
    StepBuffers.Payload output(FrameSize size) {
        return pixels("frames", spec(), size);
    }

    @Override
    void put(int[] tokens, FrameSize size, List<ByteBuffer> to) {
        putTokens(tokens, spec(), size, to.get(0));
    }

    @Override
    byte[] get(ByteBuffer from, FrameSize size) {
        return getBytes(from, spec().chunkFrames() * size.rgbBytes());
    }
}
