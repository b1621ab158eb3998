package io.nolook.flink.model;

import io.nolook.flink.tokenize.TokenizeOptions;
import io.nolook.flink.tokenize.TokenizeSettings;
import io.nolook.identity.MadeWith;
import io.nolook.model.BatchSizes;
import io.nolook.model.StreamModel;
import io.nolook.rollout.ModelFile;
import io.nolook.window.WindowSpec;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;

/**
 * How a simulated job is run, at random: everything that may differ from one start to the next.
 *
 * @param model index of one of {@link #MODELS}
 * @param parallelism subtasks
 * @param batch most chunks of a batch
 * @param delayMillis longest wait for a fuller one
 * @param queue most chunks that wait
 * @param activationsBytes bound of the live activations
 * @param heldBytes bound of what is written at the barrier only
 * @param keyframeInterval token frames of a clip
 * @param rate frames a second that are taken, 0 for all
 * @param resetMillis how long only lower epochs come before one is taken
 * @param freshnessMillis age from which frames are skipped, 0 for none
 */
record SimulatedSettings(
        int model,
        int parallelism,
        int batch,
        int delayMillis,
        int queue,
        int activationsBytes,
        int heldBytes,
        int keyframeInterval,
        int rate,
        int resetMillis,
        int freshnessMillis) {

    static final int IDLE_MILLIS = 1500;
    static final long MAX_AHEAD = 1000;
    static final List<RememberingModel> MODELS = List.of(
            new RememberingModel("four-three", 4, 3, "replay"),
            new RememberingModel("four-one", 4, 1, "replay"),
            new RememberingModel("two-four", 2, 4, "replay"),
            new RememberingModel("four-three-carried", 4, 3, "carry"),
            new RememberingModel("two-two-carried", 2, 2, "carry"));
    private static final List<BatchSizes> SIZES =
            List.of(new BatchSizes(List.of(1, 2, 4)), new BatchSizes(List.of(2, 3)));

    static SimulatedSettings of(SplittableRandom random) {
        int batch = 1 + random.nextInt(4);
        return new SimulatedSettings(
                random.nextInt(MODELS.size()),
                pick(random, 1, 1, 2, 3),
                batch,
                random.nextInt(3) * 30,
                batch + random.nextInt(3),
                pick(random, 0, 60, 1 << 20),
                pick(random, 0, 2000, 1 << 20),
                2 + random.nextInt(12),
                pick(random, 0, 0, 10, 20),
                pick(random, 0, 200, 600),
                pick(random, 0, 0, 300));
    }

    /** The same job after a change of some options: what it may keep of its state differs with the model alone. */
    SimulatedSettings changed(SplittableRandom random) {
        SimulatedSettings other = of(random);
        return random.nextInt(3) == 0
                ? other
                : new SimulatedSettings(
                        model,
                        other.parallelism,
                        other.batch,
                        other.delayMillis,
                        other.queue,
                        other.activationsBytes,
                        other.heldBytes,
                        keyframeInterval,
                        rate,
                        resetMillis,
                        freshnessMillis);
    }

    private static int pick(SplittableRandom random, int... of) {
        return of[random.nextInt(of.length)];
    }

    /** The options of the job. */
    TokenizeSettings tokenize() {
        Configuration options = new Configuration();
        options.set(TokenizeOptions.FRAME_SIZE, RememberingModel.SIZE.toString());
        options.set(TokenizeOptions.KEYFRAME_INTERVAL, keyframeInterval);
        options.set(TokenizeOptions.FRAME_RATE, (double) rate);
        options.set(TokenizeOptions.EPOCH_RESET_AFTER, Duration.ofMillis(resetMillis));
        options.set(TokenizeOptions.SEQUENCE_MAX_AHEAD, MAX_AHEAD);
        if (freshnessMillis > 0) {
            options.set(TokenizeOptions.OVERLOAD, TokenizeOptions.Overload.SKIP);
            options.set(TokenizeOptions.OVERLOAD_FRESHNESS, Duration.ofMillis(freshnessMillis));
        }
        options.set(InferenceOptions.CAMERA_IDLE_TTL, Duration.ofMillis(IDLE_MILLIS));
        options.set(InferenceOptions.BATCH_SIZE, batch);
        options.set(InferenceOptions.BATCH_MAX_DELAY, Duration.ofMillis(delayMillis));
        options.set(InferenceOptions.BATCH_QUEUE, queue);
        options.set(InferenceOptions.ACTIVATIONS_MAX_BYTES, new MemorySize(activationsBytes));
        options.set(InferenceOptions.STATE_HELD_BYTES, new MemorySize(heldBytes));
        return TokenizeSettings.of(options);
    }

    /** The same, as the rules of a window name it, with the model of the options. */
    WindowSpec window() {
        return window(MODELS.get(model));
    }

    /** The same with another model. */
    WindowSpec window(RememberingModel of) {
        return new WindowSpec(
                MadeWith.model(of.fileHash()),
                of.chunkFrames(),
                of.spec().history(),
                keyframeInterval,
                rate == 0 ? 0 : 1_000_000 / rate,
                resetMillis,
                MAX_AHEAD,
                freshnessMillis);
    }

    Loader loader() {
        return new Loader(model, parallelism % SIZES.size());
    }

    /** A model by its index, which admitted batches of some sizes. */
    record Loader(int model, int sizes) implements ModelLoader<StreamModel<byte[], int[]>> {

        @Override
        public String key() {
            return model + "/" + sizes;
        }

        @Override
        public StreamModel<byte[], int[]> open() {
            return MODELS.get(model).admitted(SIZES.get(sizes));
        }

        @Override
        public ModelLoader<StreamModel<byte[], int[]>> at(String location) {
            return new Loader(Integer.parseInt(location), sizes);
        }
    }

    /** The file of a model: its location is its index. */
    static ModelFile file(int model) {
        return new ModelFile(MODELS.get(model).fileHash(), Integer.toString(model));
    }
}
