package io.nolook.job.generate;

import static org.assertj.core.api.Assertions.assertThat;

import io.nolook.flink.generate.GenerateSettings;
import io.nolook.flink.generate.OnnxSamplerLoader;
import io.nolook.flink.model.InferenceOptions;
import io.nolook.generation.Continuation;
import io.nolook.model.Draw;
import io.nolook.model.StreamModel;
import io.nolook.offline.Decoders;
import io.nolook.offline.OfflineContinuations;
import io.nolook.offline.OfflineDetokenizer;
import io.nolook.offline.OfflineSampler;
import io.nolook.record.TokenFrames;
import io.nolook.schema.TokenFrame;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.apache.flink.configuration.Configuration;

/** What continues cameras by the offline core; and that others' samples are those. */
final class ExpectedSamples implements AutoCloseable {
    /** What is drawn when the time has come. */
    static final Continuation ASKED = new Continuation(3, 1, 64, 2, 2);

    private final StreamModel<Draw, int[]> sampler;
    private final Decoders decoders;
    private final Map<String, List<TokenFrame>> cameras;
    private final Map<String, List<TokenFrame>> expected = new TreeMap<>();

    private ExpectedSamples(
            StreamModel<Draw, int[]> sampler, Decoders decoders, Map<String, List<TokenFrame>> cameras) {
        this.sampler = sampler;
        this.decoders = decoders;
        this.cameras = cameras;
    }

    /**
     * Continues each camera wherever its capture time passes a multiple.
     *
     * @param cameras token frames in order
     */
    static ExpectedSamples of(Map<String, List<TokenFrame>> cameras, Duration every) {
        Configuration alone = new Configuration();
        alone.setString("inference.device", "cpu");
        alone.set(InferenceOptions.BATCH_SIZE, 1);
        ExpectedSamples made = new ExpectedSamples(
                new OnnxSamplerLoader(GenerateSettings.of(alone)).open(), new Decoders(alone), cameras);
        OfflineContinuations offline = new OfflineContinuations(made.sampler);
        cameras.values()
                .forEach(frames -> offline.due(frames, every, ASKED)
                        .forEach(sample -> made.expected.put(sample.get(0).getCamera(), sample)));
        return made;
    }

    /** From the keyframe to this one. */
    private List<TokenFrame> clip(List<TokenFrame> frames, int newest) {
        return frames.subList(newest - frames.get(newest).getPosition(), newest + 1);
    }

    /** Records by the camera ids of the samples. */
    Map<String, List<TokenFrame>> expected() {
        return expected;
    }

    /** Asserts that a sample is what the offline core draws where it says that it was drawn, and that it is decoded. */
    void check(List<TokenFrame> sample, Continuation asked) {
        int before = sample.size() - asked.frames();
        TokenFrame last = sample.get(before - 1);
        var drawn = sample.get(before).getDrawn();
        List<TokenFrame> frames = cameras.get(drawn.getContinues());
        TokenFrame seen = frames.stream()
                .filter(frame -> frame.getLastSequence() == last.getLastSequence())
                .findFirst()
                .orElseThrow();
        List<TokenFrame> clip = clip(frames, frames.indexOf(seen));

        assertThat(sample.subList(0, before)).extracting(TokenFrame::getDrawn).containsOnlyNulls();
        assertThat(sample.subList(before, sample.size()))
                .extracting(TokenFrame::getDrawn)
                .allMatch(Objects::nonNull);
        assertThat(sample.subList(0, before).stream().map(TokenFrame::getTokens).toList())
                .isEqualTo(clip.stream().map(TokenFrame::getTokens).toList());
        assertThat(sample.subList(before, sample.size()).stream()
                        .map(TokenFrames::tokens)
                        .toList())
                .usingRecursiveComparison()
                .isEqualTo(new OfflineSampler(sampler).draw(clip, asked, drawn.getSample()));
        OfflineDetokenizer decoder = new OfflineDetokenizer(decoders::of);
        long pictures =
                sample.stream().mapToLong(frame -> decoder.decode(frame).size()).sum();
        assertThat(pictures)
                .isEqualTo(sample.stream().mapToLong(TokenFrame::getFrames).sum());
    }

    @Override
    public void close() {
        sampler.close();
        decoders.close();
    }
}
