package io.nolook.flink;

import io.nolook.tokenizer.ChunkWork;
import io.nolook.tokenizer.VideoTokenizer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * The one inference thread of a session, shared by the tasks of a process.
 *
 * <p>Opened by the first task that asks, closed with the last. The thread alone touches the tokenizer; results are
 * handed over as futures, whose completion the task brings to its mailbox. At a barrier the task waits until its own
 * batches are back; the thread keeps nothing of a camera.
 */
final class InferenceWorker {
    private static final Map<String, InferenceWorker> OPEN = new HashMap<>();

    private final String key;
    private final VideoTokenizer tokenizer;
    private final ExecutorService thread;
    private int users;

    /** A batch that has run: token frames in the order of the batch, and how long the model took. */
    record Outcome(List<int[]> tokens, long nanos) {}

    private InferenceWorker(String key, VideoTokenizer tokenizer) {
        this.key = key;
        this.tokenizer = tokenizer;
        thread = Executors.newSingleThreadExecutor(task -> {
            Thread worker = new Thread(task, "nolook-inference");
            worker.setDaemon(true);
            return worker;
        });
    }

    /** The worker of these settings, opened and admitted when it is the first; give it back with {@link #release}. */
    static InferenceWorker acquire(TokenizerLoader loader) {
        synchronized (OPEN) {
            InferenceWorker worker = OPEN.computeIfAbsent(loader.key(), key -> new InferenceWorker(key, loader.open()));
            worker.users++;
            return worker;
        }
    }

    VideoTokenizer tokenizer() {
        return tokenizer;
    }

    CompletableFuture<Outcome> submit(List<ChunkWork<byte[]>> batch) {
        return CompletableFuture.supplyAsync(
                () -> {
                    long began = System.nanoTime();
                    List<int[]> tokens = tokenizer.run(batch);
                    return new Outcome(tokens, System.nanoTime() - began);
                },
                thread);
    }

    /** One task less; the last one closes the session, on its own thread, after the batch that runs. */
    void release() {
        synchronized (OPEN) {
            users--;
            if (users == 0) {
                OPEN.remove(key);
                thread.execute(tokenizer::close);
                thread.shutdown();
            }
        }
    }
}
