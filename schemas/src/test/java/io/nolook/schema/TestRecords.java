package io.nolook.schema;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecordBase;

/** One record of each kind with no field at its default. */
final class TestRecords {

    /**
     * A record with its codec.
     *
     * @param value with no field at its default
     * @param fixtures files of each released version, and what they hold: the fields that it had
     */
    record Sample<T extends SpecificRecordBase>(String name, SingleObject<T> codec, T value, Map<String, T> fixtures) {

        byte[] encoded() {
            return codec.encode(value);
        }

        T decode(byte[] bytes) throws IOException {
            return codec.decode(bytes);
        }

        @Override
        public String toString() {
            return name;
        }
    }

    private TestRecords() {}

    static Stream<Sample<?>> all() {
        return Stream.of(
                new Sample<>("Frame", SingleObject.frames(), frame(), Map.of("frame-v1.bin", frame())),
                new Sample<>(
                        "TokenFrame",
                        SingleObject.tokenFrames(),
                        tokenFrame(),
                        Map.of(
                                "token-frame-v1.bin", firstTokenFrame(),
                                "token-frame-v2.bin", secondTokenFrame(),
                                "token-frame-v3.bin", tokenFrame())),
                new Sample<>(
                        "FailedFrame",
                        SingleObject.failedFrames(),
                        failedFrame(),
                        Map.of("failed-frame-v1.bin", failedFrame())),
                new Sample<>(
                        "ActionScores",
                        SingleObject.actionScores(),
                        actionScores(),
                        Map.of("action-scores-v1.bin", firstActionScores(), "action-scores-v2.bin", actionScores())),
                new Sample<>(
                        "ActionEvent",
                        SingleObject.actionEvents(),
                        actionEvent(),
                        Map.of("action-event-v1.bin", firstActionEvent(), "action-event-v2.bin", actionEvent())),
                new Sample<>(
                        "Surprise",
                        SingleObject.surprises(),
                        SurpriseTestRecords.surprise(),
                        Map.of("surprise-v3.bin", SurpriseTestRecords.surprise())),
                new Sample<>(
                        "AnomalyEvent",
                        SingleObject.anomalyEvents(),
                        SurpriseTestRecords.anomalyEvent(),
                        Map.of("anomaly-event-v3.bin", SurpriseTestRecords.anomalyEvent())),
                new Sample<>(
                        "ArchiveSegment",
                        SingleObject.archiveSegments(),
                        archiveSegment(),
                        Map.of(
                                "archive-segment-v1.bin", firstArchiveSegment(),
                                "archive-segment-v3.bin", archiveSegment())),
                new Sample<>(
                        "TokenSequence",
                        SingleObject.tokenSequences(),
                        tokenSequence(),
                        Map.of(
                                "token-sequence-v1.bin", firstTokenSequence(),
                                "token-sequence-v3.bin", tokenSequence())),
                new Sample<>(
                        "CameraStatus",
                        SingleObject.cameraStatus(),
                        cameraStatus(),
                        Map.of("camera-status-v2.bin", cameraStatus())),
                new Sample<>(
                        "ArchiveDeletion",
                        SingleObject.archiveDeletions(),
                        archiveDeletion(),
                        Map.of("archive-deletion-v3.bin", archiveDeletion())),
                new Sample<>(
                        "ControlCommand",
                        SingleObject.controlCommands(),
                        controlCommand(),
                        Map.of("control-command-v3.bin", controlCommand())),
                new Sample<>(
                        "ControlReport",
                        SingleObject.controlReports(),
                        controlReport(),
                        Map.of("control-report-v3.bin", controlReport())));
    }

    static ArchiveDeletion archiveDeletion() {
        return ArchiveDeletion.newBuilder()
                .setCamera("tür-1")
                .setTopic("archive")
                .setPartition(3)
                .setBeforeOffset(1_200L)
                .setDeletedAtMicros(1_700_000_000_123_456L)
                .setOlderThanMicros(1_697_408_000_000_000L)
                .setSegments(118)
                .setTokenFrames(7_080)
                .setBytes(2_345_678)
                .setDamaged(1)
                .setFirstCapturedAtMicros(1_697_407_000_000_000L)
                .setLastCapturedAtMicros(1_697_407_990_000_000L)
                .setLastEpoch(1_697_400_000_000L)
                .setLastClip(28_320)
                .setNextPosition(60)
                .build();
    }

