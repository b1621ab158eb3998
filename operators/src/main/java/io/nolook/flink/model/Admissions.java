package io.nolook.flink.model;

import io.nolook.model.StreamModel;
import io.nolook.rollout.Command;
import io.nolook.rollout.ModelFile;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;

/**
 * Opens models that commands name, and refuses those that do not fit the job.
 *
 * <p>A model is opened and admitted on its worker's own thread. It is refused when its file is another one than the
 * command says, when its codes mean something else and nobody said that they may, or when too much would be open at once.
 */
final class Admissions<I, O> {
    private final ModelLoader<? extends StreamModel<I, O>> loader;
    private final Consumer<StreamModel<I, O>> opened;
    private final StreamModel<I, O> own;
    private final long mostBytes;
    private final Set<CompletableFuture<InferenceWorker<I, O>>> pending = new HashSet<>();

    /**
     * @param opened is told of a model by the task that opened it
     * @param own model of the job's options
     * @param mostBytes beside the heap, of all models that are open at once
     */
    Admissions(
            ModelLoader<? extends StreamModel<I, O>> loader,
            Consumer<StreamModel<I, O>> opened,
            StreamModel<I, O> own,
            long mostBytes) {
        this.loader = loader;
        this.opened = opened;
        this.own = own;
        this.mostBytes = mostBytes;
    }

    /**
     * The worker of a model; fails with the reason of a refusal.
     *
     * <p>Until {@link #taken} it is owned here.
     */
    CompletableFuture<InferenceWorker<I, O>> open(
            ModelFile file, Command.Codes codes, ResidentModels<?, I, O> resident) {
        long others = resident.nativeBytes();
        CompletableFuture<InferenceWorker<I, O>> opening = InferenceWorker.prepare(loader.at(file.location()), opened)
                .thenApply(worker -> {
                    String refusal = refusal(file, codes, worker.model(), others);
                    if (!refusal.isEmpty()) {
                        worker.release();
                        throw new IllegalArgumentException(refusal);
                    }
                    return worker;
                });
        pending.add(opening);
        return opening;
    }

    /** What came of an opening is the caller's from now on. */
    void taken(CompletableFuture<InferenceWorker<I, O>> opening) {
        pending.remove(opening);
    }

    /** Gives up what is being opened: it is closed once it is open. */
    void close() {
        pending.forEach(opening -> opening.thenAccept(InferenceWorker::release));
        pending.clear();
    }

    private String refusal(ModelFile file, Command.Codes codes, StreamModel<I, O> model, long others) {
        if (!model.fileHash().equals(file.hash())) {
            return "model: found a file of SHA-256 " + model.fileHash() + " at '" + file.location() + "', expected "
                    + file.hash() + ": every TaskManager must see the same file";
        }
        String codesOf = model.spec().tokenizerId();
        if (codes == Command.Codes.SAME && !codesOf.equals(own.spec().tokenizerId())) {
            return "model: found tokenizer_id " + codesOf + ", expected "
                    + own.spec().tokenizerId()
                    + " as that of model.encoder: those who read tokens would not know these;"
                    + " --new-tokens when they are ready for it";
        }
        if (others + model.nativeBytes() > mostBytes) {
            return "control.models-max-bytes: found " + (others + model.nativeBytes())
                    + " bytes with this model open beside the others, expected at most " + mostBytes + ": raise it";
        }
        return "";
    }

    /** What made a model refused, for people. */
    static String why(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return String.valueOf(cause.getMessage());
    }
}
