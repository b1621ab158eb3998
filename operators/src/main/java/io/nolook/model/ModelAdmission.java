package io.nolook.model;

import io.nolook.frame.FrameSize;
import io.nolook.model.ModelRefusedException.Reason;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Proves, before a model may be used, that it keeps the contract on this machine.
 *
 * <p>Outputs and new activations are compared bit for bit: between runs, between rows, between batch sizes, between
 * histories, and with the file's check vector. What differs refuses the model, naming what was found. A model for
 * batches of one runs alone and beside another row, and its rows are looked at where that makes a difference.
 */
public final class ModelAdmission<I, O> {
    private static final long SEED = 20_231_009;
    private static final int MOST_BEFORE = 3; // chunks that are to be forgotten

    private record Outcome<O>(List<O> outputs, List<Activations> activations) {}

    private final StepModel<I, O> model;
    private final ModelProbe<I, O> probe;
    private final FrameSize size;
    private final Random random = new Random(SEED);

    /**
     * Admits a model, which then owns the file's session.
     *
     * @param maxBatch largest batch that will be asked for, 1 to 256
     * @throws ModelRefusedException naming the first check that failed; the file is then closed
     */
    public static <I, O> StreamModel<I, O> admit(
            StepModel<I, O> model, ModelProbe<I, O> probe, FrameSize size, int maxBatch) {
        try {
            return new ModelAdmission<>(model, probe, size).admit(maxBatch);
        } catch (RuntimeException | Error e) { // a failed allocation too
            model.close();
            throw e;
        }
    }

    private ModelAdmission(StepModel<I, O> model, ModelProbe<I, O> probe, FrameSize size) {
        this.model = model;
        this.probe = probe;
        this.size = size;
    }

    /** Runs every check; the model, with the batch sizes that agree. */
    private AdmittedModel<I, O> admit(int maxBatch) {
        if (model.spec().role() != probe.role()) {
            throw new ModelRefusedException(
                    Reason.METADATA,
                    "role: found " + model.spec().role() + ", expected " + probe.role() + ": give the other file");
        }
        try {
            model.spec().requireSize(size);
        } catch (IllegalArgumentException e) {
            throw new ModelRefusedException(Reason.SIZE, e.getMessage(), e);
        }
        sameBetweenRuns();
        rowsApart();
        rowsAlike();
        BatchSizes sizes = agreeingSizes(maxBatch);
        AdmittedModel<I, O> admitted = new AdmittedModel<>(model, size, sizes);
        if (model.spec().receptiveField() > 0) {
            forgets(admitted);
        }
        probe.check(model);
        return admitted;
    }

    private void sameBetweenRuns() {
        List<I> inputs = inputs(2);
        List<Activations> states = warm(inputs(2));
        Outcome<O> first = outcome(inputs, states);
        for (int again = 0; again < 3; again++) {
            if (differs(first, outcome(inputs, states), 2)) {
                throw new ModelRefusedException(
                        Reason.NOT_DETERMINISTIC,
                        "found other results for the same inputs in another run, expected the same bits;"
                                + " remove random operators from the graph");
            }
        }
    }

    private void rowsApart() {
        List<I> inputs = inputs(3);
        List<Activations> states = warm(inputs(3));
        Outcome<O> before = outcome(inputs, states);
        for (int changed = 0; changed < 3; changed++) {
            List<I> others = new ArrayList<>(inputs);
            others.set(changed, probe.draw(random, model.spec(), size));
            List<Activations> otherStates = new ArrayList<>(states);
            otherStates.set(changed, warm(inputs(1)).get(0));
            Outcome<O> after = outcome(others, otherStates);
            for (int row = 0; row < 3; row++) {
                if (row != changed && rowDiffers(before, after, row)) {
                    throw new ModelRefusedException(
                            Reason.ROWS_INFLUENCE_EACH_OTHER,
                            "found that changing row " + changed + " of a batch changes row " + row
                                    + ", expected rows apart; remove operations across the batch axis");
                }
            }
        }
    }

