package io.nolook.schema;

import java.util.List;

/** A record of each kind that the generating job writes. */
final class SurpriseTestRecords {

    private SurpriseTestRecords() {}

    static Surprise surprise() {
        return Surprise.newBuilder()
                .setCamera("tür-1")
                .setEpoch(7)
                .setTokenizerId("nolook-small-4")
                .setPredictor("nolook-next 1")
                .setPredictorHash("ab12")
                .setRuntimeId("ort-1")
                .setClip(40)
                .setPosition(2)
                .setFirstSequence(45)
                .setLastSequence(48)
                .setFirstCapturedAtMicros(1_000_001)
                .setLastCapturedAtMicros(1_000_002)
                .setClockJumpedMicros(5)
                .setBits(9.5f)
                .setLevel(8.25f)
                .setPeak(21)
                .setMap(List.of(1f, 20.5f))
                .build();
    }

    static AnomalyEvent anomalyEvent() {
        return AnomalyEvent.newBuilder()
                .setCamera("tür-1")
                .setEpoch(7)
                .setTokenizerId("nolook-small-4")
                .setPredictor("nolook-next 1")
                .setPredictorHash("ab12")
                .setKind(AnomalyKind.DULL)
                .setStage(AnomalyStage.ENDED)
                .setFirstSequence(45)
                .setLastSequence(80)
                .setStartMicros(1_000_001)
                .setEndMicros(1_400_002)
                .setDurationMicros(400_001)
                .setScore(4.5f)
                .setUsualLow(5.5f)
                .setUsualHigh(9)
                .setMap(List.of(0f, 0.5f))
                .build();
    }
}
