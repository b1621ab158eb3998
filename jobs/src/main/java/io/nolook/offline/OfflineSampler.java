package io.nolook.offline;

import io.nolook.generation.Continuation;
import io.nolook.generation.SamplerSpec;
import io.nolook.model.Draw;
import io.nolook.model.StreamModel;
import io.nolook.record.GeneratedTokens;
import io.nolook.schema.TokenFrame;
import java.util.ArrayList;
import java.util.List;

/** Continues one camera's token frames: the job's draws and model, without Kafka and Flink. */
public final class OfflineSampler {
    private final StreamModel<Draw, int[]> sampler;
    private final SamplerSpec spec;

    /**
     * @param sampler stays the caller's
     */
    public OfflineSampler(StreamModel<Draw, int[]> sampler) {
        this.sampler = sampler;
        spec = SamplerSpec.of(sampler.spec());
    }

    /**
     * Draws one sample.
     *
     * @param before token frames of a clip, in order; those that the sampler looks back on, or all
     * @param asked what is asked
     * @param sample which of its samples, from 0
     * @return tokens of each token frame that follows, in raster order
     */
    public List<int[]> draw(List<TokenFrame> before, Continuation asked, int sample) {
        CameraModel<Draw, int[]> model = new CameraModel<>(sampler);
        List<int[]> drawn = new ArrayList<>();
        for (Draw draw : asked.draws(spec, GeneratedTokens.at(before), sample)) {
            drawn.add(model.step(drawn.size(), draw));
        }
        return drawn;
    }
}