    /** What a camera gets must not depend on where in the batch it stands. */
    private void rowsAlike() {
        List<I> inputs = inputs(3);
        List<Activations> states = warm(inputs(3));
        Outcome<O> before = outcome(inputs, states);
        Outcome<O> after = outcome(rotated(inputs), rotated(states));
        Outcome<O> back = new Outcome<>(unrotated(after.outputs()), unrotated(after.activations()));
        if (differs(before, back, 3)) {
            throw new ModelRefusedException(
                    Reason.ROWS_INFLUENCE_EACH_OTHER,
                    "found another result for the same row at another place of the batch, expected the same bits;"
                            + " remove what counts along the batch axis, and take functions such as Log or Pow from a"
                            + " table: their last bits depend on where a vector ends");
        }
    }

    private static <T> List<T> rotated(List<T> rows) {
        List<T> rotated = new ArrayList<>(rows);
        Collections.rotate(rotated, 1);
        return rotated;
    }

    private static <T> List<T> unrotated(List<T> rows) {
        List<T> unrotated = new ArrayList<>(rows);
        Collections.rotate(unrotated, -1);
        return unrotated;
    }

    /** Of the sizes tried, those that agree with the largest one; others are padded up. */
    private BatchSizes agreeingSizes(int maxBatch) {
        List<Integer> tried = sizesUpTo(Math.max(2, maxBatch));
        int largest = tried.get(tried.size() - 1);
        List<I> inputs = inputs(largest);
        List<Activations> states = warm(inputs(largest));
        Outcome<O> reference = outcome(inputs, states);
        List<Integer> agreeing = new ArrayList<>();
        for (int n : tried) {
            Outcome<O> found = outcome(inputs.subList(0, n), states.subList(0, n));
            if (!differs(reference, found, n)) {
                agreeing.add(n);
            }
        }
        return new BatchSizes(agreeing);
    }

    /** The sizes that batches are padded to: all to 8, then steps of half and whole powers of two. */
    static List<Integer> sizesUpTo(int largest) {
        List<Integer> sizes = new ArrayList<>();
        for (int n = 1; n < largest; n += n < 8 ? 1 : Integer.highestOneBit(n) / 2) {
            sizes.add(n);
        }
        sizes.add(largest);
        return sizes;
    }

    /** Other chunks, or none, before the last P give the same activations and the same next result. */
    private void forgets(AdmittedModel<I, O> admitted) {
        int history = model.spec().history();
        int position = history + MOST_BEFORE;
        List<I> last = inputs(history);
        I next = inputs(1).get(0);
        Outcome<O> fresh = after(admitted, last, next, position);
        for (int prefix : new int[] {1, MOST_BEFORE}) {
            List<I> longer = new ArrayList<>(inputs(prefix));
            longer.addAll(last);
            if (differs(fresh, after(admitted, longer, next, position), 1)) {
                throw new ModelRefusedException(
                        Reason.REMEMBERS_LONGER_THAN_STATED,
                        "receptive_field: found that chunks before the last " + history
                                + " still matter, expected that " + model.spec().receptiveField()
                                + " frames are all that does; correct it, or use state.policy = carry");
            }
        }
    }

    private Outcome<O> after(AdmittedModel<I, O> admitted, List<I> history, I next, int position) {
        Activations activations = Activations.zeros(model.spec(), size);
        O output = admitted.run(List.of(new ModelStep<>(next, history, ModelStep.Start.ZEROS, position, activations)))
                .get(0);
        return new Outcome<>(List.of(output), List.of(activations));
    }

    private List<I> inputs(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> probe.draw(random, model.spec(), size))
                .toList();
    }

    /** Activations as they are in the middle of a clip, of each row at another position. */
    private List<Activations> warm(List<I> inputs) {
        List<Activations> states = inputs.stream()
                .map(input -> Activations.zeros(model.spec(), size))
                .toList();
        for (int row = 0; row < states.size(); row++) {
            states.get(row).moveTo(row);
        }
        model.step(size, inputs, states);
        return states;
    }

    private Outcome<O> outcome(List<I> inputs, List<Activations> before) {
        List<Activations> states = before.stream().map(Activations::copy).toList();
        List<O> outputs = model.step(size, inputs, states);
        outputs.forEach(output -> probe.checkOutput(model.spec(), output));
        return new Outcome<>(outputs, states);
    }

    private boolean differs(Outcome<O> a, Outcome<O> b, int rows) {
        return IntStream.range(0, rows).anyMatch(row -> rowDiffers(a, b, row));
    }

    private boolean rowDiffers(Outcome<O> a, Outcome<O> b, int row) {
        return !probe.same(a.outputs().get(row), b.outputs().get(row))
                || !a.activations().get(row).sameBits(b.activations().get(row));
    }
}
