package io.nolook.model;

import io.nolook.frame.FrameSize;

/** Models that need no admission: what a test wrote is taken at its word, and run as admitted ones are. */
public final class AdmittedForTest {

    private AdmittedForTest() {}

    public static <I, O> StreamModel<I, O> of(StepModel<I, O> model, FrameSize size, BatchSizes sizes) {
        return new AdmittedModel<>(model, size, sizes);
    }
}
