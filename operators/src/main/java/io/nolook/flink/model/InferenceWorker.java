package io.nolook.flink.model;

import io.nolook.model.ModelStep;
import io.nolook.model.StreamModel;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The one inference thread of a session, shared by the tasks of a process.
 *
 * <p>Opened by the first task that asks, closed with the last. The thread alone touches the model; results are
 * handed over as futures, whose completion the task brings to its mailbox. At a barrier the task waits until its own
 * batches are back; the thread keeps nothing of a camera.
 */
final class InferenceWorker<I, O> {
    private static final Map<String, InferenceWorker<?, ?>> OPEN = new HashMap<>();

    private final String key;
    private volatile @Nullable StreamModel<I, O> model;
    private final ExecutorService thread;
    private int users;

    /** A batch that has run: outputs in the order of the batch, and how long the model took. */
    record Outcome<O>(List<O> outputs, long nanos) {}

    private InferenceWorker(String key) {
        this.key = key;
        thread = Executors.newSingleThreadExecutor(task -> {
            Thread worker = new Thread(task, "nolook-inference");
            worker.setDaemon(true);
            return worker;
        });
    }

    /** The worker of these settings, opened and admitted when it is the first; give it back with {@link #release}. */
    static <I, O> InferenceWorker<I, O> acquire(ModelLoader<? extends StreamModel<I, O>> loader) {
        return acquire(loader, model -> {});
    }

    /**
     * As {@link #acquire(ModelLoader)}.
     *
     * @param opened is told of the model by the task that opened it: once a process
     */
    static <I, O> InferenceWorker<I, O> acquire(
            ModelLoader<? extends StreamModel<I, O>> loader, Consumer<StreamModel<I, O>> opened) {
        try {
            return prepare(loader, opened).join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException failure ? failure : e;
        }
    }

    /** As {@link #acquire}, without waiting: the model is opened on the worker's own thread, which takes seconds. */
    @SuppressWarnings("unchecked") // a key names its loader's class, whose models all have its types
    static <I, O> CompletableFuture<InferenceWorker<I, O>> prepare(
            ModelLoader<? extends StreamModel<I, O>> loader, Consumer<StreamModel<I, O>> opened) {
        String key = loader.getClass().getName() + "|" + loader.key();
        InferenceWorker<I, O> worker;
        synchronized (OPEN) {
            worker = (InferenceWorker<I, O>) OPEN.computeIfAbsent(key, InferenceWorker::new);
            worker.users++;
        }
        return CompletableFuture.supplyAsync(
                () -> {
                    boolean isOpen = false;
                    try {
                        worker.open(loader, opened);
                        isOpen = true;
                        return worker;
                    } finally {
                        if (!isOpen) {
                            worker.release();
                        }
                    }
                },
                worker.thread);
    }

    /** Opens the model if no other task has. */
    private void open(ModelLoader<? extends StreamModel<I, O>> loader, Consumer<StreamModel<I, O>> opened) {
        if (model == null) {
            model = loader.open();
            opened.accept(model);
        }
    }

    StreamModel<I, O> model() {
        return model;
    }

    CompletableFuture<Outcome<O>> submit(List<ModelStep<I>> batch) {
        return CompletableFuture.supplyAsync(
                () -> {
                    long began = System.nanoTime();
                    List<O> outputs = model.run(batch);
                    return new Outcome<>(outputs, System.nanoTime() - began);
                },
                thread);
    }

    /** One task less; the last one closes the session, on its own thread, after the batch that runs. */
    void release() {
        synchronized (OPEN) {
            users--;
            if (users == 0) {
                OPEN.remove(key);
                thread.execute(this::close);
                thread.shutdown();
            }
        }
    }

    private void close() {
        if (model != null) {
            model.close();
        }
    }
}
