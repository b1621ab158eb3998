package io.nolook.offline;

import io.nolook.generation.Continuation;
import io.nolook.generation.ContinuationRequest;
import io.nolook.model.Draw;
import io.nolook.model.StreamModel;
import io.nolook.record.GeneratedTokens;
import io.nolook.record.TokenFrames;
import io.nolook.schema.TokenFrame;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The samples that continue one camera as time goes by: the job's draws and model, without Kafka and Flink. */
public final class OfflineContinuations {
    private final StreamModel<Draw, int[]> sampler;

    /**
     * @param sampler stays the caller's
     */
    public OfflineContinuations(StreamModel<Draw, int[]> sampler) {
        this.sampler = sampler;
    }

    /**
     * Continues a camera wherever its capture time passes a multiple of a time.
     *
     * @param frames of the camera, in order, each clip from its keyframe on
     * @param every above 0
     * @return records of each sample, from the keyframe of the clip that it continues
     */
    public List<List<TokenFrame>> due(List<TokenFrame> frames, Duration every, Continuation asked) {
        long micros = TimeUnit.MILLISECONDS.toMicros(every.toMillis());
        List<List<TokenFrame>> samples = new ArrayList<>();
        for (int i = 1; i < frames.size(); i++) {
            TokenFrame frame = frames.get(i);
            if (GeneratedTokens.isDue(TokenFrames.place(frames.get(i - 1)), TokenFrames.place(frame), micros)) {
                List<TokenFrame> clip = frames.subList(i - frame.getPosition(), i + 1);
                samples.addAll(samples(clip, GeneratedTokens.due(frame, asked)));
            }
        }
        return samples;
    }

    private List<List<TokenFrame>> samples(List<TokenFrame> clip, ContinuationRequest request) {
        List<List<TokenFrame>> samples = new ArrayList<>();
        for (int sample = 0; sample < request.asked().samples(); sample++) {
            List<TokenFrame> records = new ArrayList<>(GeneratedTokens.context(request, sample, clip));
            List<int[]> drawn = new OfflineSampler(sampler).draw(clip, request.asked(), sample);
            for (int i = 0; i < drawn.size(); i++) {
                records.add(GeneratedTokens.next(request, sample, clip, i, drawn.get(i), sampler));
            }
            samples.add(records);
        }
        return samples;
    }
}