    static ControlCommand controlCommand() {
        return ControlCommand.newBuilder()
                .setId("activate-1")
                .setAtMicros(1_700_000_000_123_456L)
                .setSender("ops@yard.example")
                .setKind(ControlKind.ACTIVATE)
                .setModels(List.of(new ModelFile("ab12", "/models/tür.onnx")))
                .setPrepared("prepare-1")
                .setTasks(4)
                .setFleet("ab12")
                .setFleetBefore("cd34")
                .setShare("ab12")
                .setShareBasisPoints(3000)
                .setCameras(Map.of("tür-1", "ab12"))
                .setGenerate(new Generate(-5L, 0.5f, 64, 8, 3))
                .build();
    }

    static ControlReport controlReport() {
        return ControlReport.newBuilder()
                .setJob("nolook-tokenize")
                .setJobId("00ff")
                .setTask(1)
                .setTasks(4)
                .setCommand("prepare-1")
                .setAtMicros(1_700_000_000_123_456L)
                .setOutcome(ControlOutcome.REFUSED)
                .setWhy("model: found no file")
                .setModel("ab12")
                .setTokenizerId("nolook-small-1")
                .setResidentBytes(12_345_678L)
                .build();
    }

    static CameraStatus cameraStatus() {
        return CameraStatus.newBuilder()
                .setCamera("tür-1")
                .setAtMicros(1_700_000_000_123_456L)
                .setSender("yard.example:4711")
                .setGroup("gates")
                .setRating("poor")
                .setReason("found \"Connection refused\"")
                .setEpoch(1_700_000_000_000L)
                .setWantedFramesPerSecond(5)
                .setFramesPerSecond(3.5)
                .setSourceWidth(1920)
                .setSourceHeight(1080)
                .setNewestMicros(1_700_000_000_100_000L)
                .setFrames(1200)
                .setBytes(12_345_678_901L)
                .setDropped(Map.of("broker", 3L))
                .setReconnectsLastHour(6)
                .build();
    }

    static Frame frame() {
        return Frame.newBuilder()
                .setCamera("tür-1")
                .setEpoch(1_700_000_000_000L)
                .setSequence(41)
                .setCapturedAtMicros(1_700_000_000_123_456L)
                .setEncoding(FrameEncoding.RGB24)
                .setWidth(2)
                .setHeight(1)
                .setPayload(bytes(0, 1, 2, 253, 254, 255))
                .build();
    }

    static TokenFrame tokenFrame() {
        TokenFrame frame = secondTokenFrame();
        frame.setPhasePeriod(8);
        frame.setDrawn(new Drawn("a1b2", "gate", 2, -5L, 0.5f, 64, "cd34", "ort-1.28.0/cpu"));
        return frame;
    }

    private static TokenFrame secondTokenFrame() {
        TokenFrame frame = firstTokenFrame();
        frame.setKeyframeDetail("clock +3600000 ms");
        frame.setFollowsClip(20L);
        frame.setFollowsPosition(5);
        frame.setClockJumpedMicros(3_600_000_000L);
        return frame;
    }

    private static TokenFrame firstTokenFrame() {
        return TokenFrame.newBuilder()
                .setCamera("gate")
                .setEpoch(7)
                .setTokenizerId("nolook-small-1")
                .setEncoderHash("ab12")
                .setRuntimeId("ort-1.28.0/cpu")
                .setClip(40)
                .setPosition(0)
                .setFirstSequence(40)
                .setLastSequence(40)
                .setFrames(1)
                .setFirstCapturedAtMicros(1_000_001)
                .setLastCapturedAtMicros(1_000_002)
                .setTimeCorrected(true)
                .setSourceWidth(640)
                .setSourceHeight(480)
                .setFit(FrameFit.PAD)
                .setHeight(1)
                .setWidth(2)
                .setBits(18)
                .setTokens(bytes(0x01, 0x00, 0x00, 0x00, 0x08))
                .setKeyframeReason(KeyframeReason.GAP)
                .setSkippedFrom(38L)
                .setSkippedTo(39L)
                .build();
    }

