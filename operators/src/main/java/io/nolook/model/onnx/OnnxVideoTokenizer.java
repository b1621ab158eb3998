package io.nolook.model.onnx;

import io.nolook.frame.FrameSize;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Set;

/** An encoder file: uint8 frames [T,H,W,3] to int32 tokens [H/s,W/s], in raster order. */
public final class OnnxVideoTokenizer extends OnnxStepModel<byte[], int[]> {

    private OnnxVideoTokenizer(OnnxSession session) {
        super(session, Set.of("frames"), "tokens");
    }

    /**
     * Opens an encoder; it is not admitted yet.
     *
     * @throws io.nolook.model.ModelRefusedException when the file or the device cannot be used
     */
    public static OnnxVideoTokenizer open(byte[] file, SessionSettings settings) {
        return open(file, settings, NativeMemory.OF_THE_PROCESS);
    }

    static OnnxVideoTokenizer open(byte[] file, SessionSettings settings, NativeMemory memory) {
        return owning(OnnxSession.open(file, settings, memory), OnnxVideoTokenizer::new);
    }

    @Override
    List<StepBuffers.Payload> inputs(FrameSize size) {
        return List.of(pixels("frames", spec(), size));
    }

    @Override
    StepBuffers.Payload output(FrameSize size) {
        return tokens("tokens", spec(), size);
    }

    @Override
    void put(byte[] chunk, FrameSize size, List<ByteBuffer> to) {
        requireLength("bytes in a chunk", chunk.length, spec().chunkFrames() * size.rgbBytes());
        to.get(0).put(chunk);
    }

    @Override
    int[] get(ByteBuffer from, FrameSize size) {
        return getTokens(from, spec(), size);
    }
}
