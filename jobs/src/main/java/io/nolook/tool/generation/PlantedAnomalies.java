package io.nolook.tool.generation;

import io.nolook.flink.tokenize.TokenizeSettings;
import io.nolook.frame.Picture;
import io.nolook.generation.AnomalyDetector;
import io.nolook.generation.AnomalyThresholds;
import io.nolook.generation.Watched;
import io.nolook.media.SteadyPictures;
import io.nolook.offline.OfflinePredictor;
import io.nolook.offline.OfflineTokenizer;
import io.nolook.record.SurpriseRecords;
import io.nolook.schema.Surprise;
import io.nolook.tool.eval.Clip;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Disturbs clips, and asks whether their surprise tells.
 *
 * <p>A clip is shown forwards and backwards in turn for {@value #BEFORE} frames, by which its camera becomes known, and
 * then for {@value #AFTER} frames with a disturbance. A trial's score is the largest of the first {@value #LOOKED_AT}
 * token frames of those; trials with a disturbance are held against those without. Keyframes come as in the job.
 */
public final class PlantedAnomalies {
    static final int BEFORE = 340;
    static final int AFTER = 100;
    static final int LOOKED_AT = 24;

    private final OpenGenerator models;
    private final TokenizeSettings tokenize;
    private final AnomalyThresholds thresholds;
    private final Map<Disturbance, List<Trial>> trials = new EnumMap<>(Disturbance.class);
    private double undisturbedHours;

    /** What one stream showed: its score behind the disturbance, and the events before and behind. */
    private record Trial(double score, int eventsBefore, boolean told) {}

    /**
     * Of one disturbance.
     *
     * @param auc chance that a trial with it scores above one without; 0.5 tells nothing
     * @param told share of trials in which an event began, at the thresholds of the options
     */
    public record Figure(Disturbance disturbance, int trials, double auc, double told) {}

    PlantedAnomalies(OpenGenerator models, TokenizeSettings tokenize, AnomalyThresholds thresholds) {
        this.models = models;
        this.tokenize = tokenize;
        this.thresholds = thresholds;
        for (Disturbance disturbance : Disturbance.values()) {
            trials.put(disturbance, new ArrayList<>());
        }
    }

    /**
     * One more clip.
     *
     * @param other another clip
     * @param seed of where in a token frame it begins, and of noise
     */
    void add(Clip clip, Clip other, long seed) throws IOException {
        int cut = BEFORE + (int) (seed % 4);
        List<Picture> shown = Disturbance.there(clip.frames(), cut + AFTER);
        for (Disturbance disturbance : Disturbance.values()) {
            List<Picture> stream = new ArrayList<>(shown.subList(0, cut));
            List<Picture> otherPictures = Disturbance.there(other.frames(), 2 * AFTER);
            stream.addAll(disturbance.of(
                    shown.subList(0, cut), shown.subList(cut, shown.size()), otherPictures, new Random(seed)));
            trials.get(disturbance).add(trial(stream, clip.framesPerSecond(), cut));
        }
        undisturbedHours += shown.size() / clip.framesPerSecond() / 3600;
    }

    private Trial trial(List<Picture> stream, double framesPerSecond, int cut) throws IOException {
        OfflinePredictor predictor = new OfflinePredictor(models.predictor());
        List<Surprise> surprises = new ArrayList<>();
        new OfflineTokenizer(models.tokenizer(), tokenize)
                .tokenize(
                        new SteadyPictures(stream, framesPerSecond),
                        "eval",
                        frame -> predictor.take(frame).ifPresent(surprises::add));
        AnomalyDetector detector = new AnomalyDetector(thresholds);
        Watched watched = Watched.NEW;
        double score = Double.NEGATIVE_INFINITY;
        int before = 0;
        boolean told = false;
        int looked = 0;
        for (Surprise surprise : surprises) {
            var scored = SurpriseRecords.scored(surprise);
            boolean behind = scored.frames().lastSequence() >= cut;
            if (behind && looked++ < LOOKED_AT) {
                score = Math.max(score, AnomalyDetector.score(watched, scored).orElse(Float.NEGATIVE_INFINITY));
            }
            AnomalyDetector.Result result = detector.step(watched, scored);
            watched = result.after();
            long begun =
                    result.events().stream().filter(event -> !event.ended()).count();
            before += behind ? 0 : (int) begun;
            told |= behind && begun > 0;
        }
        return new Trial(score, before, told);
    }

    List<Figure> figures() {
        List<Trial> none = trials.get(Disturbance.NONE);
        List<Figure> figures = new ArrayList<>();
        trials.forEach((disturbance, tried) -> figures.add(new Figure(
                disturbance,
                tried.size(),
                auc(tried, none),
                tried.stream().filter(Trial::told).count() / (double) tried.size())));
        return figures;
    }

    private static double auc(List<Trial> disturbed, List<Trial> none) {
        double above = 0;
        for (Trial one : disturbed) {
            for (Trial other : none) {
                above += one.score() > other.score() ? 1 : one.score() == other.score() ? 0.5 : 0;
            }
        }
        return above / disturbed.size() / none.size();
    }

    /** Events that began where nothing was disturbed. */
    int falseEvents() {
        return trials.get(Disturbance.NONE).stream()
                .mapToInt(trial -> trial.eventsBefore() + (trial.told() ? 1 : 0))
                .sum();
    }

    double undisturbedHours() {
        return undisturbedHours;
    }
}
