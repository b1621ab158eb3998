package io.nolook.model;

/**
 * Where a step stands: its clip, and the chunk in it.
 *
 * @param epoch of the camera
 * @param clip that the step is of
 * @param position in the clip, from 0
 */
public record StepPlace(long epoch, long clip, int position) {

    StepPlace next() {
        return new StepPlace(epoch, clip, position + 1);
    }
}
