package io.nolook.flink.model;

import io.nolook.batch.BatchLimits;
import io.nolook.batch.MicroBatcher;
import io.nolook.model.ModelStep;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledFuture;
import java.util.function.Function;
import org.apache.flink.api.common.operators.MailboxExecutor;
import org.apache.flink.streaming.runtime.tasks.ProcessingTimeService;

/**
 * Takes work to the inference thread in batches, and its results back through the mailbox.
 *
 * <p>The task thread owns it. An idle worker gets what is due; a busy one only full batches, since waiting costs those
 * nothing. At most {@value #BATCHES_IN_FLIGHT} batches are with the worker, which runs them in their order: the next step
 * of a camera may wait there for the one before. {@link #offer} and {@link #drain} yield to
 * the mailbox, after which the current key is undefined.
 *
 * @param <J> a piece of work with what is needed to finish it
 * @param <I> what the model takes
 * @param <O> what it gives
 */
final class InferenceQueue<J, I, O> {
    private static final int BATCHES_IN_FLIGHT = 2;

    /** Finishes a batch that has run, on the task thread. */
    interface Completion<J, O> {
        void completed(List<J> batch, InferenceWorker.Outcome<O> outcome) throws Exception;
    }

    /** The task's own services. */
    record Task(MailboxExecutor mailbox, ProcessingTimeService clock) {}

    private final MicroBatcher<J> batcher;
    private final Function<J, ModelStep<I>> work;
    private final InferenceWorker<I, O> worker;
    private final Task task;
    private final Completion<J, O> completion;
    private ScheduledFuture<?> deadline;
    private int inFlight;
    private int running;

    InferenceQueue(
            BatchLimits limits,
            Function<J, String> camera,
            Function<J, ModelStep<I>> work,
            InferenceWorker<I, O> worker,
            Task task,
            Completion<J, O> completion) {
        this.batcher = new MicroBatcher<>(limits, camera);
        this.work = work;
        this.worker = worker;
        this.task = task;
        this.completion = completion;
    }

    /** Queues a piece of work, waiting for room. */
    void offer(J job) throws Exception {
        while (batcher.queueFull()) {
            launchAny();
            task.mailbox().yield();
        }
        batcher.offer(job, task.clock().getCurrentProcessingTime());
        launchDue();
    }

    /** Runs all that waits and waits for all that runs. */
    void drain() throws Exception {
        while (batcher.waiting() > 0 || inFlight > 0) {
            launchAny();
            task.mailbox().yield();
        }
    }

    int waiting() {
        return batcher.waiting();
    }

    int running() {
        return running;
    }

    private void launchDue() {
        long now = task.clock().getCurrentProcessingTime();
        boolean launched = true;
        while (launched && inFlight < BATCHES_IN_FLIGHT) {
            launched = launch(inFlight == 0 ? batcher.due(now) : batcher.full());
        }
        OptionalLong next = batcher.deadline();
        if (inFlight == 0 && deadline == null && next.isPresent()) {
            deadline = task.clock().registerTimer(next.getAsLong(), time -> {
                deadline = null;
                launchDue();
            });
        }
    }

    private void launchAny() {
        if (inFlight < BATCHES_IN_FLIGHT) {
            launch(batcher.drain());
        }
    }

    private boolean launch(List<J> batch) {
        if (batch.isEmpty()) {
            return false;
        }
        inFlight++;
        running += batch.size();
        CompletableFuture<InferenceWorker.Outcome<O>> outcome =
                worker.submit(batch.stream().map(work).toList());
        outcome.whenComplete((done, failure) ->
                task.mailbox().execute(() -> complete(batch, outcome), "results of a batch of %s", batch.size()));
        return true;
    }

    /** What the worker threw is thrown here, on the task thread. */
    private void complete(List<J> batch, CompletableFuture<InferenceWorker.Outcome<O>> done) throws Exception {
        InferenceWorker.Outcome<O> outcome = done.get();
        inFlight--;
        running -= batch.size();
        launchDue(); // first, so that the worker need not wait for what follows
        completion.completed(batch, outcome);
    }
}
