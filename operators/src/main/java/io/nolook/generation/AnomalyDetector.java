package io.nolook.generation;

import io.nolook.generation.Anomaly.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Turns the surprise of a camera into events, by what is usual for it, with hysteresis; a pure step.
 *
 * <pre>
 *   up   = level - usual high              of each token frame: something unexpected
 *   down = usual low - mean of the newest  of the last {@link Usual#BLOCK}: frozen, covered, deserted
 *   score = the larger of them, bits a token
 *
 *              score >= threshold: BEGUN is told
 *   usual ---------------------------------------> active <--+ score >= release
 *     ^                                             | |  +---+
 *     +-- score < release in {@link Usual#BLOCK} token frames: ENDED is told --+ |
 *     ^                                               |
 *     +-- for as long as max-duration: ENDED is told, what is usual is learned anew
 * </pre>
 *
 * <p>A clip's first {@value #SETTLING} token frames are not looked at: a keyframe knows no past, and what follows it
 * surprises whenever something moves. While an event is active, nothing of it becomes usual. A change of kind ends one
 * event and begins another. No event spans two epochs: its numbers would mean nothing.
 */
public final class AnomalyDetector {
    private static final int SETTLING = 2;

    private final AnomalyThresholds rules;

    /** The new state, and the events of this step in order. */
    public record Result(Watched after, List<Anomaly> events) {}

    private record Score(Kind kind, float bits) {}

    public AnomalyDetector(AnomalyThresholds rules) {
        this.rules = rules;
    }

    /**
     * @param before what was known of the camera, {@link Watched#NEW} at its first token frame
     * @param scored its next token frame
     */
    public Result step(Watched before, Scored scored) {
        if (scored.position() < SETTLING) {
            return new Result(before, List.of());
        }
        float level = scored.surprise().level();
        float[] recent = before.recentWith(level);
        Optional<Score> score = score(before.usual(), level, recent);
        List<Anomaly> events = new ArrayList<>(2);
        Optional<Anomaly> active = before.active().filter(last -> last.epoch() == scored.epoch());
        if (active.isEmpty()) {
            before.active().ifPresent(last -> events.add(last.over()));
        }
        int quiet = before.quiet() + 1;
        if (active.isPresent() && goesOn(active.get(), score)) {
            active = Optional.of(active.get().with(scored, score.orElseThrow().bits()));
            quiet = 0;
        } else if (score.isPresent() && score.get().bits() >= rules.threshold()) {
            active.ifPresent(last -> events.add(last.over()));
            active = Optional.of(begun(score.get(), scored, before.usual()));
            events.add(active.get());
            quiet = 0;
        } else if (active.isPresent() && quiet >= Usual.BLOCK) {
            events.add(active.get().over());
            active = Optional.empty();
        }
        if (active.isPresent() && active.get().durationMicros() >= rules.mostMicros()) {
            events.add(active.get().over());
            return new Result(Watched.NEW, events);
        }
        Usual usual = active.isPresent() ? before.usual() : before.usual().with(level);
        return new Result(new Watched(usual, recent, active, active.isPresent() ? quiet : 0), events);
    }

    /** What is still unusual ends: the camera is silent, or its stream is over. */
    public List<Anomaly> end(Watched last) {
        return last.active().map(Anomaly::over).stream().toList();
    }

    /**
     * How unusual a token frame is.
     *
     * @return bits a token beyond what is usual, negative where nothing is unusual; empty while too little is known
     */
    public static Optional<Float> score(Watched before, Scored scored) {
        float level = scored.surprise().level();
        return scored.position() < SETTLING
                ? Optional.empty()
                : score(before.usual(), level, before.recentWith(level)).map(Score::bits);
    }

    private static Optional<Score> score(Usual usual, float level, float[] recent) {
        if (!usual.isKnown()) {
            return Optional.empty();
        }
        float up = level - usual.high();
        float down = recent.length < Usual.BLOCK ? Float.NEGATIVE_INFINITY : usual.low() - mean(recent);
        return Optional.of(up >= down ? new Score(Kind.SURPRISING, up) : new Score(Kind.DULL, down));
    }

    private static float mean(float[] levels) {
        double sum = 0;
        for (float level : levels) {
            sum += level;
        }
        return (float) (sum / levels.length);
    }

    private boolean goesOn(Anomaly active, Optional<Score> score) {
        return score.isPresent()
                && score.get().kind() == active.kind()
                && score.get().bits() >= rules.release();
    }

    private static Anomaly begun(Score score, Scored scored, Usual usual) {
        return new Anomaly(
                score.kind(),
                false,
                scored.epoch(),
                scored.frames(),
                scored.frames(),
                score.bits(),
                usual.low(),
                usual.high(),
                scored.surprise().map());
    }
}
