package io.nolook.flink.model;

import io.nolook.model.StreamModel;
import io.nolook.rollout.Assignment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * The models that a task has open, and which of them each camera uses.
 *
 * <p>Owned by the task thread. That of the job's options is always there; a camera whose model is not open uses it.
 */
final class ResidentModels<J, I, O> {
    private final ModelLane<J, I, O> own;
    private final Function<InferenceWorker<I, O>, ModelLane<J, I, O>> lanes;
    private final Map<String, ModelLane<J, I, O>> others = new HashMap<>();
    private Assignment assignment = Assignment.NONE;

    /**
     * @param own worker of the model of the job's options
     * @param lanes makes the lane of a worker
     */
    ResidentModels(InferenceWorker<I, O> own, Function<InferenceWorker<I, O>, ModelLane<J, I, O>> lanes) {
        this.lanes = lanes;
        this.own = lanes.apply(own);
    }

    ModelLane<J, I, O> own() {
        return own;
    }

    /** The lane of a camera's model. */
    ModelLane<J, I, O> of(String camera) {
        return others.getOrDefault(assignment.of(camera), own);
    }

    /** Whether a model is open, under its hash or as that of the options. */
    boolean has(String hash) {
        return others.containsKey(hash) || own.model().fileHash().equals(hash);
    }

    /** The lane of an open model. */
    ModelLane<J, I, O> lane(String hash) {
        return others.getOrDefault(hash, own);
    }

    /** Takes a model in; the worker is owned here from now on. */
    void add(InferenceWorker<I, O> worker) {
        if (has(worker.model().fileHash())) {
            worker.release();
        } else {
            others.put(worker.model().fileHash(), lanes.apply(worker));
        }
    }

    void assign(Assignment next) {
        assignment = next;
    }

    Assignment assignment() {
        return assignment;
    }

    /** Runs all that waits in the other lanes, and waits for all that runs there. */
    void drainOthers(ModelLane<J, I, O> lane) throws Exception {
        for (ModelLane<J, I, O> other : all()) {
            if (other != lane) {
                other.queue().drain();
            }
        }
    }

    /** Runs all that waits and waits for all that runs. */
    void drain() throws Exception {
        for (ModelLane<J, I, O> lane : all()) {
            lane.queue().drain();
        }
    }

    /** Closes the models that no camera uses, and that are not kept; nothing may be under way. */
    void releaseUnused(Set<String> kept) {
        Iterator<Map.Entry<String, ModelLane<J, I, O>>> each = others.entrySet().iterator();
        while (each.hasNext()) {
            Map.Entry<String, ModelLane<J, I, O>> next = each.next();
            boolean used =
                    assignment.models().stream().anyMatch(file -> file.hash().equals(next.getKey()));
            if (!used && !kept.contains(next.getKey())) {
                next.getValue().worker().release();
                each.remove();
            }
        }
    }

    int waiting() {
        return all().stream().mapToInt(lane -> lane.queue().waiting()).sum();
    }

    int running() {
        return all().stream().mapToInt(lane -> lane.queue().running()).sum();
    }

    /** Bytes beside the heap of all of them. */
    long nativeBytes() {
        return all().stream().mapToLong(lane -> lane.model().nativeBytes()).sum();
    }

    void release() {
        all().forEach(lane -> lane.worker().release());
        others.clear();
    }

    /** All that are open. */
    List<StreamModel<?, ?>> models() {
        List<StreamModel<?, ?>> models = new ArrayList<>();
        all().forEach(lane -> models.add(lane.model()));
        return models;
    }

    private List<ModelLane<J, I, O>> all() {
        List<ModelLane<J, I, O>> all = new ArrayList<>(others.size() + 1);
        all.add(own);
        all.addAll(others.values());
        return all;
    }
}
