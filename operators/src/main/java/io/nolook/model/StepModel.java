package io.nolook.model;

import io.nolook.frame.FrameSize;
import java.util.List;

/**
 * A streaming model: one step of many cameras at once.
 *
 * <p>Row i of the batch belongs to one camera; no row influences another. One thread at a time may step; whoever opened
 * the model closes it.
 *
 * @param <I> what a camera puts in
 * @param <O> what it gets back
 */
public interface StepModel<I, O> extends AutoCloseable {

    ModelSpec spec();

    /** SHA-256 of the file, lower-case hex. */
    String fileHash();

    /** What computes: ONNX Runtime version, provider, processor, precision. */
    String runtimeId();

    /** Bytes beside the heap, as far as they are known: weights, and buffers of the largest batch so far. */
    long nativeBytes();

    /**
     * Runs one step.
     *
     * @param size of the pictures, multiples of the spatial stride
     * @param inputs one a camera, 1 to 256
     * @param activations as many, each another object; read, then overwritten with the new ones, of the next position
     * @return as many outputs, in the same order
     */
    List<O> step(FrameSize size, List<I> inputs, List<Activations> activations);

    @Override
    void close();
}
