package io.nolook.tokenizer;

import io.nolook.frame.FrameSize;
import java.util.List;

/**
 * An admitted encoder at one frame size: chunks of many cameras to token frames.
 *
 * <p>Holds nothing per camera. Owns the model; one thread at a time.
 */
public final class VideoTokenizer implements AutoCloseable {
    private final AdmittedModel<byte[], int[]> encoder;

    private VideoTokenizer(AdmittedModel<byte[], int[]> encoder) {
        this.encoder = encoder;
    }

    /**
     * Admits an encoder.
     *
     * @param maxBatch largest batch that will be asked for, 1 to 256
     * @throws ModelRefusedException when it breaks the contract; the encoder is then closed
     */
    public static VideoTokenizer admit(StepModel<byte[], int[]> encoder, FrameSize size, int maxBatch) {
        try {
            return new VideoTokenizer(new ModelAdmission<>(encoder, new EncoderProbe(), size).admit(maxBatch));
        } catch (RuntimeException e) {
            encoder.close();
            throw e;
        }
    }

    /** Token frames of the wanted chunks, int [H/s * W/s] in raster order, in the order of the batch. */
    public List<int[]> run(List<ChunkWork<byte[]>> batch) {
        return encoder.run(batch);
    }

    /** Activations of a camera whose clip begins. */
    public Activations newActivations() {
        return Activations.zeros(spec(), size());
    }

    public ModelSpec spec() {
        return encoder.model().spec();
    }

    public FrameSize size() {
        return encoder.size();
    }

    /** The batch sizes that agree bit for bit. */
    public BatchSizes batchSizes() {
        return encoder.sizes();
    }

    /** SHA-256 of the encoder file. */
    public String encoderHash() {
        return encoder.model().fileHash();
    }

    public String runtimeId() {
        return encoder.model().runtimeId();
    }

    @Override
    public void close() {
        encoder.close();
    }
}
