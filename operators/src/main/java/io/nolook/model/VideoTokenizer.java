package io.nolook.model;

import io.nolook.frame.FrameSize;
import java.util.List;

/**
 * An admitted encoder at one frame size: chunks of many cameras to token frames.
 *
 * <p>Holds nothing per camera. Owns the model; one thread at a time.
 */
public final class VideoTokenizer implements StreamModel<byte[], int[]> {
    private final StreamModel<byte[], int[]> encoder;

    private VideoTokenizer(StreamModel<byte[], int[]> encoder) {
        this.encoder = encoder;
    }

    /**
     * Admits an encoder.
     *
     * @param maxBatch largest batch that will be asked for, 1 to 256
     * @throws ModelRefusedException when it breaks the contract; the encoder is then closed
     */
    public static VideoTokenizer admit(StepModel<byte[], int[]> encoder, FrameSize size, int maxBatch) {
        return new VideoTokenizer(ModelAdmission.admit(encoder, new EncoderProbe(), size, maxBatch));
    }

    /** Token frames of the wanted chunks, int [H/s * W/s] in raster order, in the order of the batch. */
    @Override
    public List<int[]> run(List<ModelStep<byte[]>> batch) {
        return encoder.run(batch);
    }

    @Override
    public ModelSpec spec() {
        return encoder.spec();
    }

    @Override
    public FrameSize size() {
        return encoder.size();
    }

    @Override
    public BatchSizes batchSizes() {
        return encoder.batchSizes();
    }

    @Override
    public String fileHash() {
        return encoder.fileHash();
    }

    @Override
    public long nativeBytes() {
        return encoder.nativeBytes();
    }

    @Override
    public String runtimeId() {
        return encoder.runtimeId();
    }

    @Override
    public void close() {
        encoder.close();
    }
}
