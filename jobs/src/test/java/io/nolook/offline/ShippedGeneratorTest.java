package io.nolook.offline;

import static org.assertj.core.api.Assertions.assertThat;

import io.nolook.flink.generate.GenerateSettings;
import io.nolook.flink.generate.OnnxPredictorLoader;
import io.nolook.flink.generate.OnnxSamplerLoader;
import io.nolook.generation.Continuation;
import io.nolook.generation.SamplerSpec;
import io.nolook.job.recognize.SimulatedTokens;
import io.nolook.model.Activations;
import io.nolook.model.Draw;
import io.nolook.model.ModelStep;
import io.nolook.model.StreamModel;
import io.nolook.record.GeneratedTokens;
import io.nolook.record.TokenFrames;
import io.nolook.schema.TokenFrame;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The shipped language model: samples are those of their seed, whoever else is in the batch, and likely to its predictor. */
class ShippedGeneratorTest {
    private static final int CAMERAS = 3;
    private static final int FRAMES = 3;
    private static StreamModel<Draw, int[]> sampler;
    private static StreamModel<int[], float[]> predictor;
    private static List<List<TokenFrame>> cameras;

    @BeforeAll
    static void open() throws IOException {
        Configuration options = new Configuration();
        options.setString("inference.device", "cpu");
        options.setString("batch.size", "3");
        GenerateSettings settings = GenerateSettings.of(options);
        sampler = new OnnxSamplerLoader(settings).open();
        predictor = new OnnxPredictorLoader(settings).open();
        List<TokenFrame> tokens = SimulatedTokens.of(CAMERAS, 33);
        cameras = IntStream.range(0, CAMERAS)
                .mapToObj(camera -> tokens.stream()
                        .filter(frame -> frame.getCamera().equals("camera-" + camera))
                        .toList())
                .toList();
    }

    @AfterAll
    static void close() {
        sampler.close();
        predictor.close();
    }

    @Test
    void samplesOfABatchAreThoseOfEachCameraAlone() {
        Continuation asked = new Continuation(7, 1, 64, FRAMES, 2);
        SamplerSpec spec = SamplerSpec.of(sampler.spec());
        List<Activations> activations =
                cameras.stream().map(camera -> sampler.newActivations()).toList();
        List<List<Draw>> draws = cameras.stream()
                .map(camera -> asked.draws(spec, GeneratedTokens.at(camera), 1))
                .toList();
        for (int frame = 0; frame < FRAMES; frame++) {
            List<ModelStep<Draw>> batch = new ArrayList<>();
            for (int camera = 0; camera < CAMERAS; camera++) {
                batch.add(new ModelStep<>(
                        draws.get(camera).get(frame),
                        List.of(),
                        frame == 0 ? ModelStep.Start.ZEROS : ModelStep.Start.CURRENT,
                        frame,
                        activations.get(camera)));
            }
            List<int[]> together = sampler.run(batch);
            for (int camera = 0; camera < CAMERAS; camera++) {
                assertThat(new OfflineSampler(sampler)
                                .draw(cameras.get(camera), asked, 1)
                                .get(frame))
                        .isEqualTo(together.get(camera));
            }
        }
    }

    @Test
    void anotherSeedOrSampleGivesOthers() {
        OfflineSampler offline = new OfflineSampler(sampler);
        List<int[]> one = offline.draw(cameras.get(0), new Continuation(7, 1, 64, 1, 2), 0);

        assertThat(offline.draw(cameras.get(0), new Continuation(7, 1, 64, 1, 2), 0)
                        .get(0))
                .isEqualTo(one.get(0));
        assertThat(offline.draw(cameras.get(0), new Continuation(8, 1, 64, 1, 2), 0)
                        .get(0))
                .isNotEqualTo(one.get(0));
        assertThat(offline.draw(cameras.get(0), new Continuation(7, 1, 64, 1, 2), 1)
                        .get(0))
                .isNotEqualTo(one.get(0));
    }

    /** Both files are of one network: the likeliest token frame takes fewer bits than a drawn one, and far fewer than noise. */
    @Test
    void whatIsDrawnIsLikely() {
        OfflineSampler offline = new OfflineSampler(sampler);
        for (List<TokenFrame> before : cameras) {
            double likeliest = bits(
                    before,
                    offline.draw(before, new Continuation(1, 1, 1, 1, 1), 0).get(0));
            double drawn = bits(
                    before,
                    offline.draw(before, new Continuation(1, 1, 64, 1, 1), 0).get(0));

            assertThat(likeliest).isLessThan(drawn);
            assertThat(drawn).isLessThan(18);
        }
    }

    private static double bits(List<TokenFrame> before, int[] next) {
        CameraModel<int[], float[]> model = new CameraModel<>(predictor);
        before.forEach(frame -> model.step(frame.getPosition(), TokenFrames.tokens(frame)));
        float[] bits = model.step(before.size(), next);
        double sum = 0;
        for (float each : bits) {
            sum += each;
        }
        return sum / bits.length;
    }

    @Test
    void drawnTokenFramesFollowThoseBefore() {
        List<TokenFrame> before = cameras.get(0);
        TokenFrame last = before.get(before.size() - 1);
        List<TokenFrame> drawn = GeneratedTokens.following(before, List.of(TokenFrames.tokens(last), new int[256]), 4);

        assertThat(drawn)
                .extracting(TokenFrame::getPosition)
                .containsExactly(last.getPosition() + 1, last.getPosition() + 2);
        assertThat(drawn.get(0).getFirstSequence()).isEqualTo(last.getLastSequence() + 1);
        assertThat(drawn.get(1).getLastSequence()).isEqualTo(last.getLastSequence() + 8);
        assertThat(drawn.get(1).getFirstCapturedAtMicros() - drawn.get(0).getLastCapturedAtMicros())
                .isEqualTo(200_000);
        assertThat(TokenFrames.tokens(drawn.get(0))).isEqualTo(TokenFrames.tokens(last));
        assertThat(drawn.get(0).getKeyframeReason()).isNull();
    }
}
