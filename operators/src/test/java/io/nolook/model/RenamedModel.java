package io.nolook.model;

import io.nolook.frame.FrameSize;
import java.util.List;

/**
 * A model that says that it is of another file, or runs elsewhere.
 *
 * @param model that runs; becomes this object's
 * @param fileHash that it says
 * @param machine added to the runtime that it says
 */
public record RenamedModel<I, O>(StreamModel<I, O> model, String fileHash, String machine)
        implements StreamModel<I, O> {

    @Override
    public List<O> run(List<ModelStep<I>> batch) {
        return model.run(batch);
    }

    @Override
    public ModelSpec spec() {
        return model.spec();
    }

    @Override
    public FrameSize size() {
        return model.size();
    }

    @Override
    public BatchSizes batchSizes() {
        return model.batchSizes();
    }

    @Override
    public String runtimeId() {
        return model.runtimeId() + machine;
    }

    @Override
    public long nativeBytes() {
        return model.nativeBytes();
    }

    @Override
    public void close() {
        model.close();
    }
}
