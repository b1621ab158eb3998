package io.nolook.flink.generate;

import io.nolook.flink.model.ClipRules;
import io.nolook.model.StreamModel;
import io.nolook.record.SurpriseRecords;
import io.nolook.schema.Surprise;
import io.nolook.schema.TokenFrame;
import java.util.List;

/** Token frames to predictor steps; the bits of their tokens to surprise. */
public final class SurpriseRules extends ClipRules<float[], Surprise> {
    private static final long serialVersionUID = 1;

    @Override
    public List<Surprise> records(StreamModel<int[], float[]> predictor, TokenFrame frame, float[] bits) {
        return List.of(SurpriseRecords.of(frame, bits, predictor));
    }
}