    static FailedFrame failedFrame() {
        return FailedFrame.newBuilder()
                .setCamera("unknown")
                .setStage(FailureStage.PICTURE)
                .setCode("PICTURE_TRUNCATED")
                .setReason("found 3 bytes, expected more")
                .setTopic("frames")
                .setPartition(5)
                .setOffset(99)
                .setTimestampMillis(1_700_000_000_321L)
                .setKey(bytes(0xc3, 0x28))
                .setValue(bytes(1, 2, 3))
                .setValueLength(3)
                .setValueSha256("039058c6f2c0cb492c533b0a4d14ef77cc0f78abccced5287d84a1a2011cfb81")
                .setHeaders(List.of(new RecordHeader("trace", bytes(9)), new RecordHeader("empty", null)))
                .build();
    }

    static ActionScores actionScores() {
        ActionScores scores = firstActionScores();
        scores.setClockJumpedMicros(-3_600_000_000L);
        return scores;
    }

    private static ActionScores firstActionScores() {
        return ActionScores.newBuilder()
                .setCamera("gate")
                .setEpoch(7)
                .setTokenizerId("nolook-small-3")
                .setRecognizer("words 1")
                .setRecognizerHash("cd34")
                .setRuntimeId("ort-1.28.0/cpu")
                .setRun(40)
                .setPosition(2)
                .setFirstSequence(45)
                .setLastSequence(48)
                .setFirstCapturedAtMicros(1_000_001)
                .setLastCapturedAtMicros(1_000_002)
                .setLabels(List.of("none", "help"))
                .setBackground("none")
                .setProbabilities(List.of(0.25f, 0.75f))
                .build();
    }

    static ActionEvent actionEvent() {
        ActionEvent event = firstActionEvent();
        event.setDurationMicros(350_000);
        return event;
    }

    private static ActionEvent firstActionEvent() {
        return ActionEvent.newBuilder()
                .setCamera("gate")
                .setEpoch(7)
                .setTokenizerId("nolook-small-3")
                .setRecognizer("words 1")
                .setRecognizerHash("cd34")
                .setLabel("help")
                .setState(ActionState.ENDED)
                .setFirstSequence(41)
                .setLastSequence(48)
                .setStartMicros(1_000_001)
                .setEndMicros(1_000_002)
                .setConfidence(0.75f)
                .build();
    }

    static ArchiveSegment archiveSegment() {
        ArchiveSegment segment = firstArchiveSegment();
        segment.setPhasePeriod(8);
        return segment;
    }

    private static ArchiveSegment firstArchiveSegment() {
        return ArchiveSegment.newBuilder()
                .setCamera("gate")
                .setEpoch(7)
                .setClip(40)
                .setTokenizerId("nolook-small-1")
                .setEncoderHash("ab12")
                .setRuntimeId("ort-1.28.0/cpu")
                .setHeight(1)
                .setWidth(2)
                .setBits(18)
                .setFit("PAD")
                .setEnd("SILENCE")
                .setFirstPosition(3)
                .setTokenFrames(2)
                .setFrames(8)
                .setFirstSequence(52)
                .setLastSequence(59)
                .setFirstCapturedAtMicros(1_700_000_000_123_456L)
                .setLastCapturedAtMicros(1_700_000_000_423_456L)
                .setGaps(List.of(new SequenceRange(38L, 39L), new SequenceRange(41L, 41L)))
                .setTable(bytes(1, 2, 3))
                .setCodec(2)
                .setPayload(bytes(0x81, 0x00, 0xff))
                .setChecksum(-123_456_789)
                .build();
    }

    static TokenSequence tokenSequence() {
        TokenSequence sequence = firstTokenSequence();
        sequence.setPhasePeriod(8);
        return sequence;
    }

    private static TokenSequence firstTokenSequence() {
        return TokenSequence.newBuilder()
                .setCamera("gate")
                .setEpoch(7)
                .setClip(40)
                .setTokenizerId("nolook-small-1")
                .setHeight(16)
                .setWidth(16)
                .setBits(18)
                .setLowBits(9)
                .setVocabulary(1280)
                .setFirstPosition(2)
                .setIndex(3)
                .setStart(3600)
                .setOverlap(80)
                .setPlaces(2)
                .setFirstCapturedAtMicros(1_000_001)
                .setLastCapturedAtMicros(1_000_002)
                .setIds(bytes(1, 0, 0, 0, 0, 0, 0, 0, 0xff, 1, 0, 0, 0xff, 4, 0, 0))
                .build();
    }

    static ByteBuffer bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return ByteBuffer.wrap(bytes);
    }
}
