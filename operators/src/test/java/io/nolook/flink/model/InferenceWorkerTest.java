package io.nolook.flink.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nolook.frame.FrameSize;
import io.nolook.model.ModelUnavailableException;
import io.nolook.model.VideoTokenizer;
import io.nolook.model.onnx.ModelFixtures;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class InferenceWorkerTest {

    /** A model under a name, opened as a test says. */
    private record Loader(String key, Supplier<VideoTokenizer> opens) implements ModelLoader<VideoTokenizer> {

        @Override
        public VideoTokenizer open() {
            return opens.get();
        }
    }

    private static VideoTokenizer tiny() {
        return ModelFixtures.tokenizer(new FrameSize(16, 16), 4);
    }

    /** While a model is admitted, for seconds, tasks of other models come and go. */
    @Test
    void admissionHoldsUpNobodyElse() throws Exception {
        CountDownLatch admitting = new CountDownLatch(1);
        CountDownLatch others = new CountDownLatch(1);
        Loader slow = new Loader("slow", () -> {
            admitting.countDown();
            try {
                assertThat(others.await(30, TimeUnit.SECONDS)).isTrue();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            return tiny();
        });
        CompletableFuture<Void> admitted =
                CompletableFuture.runAsync(() -> InferenceWorker.acquire(slow).release());
        assertThat(admitting.await(30, TimeUnit.SECONDS)).isTrue();
        InferenceWorker.acquire(new Loader("quick", InferenceWorkerTest::tiny)).release();
        others.countDown();
        admitted.get(30, TimeUnit.SECONDS);
    }

    @Test
    void tasksOfOneProcessShareAModel() {
        Loader shared = new Loader("shared", InferenceWorkerTest::tiny);
        InferenceWorker<byte[], int[]> first = InferenceWorker.acquire(shared);
        InferenceWorker<byte[], int[]> second = InferenceWorker.acquire(shared);

        assertThat(second).isSameAs(first);
        first.release();
        second.release();
    }

    /** What cannot be opened leaves nothing: the next attempt is a new one. */
    @Test
    void aModelThatWasNotThereIsOpenedLater() {
        Loader missing = new Loader("late", () -> {
            throw new ModelUnavailableException("not mounted");
        });
        assertThatThrownBy(() -> InferenceWorker.acquire(missing)).hasMessage("not mounted");
        InferenceWorker<byte[], int[]> there = InferenceWorker.acquire(new Loader("late", InferenceWorkerTest::tiny));
        assertThat(there.model().spec().name()).startsWith("tiny");
        there.release();
    }
}
