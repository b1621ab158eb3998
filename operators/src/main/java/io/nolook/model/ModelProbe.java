package io.nolook.model;

import io.nolook.frame.FrameSize;
import java.util.Random;

/**
 * What admission must know of a role: inputs to try, results to compare, the check vector.
 *
 * @param <I> what a camera puts in
 * @param <O> what it gets back
 */
public interface ModelProbe<I, O> {

    ModelSpec.Role role();

    /** An input of a step, drawn at random. */
    I draw(Random random, ModelSpec spec, FrameSize size);

    /** Whether two outputs are bit for bit the same. */
    boolean same(O a, O b);

    /**
     * Looks at an output by itself.
     *
     * @throws ModelRefusedException when it cannot be one of this model
     */
    void checkOutput(ModelSpec spec, O output);

    /**
     * Runs the file's check vector.
     *
     * @throws ModelRefusedException when the result is not the one that the file states
     */
    void check(StepModel<I, O> model);
}
