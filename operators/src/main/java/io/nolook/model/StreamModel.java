package io.nolook.model;

import io.nolook.frame.FrameSize;
import io.nolook.identity.MadeWith;
import java.util.List;

/**
 * An admitted model at one frame size: steps of many cameras at once.
 *
 * <p>Holds nothing per camera. Owns the file's session; one thread at a time.
 *
 * @param <I> what a camera puts in
 * @param <O> what it gets back
 */
public interface StreamModel<I, O> extends AutoCloseable {

    /**
     * Runs the wanted step of each camera, and before it the steps that rebuild its activations.
     *
     * @return as many outputs, in the order of the batch
     */
    List<O> run(List<ModelStep<I>> batch);

    ModelSpec spec();

    FrameSize size();

    /** The batch sizes that agree bit for bit. */
    BatchSizes batchSizes();

    /** SHA-256 of the file, lower-case hex. */
    String fileHash();

    /** What computes: ONNX Runtime version, provider, processor, precision. */
    String runtimeId();

    /** What state that it makes is made with. */
    default MadeWith madeWith() {
        return new MadeWith(fileHash(), runtimeId(), size().width(), size().height(), "");
    }

    /** Bytes beside the heap, as far as they are known: weights and buffers. */
    long nativeBytes();

    /** Activations of a camera whose clip begins. */
    default Activations newActivations() {
        return Activations.zeros(spec(), size());
    }

    @Override
    void close();
}
