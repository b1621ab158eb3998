package io.nolook.tool.verify;

import io.nolook.archive.CodedSegment;
import io.nolook.archive.SegmentCoder;
import io.nolook.archive.SegmentException;
import io.nolook.flink.generate.GenerateSettings;
import io.nolook.flink.generate.OnnxPredictorLoader;
import io.nolook.flink.generate.OnnxSamplerLoader;
import io.nolook.flink.recognize.OnnxRecognizerLoader;
import io.nolook.flink.recognize.RecognizeSettings;
import io.nolook.kafka.KafkaSettings;
import io.nolook.kafka.TopicRecords;
import io.nolook.model.Draw;
import io.nolook.model.StreamModel;
import io.nolook.offline.OfflineContinuations;
import io.nolook.offline.OfflineDetector;
import io.nolook.offline.OfflinePredictor;
import io.nolook.offline.OfflineRecognizer;
import io.nolook.recognition.EventThresholds;
import io.nolook.recognition.RecognizerSpec;
import io.nolook.record.ArchiveSegments;
import io.nolook.replay.ArchiveReader;
import io.nolook.schema.ActionEvent;
import io.nolook.schema.ActionScores;
import io.nolook.schema.AnomalyEvent;
import io.nolook.schema.SingleObject;
import io.nolook.schema.Surprise;
import io.nolook.schema.TokenFrame;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.kafka.common.IsolationLevel;

/**
 * Holds the archive, scores, actions and what a generating job wrote against the token frames that they were made from.
 *
 * <p>For jobs that began with the first token frame and were drained after the last. All records are in memory: about 3 KB of heap
 * for each token frame of 16x16 tokens.
 */
public final class ReaderVerification {
    private static final int MOST_EXAMPLES = 20;

    private final KafkaSettings kafka;
    private final RecognizeSettings recognize;
    private final Optional<GenerateSettings> generate;
    private final List<String> examples = new ArrayList<>();
    private long faults;

    /**
     * @param kafka of the jobs that read; its dead letters are theirs alone
     * @param recognize the recognizing job's
     * @param generate the generating job's, if one reads the tokens
     */
    public ReaderVerification(KafkaSettings kafka, RecognizeSettings recognize, Optional<GenerateSettings> generate) {
        this.kafka = kafka;
        this.recognize = recognize;
        this.generate = generate;
    }

    /** Reads the topics once each and compares. */
    public ReaderReport run() {
        Map<String, List<TokenFrame>> tokens = TopicRecords.tokens(kafka, kafka.tokensTopic());
        long archived = compare("token frames in the archive", tokens, archived());
        Map<String, List<ActionScores>> scores = new TreeMap<>();
        Map<String, List<ActionEvent>> actions = new TreeMap<>();
        recognizeAgain(tokens, scores, actions);
        long scored = compare(
                "scores",
                scores,
                byCamera(kafka.actionScoresTopic(), SingleObject.actionScores(), ActionScores::getCamera));
        long acted = compare(
                "actions",
                actions,
                byCamera(kafka.actionsTopic(), SingleObject.actionEvents(), ActionEvent::getCamera));
        ReaderReport.Generated generated =
                generate.map(settings -> generateAgain(tokens, settings)).orElse(null);
        TopicRecords.read(kafka, kafka.deadLettersTopic(), IsolationLevel.READ_COMMITTED, SingleObject.failedFrames())
                .forEach(letter ->
                        fault("found a dead letter, expected none: " + letter.getCode() + ", " + letter.getReason()));
        long count = tokens.values().stream().mapToLong(List::size).sum();
        return new ReaderReport(faults == 0, count, archived, scored, acted, generated, faults, List.copyOf(examples));
    }

    private Map<String, List<TokenFrame>> archived() {
        Map<String, List<TokenFrame>> found = new TreeMap<>();
        new ArchiveReader(kafka).readAll(new ArchiveReader.Each() {
            @Override
            public void segment(CodedSegment segment, int recordBytes) {
                try {
                    found.computeIfAbsent(segment.head().camera(), camera -> new ArrayList<>())
                            .addAll(ArchiveSegments.frames(SegmentCoder.decode(segment)));
                } catch (SegmentException e) {
                    fault(e.getMessage());
                }
            }

            @Override
            public void damaged(String place, String why) {
                fault(place + ": " + why);
            }
        });
        return found;
    }

