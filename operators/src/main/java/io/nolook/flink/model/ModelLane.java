package io.nolook.flink.model;

import io.nolook.model.StreamModel;

/**
 * One open model of a task: the worker that runs it, and the steps that wait for it.
 *
 * <p>Owned by the task thread. A batch holds steps of one lane.
 */
record ModelLane<J, I, O>(InferenceWorker<I, O> worker, InferenceQueue<J, I, O> queue) {

    StreamModel<I, O> model() {
        return worker.model();
    }
}
