package io.nolook.record;

import io.nolook.generation.Anomaly;
import io.nolook.generation.Scored;
import io.nolook.generation.Surprise;
import io.nolook.model.StreamModel;
import io.nolook.schema.AnomalyEvent;
import io.nolook.schema.AnomalyKind;
import io.nolook.schema.AnomalyStage;
import io.nolook.schema.TokenFrame;
import java.util.ArrayList;
import java.util.List;

/** Surprise and anomalies, as what they are in the core and as records. */
public final class SurpriseRecords {

    private SurpriseRecords() {}

    /**
     * The record of what a predictor says of a token frame.
     *
     * @param bits of its tokens, in raster order
     */
    public static io.nolook.schema.Surprise of(TokenFrame frame, float[] bits, StreamModel<int[], float[]> predictor) {
        Surprise surprise = Surprise.of(bits, frame.getHeight(), frame.getWidth());
        return io.nolook.schema.Surprise.newBuilder()
                .setCamera(frame.getCamera())
                .setEpoch(frame.getEpoch())
                .setTokenizerId(frame.getTokenizerId())
                .setPredictor(predictor.spec().name())
                .setPredictorHash(predictor.fileHash())
                .setRuntimeId(predictor.runtimeId())
                .setClip(frame.getClip())
                .setPosition(frame.getPosition())
                .setFirstSequence(frame.getFirstSequence())
                .setLastSequence(frame.getLastSequence())
                .setFirstCapturedAtMicros(frame.getFirstCapturedAtMicros())
                .setLastCapturedAtMicros(frame.getLastCapturedAtMicros())
                .setClockJumpedMicros(frame.getClockJumpedMicros())
                .setBits(surprise.bits())
                .setLevel(surprise.level())
                .setPeak(surprise.peak())
                .setMap(boxed(surprise.map()))
                .build();
    }

    /** The surprise of a record. */
    public static Scored scored(io.nolook.schema.Surprise record) {
        float[] map = new float[record.getMap().size()];
        for (int i = 0; i < map.length; i++) {
            map[i] = record.getMap().get(i);
        }
        return new Scored(
                record.getEpoch(),
                record.getPosition(),
                new Scored.Frames(
                        record.getFirstSequence(),
                        record.getLastSequence(),
                        record.getFirstCapturedAtMicros(),
                        record.getLastCapturedAtMicros(),
                        record.getClockJumpedMicros()),
                new Surprise(record.getBits(), record.getLevel(), record.getPeak(), map));
    }

    /**
     * The record of an anomaly.
     *
     * @param newest surprise of its camera
     */
    public static AnomalyEvent of(Anomaly anomaly, io.nolook.schema.Surprise newest) {
        return AnomalyEvent.newBuilder()
                .setCamera(newest.getCamera())
                .setEpoch(anomaly.epoch())
                .setTokenizerId(newest.getTokenizerId())
                .setPredictor(newest.getPredictor())
                .setPredictorHash(newest.getPredictorHash())
                .setKind(AnomalyKind.valueOf(anomaly.kind().name()))
                .setStage(anomaly.ended() ? AnomalyStage.ENDED : AnomalyStage.BEGUN)
                .setFirstSequence(anomaly.first().firstSequence())
                .setLastSequence(anomaly.last().lastSequence())
                .setStartMicros(anomaly.first().firstCapturedAtMicros())
                .setEndMicros(anomaly.last().lastCapturedAtMicros())
                .setDurationMicros(anomaly.durationMicros())
                .setScore(anomaly.score())
                .setUsualLow(anomaly.low())
                .setUsualHigh(anomaly.high())
                .setMap(boxed(anomaly.map()))
                .build();
    }

    /** Whether one predictor gave both: bits mean the same. */
    public static boolean samePredictor(io.nolook.schema.Surprise one, io.nolook.schema.Surprise other) {
        return one.getPredictorHash().equals(other.getPredictorHash());
    }

    private static List<Float> boxed(float[] values) {
        List<Float> boxed = new ArrayList<>(values.length);
        for (float value : values) {
            boxed.add(value);
        }
        return boxed;
    }
}
