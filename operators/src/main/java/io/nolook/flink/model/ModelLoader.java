package io.nolook.flink.model;

import io.nolook.model.StreamModel;
import java.io.Serializable;

/**
 * Opens and admits a model on the machine that runs it.
 *
 * @param <M> the model
 */
public interface ModelLoader<M extends StreamModel<?, ?>> extends Serializable {

    /** Loaders with equal keys open equal models, which the tasks of one process share. */
    String key();

    /**
     * Opens the model; the caller closes it.
     *
     * @throws io.nolook.model.ModelRefusedException when it may not be used
     */
    M open();

    /** Opens the same on another GPU; what knows no GPUs stays what it is. */
    default ModelLoader<M> onGpu(int number) {
        return this;
    }

    /**
     * Opens another file in the same way; what has but one stays what it is.
     *
     * @param location path that this machine can read, or builtin:NAME
     */
    default ModelLoader<M> at(String location) {
        return this;
    }
}