    private void recognizeAgain(
            Map<String, List<TokenFrame>> tokens,
            Map<String, List<ActionScores>> scores,
            Map<String, List<ActionEvent>> actions) {
        try (StreamModel<int[], float[]> model = new OnnxRecognizerLoader(recognize).open()) {
            EventThresholds thresholds =
                    recognize.eventThresholds(RecognizerSpec.of(model.spec()).backgroundIndex());
            tokens.forEach((camera, frames) -> {
                OfflineRecognizer offline = new OfflineRecognizer(model);
                List<ActionScores> steps = new ArrayList<>();
                frames.forEach(frame -> offline.take(frame).ifPresent(steps::add));
                scores.put(camera, steps);
                actions.put(camera, OfflineDetector.events(steps, thresholds));
            });
        }
    }

    private ReaderReport.Generated generateAgain(Map<String, List<TokenFrame>> tokens, GenerateSettings settings) {
        Map<String, List<Surprise>> surprises = new TreeMap<>();
        Map<String, List<AnomalyEvent>> anomalies = new TreeMap<>();
        Map<String, List<TokenFrame>> samples = new TreeMap<>();
        try (StreamModel<int[], float[]> predictor = new OnnxPredictorLoader(settings).open();
                StreamModel<Draw, int[]> sampler = new OnnxSamplerLoader(settings).open()) {
            tokens.forEach((camera, frames) -> {
                OfflinePredictor offline = new OfflinePredictor(predictor);
                List<Surprise> steps = new ArrayList<>();
                frames.forEach(frame -> offline.take(frame).ifPresent(steps::add));
                surprises.put(camera, steps);
                anomalies.put(camera, OfflinePredictor.anomalies(steps, settings.anomalyThresholds()));
                new OfflineContinuations(sampler)
                        .due(frames, settings.every(), settings.continuation())
                        .forEach(sample -> samples.put(sample.get(0).getCamera(), sample));
            });
        }
        return new ReaderReport.Generated(
                compare(
                        "surprises",
                        surprises,
                        byCamera(kafka.surpriseTopic(), SingleObject.surprises(), Surprise::getCamera)),
                compare(
                        "anomalies",
                        anomalies,
                        byCamera(kafka.anomaliesTopic(), SingleObject.anomalyEvents(), AnomalyEvent::getCamera)),
                compare(
                        "token frames of samples",
                        samples,
                        byCamera(kafka.generatedTopic(), SingleObject.tokenFrames(), TokenFrame::getCamera)));
    }

    private <T extends SpecificRecordBase> Map<String, List<T>> byCamera(
            String topic, SingleObject<T> format, Function<T, String> camera) {
        Map<String, List<T>> found = new TreeMap<>();
        TopicRecords.read(kafka, topic, IsolationLevel.READ_COMMITTED, format)
                .forEach(record -> found.computeIfAbsent(camera.apply(record), name -> new ArrayList<>())
                        .add(record));
        return found;
    }

    /** How many were found in their places. */
    private <T> long compare(String what, Map<String, List<T>> expected, Map<String, List<T>> found) {
        TreeSet<String> cameras = new TreeSet<>(expected.keySet());
        cameras.addAll(found.keySet());
        long equal = 0;
        for (String camera : cameras) {
            List<T> ours = expected.getOrDefault(camera, List.of());
            List<T> theirs = found.getOrDefault(camera, List.of());
            int same = 0;
            while (same < Math.min(ours.size(), theirs.size()) && ours.get(same).equals(theirs.get(same))) {
                same++;
            }
            equal += same;
            if (same < Math.max(ours.size(), theirs.size())) {
                fault(camera + ": found " + theirs.size() + " " + what + ", expected " + ours.size()
                        + "; they differ from " + same + " on");
            }
        }
        return equal;
    }

    private void fault(String text) {
        faults++;
        if (examples.size() < MOST_EXAMPLES) {
            examples.add(text);
        }
    }
}
