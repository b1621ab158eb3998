package io.nolook.offline;

import io.nolook.model.Activations;
import io.nolook.model.ModelStep;
import io.nolook.model.StreamModel;
import java.util.List;

/**
 * A model for one camera alone, step after step, in batches of one.
 *
 * @param <I> what the model takes
 * @param <O> what it gives
 */
public final class CameraModel<I, O> {
    private final StreamModel<I, O> model;
    private final Activations activations;

    /**
     * @param model stays the caller's
     */
    public CameraModel(StreamModel<I, O> model) {
        this.model = model;
        activations = model.newActivations();
    }

    /**
     * The next step.
     *
     * @param position 0 begins anew; else it follows the last one given
     */
    public O step(int position, I input) {
        ModelStep.Start start = position == 0 ? ModelStep.Start.ZEROS : ModelStep.Start.CURRENT;
        return model.run(List.of(new ModelStep<>(input, List.of(), start, position, activations)))
                .get(0);
    }
}
