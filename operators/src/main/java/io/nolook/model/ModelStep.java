package io.nolook.model;

import java.util.List;

/**
 * One camera's share of a batch.
 *
 * @param input of the step that is wanted
 * @param rebuild inputs of the whole steps before it, oldest first, run from zeros; empty when activations are current
 * @param start what the first of these steps starts from
 * @param position in its clip of the step that is wanted
 * @param activations of the camera; in and out
 */
public record ModelStep<I>(I input, List<I> rebuild, Start start, int position, Activations activations) {

    /** The position of the first step that is run. */
    int from() {
        return position - rebuild.size();
    }

    /** Where a step starts from. */
    public enum Start {
        /** Zeros: a keyframe, or activations to rebuild. */
        ZEROS,
        /** The activations as the camera's last step left them. */
        CURRENT
    }
}
