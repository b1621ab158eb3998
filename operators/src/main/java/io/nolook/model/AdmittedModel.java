package io.nolook.model;

import io.nolook.frame.FrameSize;
import java.util.ArrayList;
import java.util.List;

/**
 * A model that passed admission at one frame size: rebuilds, pads, splits.
 *
 * <p>Batches are padded to the sizes that gave equal bits, and split when larger than the largest of them. Owns the
 * model. One thread at a time.
 */
final class AdmittedModel<I, O> implements StreamModel<I, O> {
    private final StepModel<I, O> model;
    private final FrameSize size;
    private final BatchSizes sizes;
    private final List<Activations> padding = new ArrayList<>();

    AdmittedModel(StepModel<I, O> model, FrameSize size, BatchSizes sizes) {
        this.model = model;
        this.size = size;
        this.sizes = sizes;
    }

    @Override
    public ModelSpec spec() {
        return model.spec();
    }

    @Override
    public FrameSize size() {
        return size;
    }

    @Override
    public BatchSizes batchSizes() {
        return sizes;
    }

    @Override
    public String fileHash() {
        return model.fileHash();
    }

    @Override
    public long nativeBytes() {
        return model.nativeBytes();
    }

    @Override
    public String runtimeId() {
        return model.runtimeId();
    }

    @Override
    public List<O> run(List<ModelStep<I>> batch) {
        int rebuilds = 0;
        for (ModelStep<I> work : batch) {
            if (work.start() == ModelStep.Start.ZEROS) {
                work.activations().clear();
            }
            work.activations().moveTo(work.from());
            rebuilds = Math.max(rebuilds, work.rebuild().size());
        }
        for (int r = 0; r < rebuilds; r++) {
            List<I> inputs = new ArrayList<>();
            List<Activations> activations = new ArrayList<>();
            for (ModelStep<I> work : batch) {
                if (r < work.rebuild().size()) {
                    inputs.add(work.rebuild().get(r));
                    activations.add(work.activations());
                }
            }
            step(inputs, activations);
        }
        return step(
                batch.stream().map(ModelStep::input).toList(),
                batch.stream().map(ModelStep::activations).toList());
    }

    private List<O> step(List<I> inputs, List<Activations> activations) {
        List<O> outputs = new ArrayList<>(inputs.size());
        for (int from = 0; from < inputs.size(); from += sizes.largest()) {
            int to = Math.min(inputs.size(), from + sizes.largest());
            outputs.addAll(padded(inputs.subList(from, to), activations.subList(from, to)));
        }
        return outputs;
    }

    private List<O> padded(List<I> inputs, List<Activations> activations) {
        int rows = inputs.size();
        int missing = sizes.padded(rows) - rows;
        if (missing == 0) {
            return model.step(size, inputs, activations);
        }
        while (padding.size() < missing) {
            padding.add(Activations.zeros(model.spec(), size));
        }
        List<I> paddedInputs = new ArrayList<>(inputs);
        List<Activations> paddedActivations = new ArrayList<>(activations);
        for (int i = 0; i < missing; i++) {
            paddedInputs.add(inputs.get(0));
            paddedActivations.add(padding.get(i));
        }
        return model.step(size, paddedInputs, paddedActivations).subList(0, rows);
    }

    @Override
    public void close() {
        model.close();
    }
}
