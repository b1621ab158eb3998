package io.nolook.model.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nolook.frame.FrameSize;
import io.nolook.frame.Picture;
import io.nolook.model.Activations;
import io.nolook.model.ModelStep;
import io.nolook.model.ModelStep.Start;
import io.nolook.model.VideoDetokenizer;
import io.nolook.model.VideoTokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What every tokenizer keeps, on whichever device: the same tokens however the work is arranged. */
abstract class VideoTokenizerContract {
    static final FrameSize SIZE = new FrameSize(32, 32);

    abstract VideoTokenizer tokenizer(FrameSize size, int maxBatch);

    abstract VideoDetokenizer detokenizer(FrameSize size);

    @Test
    void batchCompositionDoesNotMatter() {
        try (VideoTokenizer tokenizer = tokenizer(SIZE, 8)) {
            Random random = new Random(1);
            List<List<byte[]>> clips = new ArrayList<>();
            List<List<int[]>> alone = new ArrayList<>();
            for (int camera = 0; camera < 8; camera++) {
                clips.add(chunks(tokenizer, random, 6));
                alone.add(stepwise(tokenizer, clips.get(camera)));
            }
            List<Activations> activations = new ArrayList<>();
            clips.forEach(clip -> activations.add(tokenizer.newActivations()));
            for (int k = 0; k < 6; k++) {
                List<Integer> order = new ArrayList<>(List.of(0, 1, 2, 3, 4, 5, 6, 7));
                Collections.shuffle(order, random);
                int split = 1 + random.nextInt(7);
                for (List<Integer> rows : List.of(order.subList(0, split), order.subList(split, 8))) {
                    int at = k;
                    List<int[]> tokens = tokenizer.run(rows.stream()
                            .map(camera -> new ModelStep<>(
                                    clips.get(camera).get(at),
                                    List.<byte[]>of(),
                                    at == 0 ? Start.ZEROS : Start.CURRENT,
                                    at,
                                    activations.get(camera)))
                            .toList());
                    for (int i = 0; i < rows.size(); i++) {
                        assertThat(tokens.get(i))
                                .isEqualTo(alone.get(rows.get(i)).get(k));
                    }
                }
            }
        }
    }

    @Test
    void rebuiltActivationsGiveTheSameTokens() {
        try (VideoTokenizer tokenizer = tokenizer(SIZE, 2)) {
            int history = tokenizer.spec().history();
            List<byte[]> clip = chunks(tokenizer, new Random(2), history + 5);
            List<int[]> expected = stepwise(tokenizer, clip);
            for (int k = 1; k < clip.size(); k++) {
                List<byte[]> before = clip.subList(Math.max(0, k - history), k);
                Activations dirty = tokenizer.newActivations();
                Arrays.fill(dirty.tensor(0), (byte) 7);
                int[] tokens = tokenizer
                        .run(List.of(new ModelStep<>(clip.get(k), before, Start.ZEROS, k, dirty)))
                        .get(0);
                assertThat(tokens).as("chunk %d", k).isEqualTo(expected.get(k));
            }
        }
    }

    @Test
    void oneChunkLessOfHistoryIsSeen() {
        try (VideoTokenizer tokenizer = tokenizer(SIZE, 2)) {
            int history = tokenizer.spec().history();
            boolean differs = false;
            for (int seed = 0; seed < 20 && !differs; seed++) {
                List<byte[]> clip = chunks(tokenizer, new Random(seed), history + 2);
                int[] expected = stepwise(tokenizer, clip).get(history + 1);
                List<byte[]> tooFew = clip.subList(Math.min(3, history + 1), history + 1);
                differs = !Arrays.equals(
                        expected,
                        tokenizer
                                .run(List.of(new ModelStep<>(
                                        clip.get(history + 1),
                                        tooFew,
                                        Start.ZEROS,
                                        history + 1,
                                        tokenizer.newActivations())))
                                .get(0));
            }
            assertThat(differs).as("the history is needed").isTrue();
        }
    }

    @Test
    void laterFramesDoNotChangeEarlierTokens() {
        try (VideoTokenizer tokenizer = tokenizer(SIZE, 2)) {
            List<byte[]> clip = chunks(tokenizer, new Random(3), 6);
            List<byte[]> other = new ArrayList<>(clip);
            other.set(5, chunks(tokenizer, new Random(4), 1).get(0));
            List<int[]> a = stepwise(tokenizer, clip);
            List<int[]> b = stepwise(tokenizer, other);
            assertThat(a.subList(0, 5)).usingRecursiveComparison().isEqualTo(b.subList(0, 5));
            assertThat(a.get(5)).isNotEqualTo(b.get(5));
        }
    }

    @ParameterizedTest
    @CsvSource({"64, 64", "128, 96", "256, 144", "512, 288"})
    void takesOtherSizes(int width, int height) {
        FrameSize size = new FrameSize(width, height);
        try (VideoTokenizer tokenizer = tokenizer(size, 1);
                VideoDetokenizer detokenizer = detokenizer(size)) {
            int[] found =
                    stepwise(tokenizer, chunks(tokenizer, new Random(5), 1)).get(0);
            int stride = tokenizer.spec().spatialStride();
            int codes = tokenizer.spec().codes();
            assertThat(found).hasSize((height / stride) * (width / stride));
            assertThat(Arrays.stream(found).allMatch(token -> token >= 0 && token < codes))
                    .isTrue();
            assertThat(Arrays.stream(found).distinct().count()).isGreaterThan(found.length / 6);
            List<Picture> pictures = detokenizer.decode(found, 0, 1, detokenizer.newActivations());
            assertThat(pictures).hasSize(1);
            assertThat(pictures.get(0).width()).isEqualTo(width);
            assertThat(pictures.get(0).height()).isEqualTo(height);
        }
    }

    @Test
    void detokenizerDropsLeadInAndTailRepeats() {
        try (VideoDetokenizer detokenizer = detokenizer(SIZE)) {
            Activations activations = detokenizer.newActivations();
            int frames = detokenizer.spec().chunkFrames();
            int codes = detokenizer.spec().codes();
            int[] tokens = new Random(6)
                    .ints(detokenizer.spec().tokens(SIZE), 0, codes)
                    .toArray();
            assertThat(detokenizer.decode(tokens, 0, 1, activations)).hasSize(1);
            assertThat(detokenizer.decode(tokens, 1, frames, activations)).hasSize(frames);
            assertThat(detokenizer.decode(tokens, 2, frames - 1, activations)).hasSize(frames - 1);
            tokens[1] = codes;
            assertThatThrownBy(() -> detokenizer.decode(tokens, 3, 1, activations))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("to " + codes + ", expected 0 to " + (codes - 1));
        }
    }

    static List<int[]> stepwise(VideoTokenizer tokenizer, List<byte[]> clip) {
        Activations activations = tokenizer.newActivations();
        List<int[]> tokens = new ArrayList<>();
        for (byte[] chunk : clip) {
            int position = tokens.size();
            Start start = position == 0 ? Start.ZEROS : Start.CURRENT;
            tokens.add(tokenizer
                    .run(List.of(new ModelStep<>(chunk, List.of(), start, position, activations)))
                    .get(0));
        }
        return tokens;
    }

    static List<byte[]> chunks(VideoTokenizer tokenizer, Random random, int count) {
        List<byte[]> chunks = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            byte[] chunk =
                    new byte[tokenizer.spec().chunkFrames() * tokenizer.size().rgbBytes()];
            random.nextBytes(chunk);
            chunks.add(chunk);
        }
        return chunks;
    }
}
