package io.nolook.offline;

import io.nolook.generation.AnomalyDetector;
import io.nolook.generation.AnomalyThresholds;
import io.nolook.generation.Watched;
import io.nolook.model.StreamModel;
import io.nolook.playback.ClipCursor;
import io.nolook.playback.ClipFollower;
import io.nolook.playback.PlaybackFate;
import io.nolook.record.SurpriseRecords;
import io.nolook.record.TokenFrames;
import io.nolook.schema.AnomalyEvent;
import io.nolook.schema.Surprise;
import io.nolook.schema.TokenFrame;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The surprise of one camera's token frames: the job's clips and model, without Kafka and Flink. */
public final class OfflinePredictor {
    private final StreamModel<int[], float[]> predictor;
    private final ClipFollower follower;
    private final CameraModel<int[], float[]> model;
    private Optional<ClipCursor> cursor = Optional.empty();

    /**
     * @param predictor stays the caller's
     */
    public OfflinePredictor(StreamModel<int[], float[]> predictor) {
        this.predictor = predictor;
        follower = new ClipFollower(predictor.madeWith());
        model = new CameraModel<>(predictor);
    }

    /** The surprise of the camera's next token frame; empty when it was seen before, or its clip's beginning was not. */
    public Optional<Surprise> take(TokenFrame frame) {
        ClipFollower.Result result = follower.step(cursor, TokenFrames.place(frame), TokenFrames.begins(frame), 0);
        cursor = Optional.of(result.after());
        if (result.fate() != PlaybackFate.PLAYED) {
            return Optional.empty();
        }
        float[] bits = model.step(frame.getPosition(), TokenFrames.tokens(frame));
        return Optional.of(SurpriseRecords.of(frame, bits, predictor));
    }

    /** The anomalies in one camera's surprise, in order; what is still active at the last of it ends there. */
    public static List<AnomalyEvent> anomalies(List<Surprise> surprises, AnomalyThresholds rules) {
        AnomalyDetector detector = new AnomalyDetector(rules);
        List<AnomalyEvent> events = new ArrayList<>();
        Watched watched = Watched.NEW;
        for (Surprise surprise : surprises) {
            AnomalyDetector.Result result = detector.step(watched, SurpriseRecords.scored(surprise));
            watched = result.after();
            result.events().forEach(anomaly -> events.add(SurpriseRecords.of(anomaly, surprise)));
        }
        if (!surprises.isEmpty()) {
            Surprise last = surprises.get(surprises.size() - 1);
            detector.end(watched).forEach(anomaly -> events.add(SurpriseRecords.of(anomaly, last)));
        }
        return events;
    }
}
