package io.nolook.verification;

import io.nolook.identity.MadeWith;
import io.nolook.window.CameraFrame;
import io.nolook.window.CameraWindow;
import io.nolook.window.Chunk;
import io.nolook.window.FrameFate;
import io.nolook.window.KeyframeReason;
import io.nolook.window.WindowAssembler;
import io.nolook.window.WindowResult;
import io.nolook.window.WindowSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Goes through one camera's frames again and holds every chunk against the token frame recorded for it.
 *
 * <p>Chunks come from the job's own {@link WindowAssembler}: what is checked is that the job did what its rules say. That
 * these are the rules is checked elsewhere, by a second set of them, written from their description: {@code
 * WindowReference} of the tests, against which every step of random histories is held. It stays there: it keeps every
 * frame of a camera and derives all chunks anew with each, which no topic of some length would bear. Where the job decided by its clock, the record decides
 * here: a chunk completed before its time (the job was drained), state forgotten after silence, a lower epoch accepted,
 * frames skipped under overload, a job that went on with another model or size.
 * One thread; frames in the order of their topic.
 */
public final class CameraVerifier {
    private static final String OTHER = "other";

    /** Frames that the record skips are given twice this age, the others none. */
    private static final long AS_RECORDED_MILLIS = 2;

    /** A chunk that no claim names; whether it is missing shows with the next claim. */
    private record Unclaimed(Claim.Key key, Chunk.Span span) {}

    private final Claims claims;
    private final VerificationSpec rules;
    private final Recomputation recomputed;
    private final Verdict verdict;
    private final List<Unclaimed> unclaimed = new ArrayList<>();
    private WindowSpec spec;
    private WindowAssembler assembler;
    private WindowAssembler acceptingLowerEpochs;
    private String clipModel = "";
    private Optional<CameraWindow> window = Optional.empty();
    private long lastInOrderMillis;
    private int firstOrder = Integer.MAX_VALUE;
    private int lastOrder = -1;

    /**
     * @param claims the camera's token frames, in the order of their topic
     * @param verdict takes what is found
     * @param recomputed models that the job may have used
     */
    public CameraVerifier(List<Claim> claims, VerificationSpec rules, Verdict verdict, Recomputation recomputed) {
        this.claims = new Claims(claims);
        this.rules = rules;
        this.verdict = verdict;
        this.recomputed = recomputed;
        use(rules.window());
    }

    private void use(WindowSpec next) {
        spec = next;
        assembler = new WindowAssembler(withEpochReset(next, Long.MAX_VALUE));
        acceptingLowerEpochs = new WindowAssembler(withEpochReset(next, 0));
    }

    /** From here on the model of the next clip makes the chunks; one that is not there changes nothing. */
    private void followModel() {
        claims.afterNewest()
                .filter(next -> next.key().position() == 0)
                .map(next -> next.madeWith().model())
                .filter(model -> !model.equals(spec.madeWith().model()))
                .flatMap(recomputed::window)
                .ifPresent(this::use);
    }

    private static WindowSpec withEpochReset(WindowSpec spec, long millis) {
        return new WindowSpec(
                spec.madeWith(),
                spec.chunkFrames(),
                spec.history(),
                spec.keyframeInterval(),
                spec.sampleIntervalMicros(),
                millis,
                spec.maxAhead(),
                AS_RECORDED_MILLIS);
    }

    /**
     * The next decoded frame.
     *
     * @param sentAtMillis Kafka's timestamp of it
     * @return what became of it; empty when verification begins later
     */
    public Optional<FrameFate> frame(CameraFrame frame, long sentAtMillis) {
        if (waitsForStart(frame)) {
            verdict.count(Fate.BEFORE_START, 1);
            return Optional.empty();
        }
        takeTail(frame.camera());
        followModel();
        window = window.map(before -> asRecorded(before, frame));
        forgetIfRecorded(frame, sentAtMillis);
        WindowAssembler step = resetRecorded(frame) ? acceptingLowerEpochs : assembler;
        WindowResult result = step.step(window, aged(frame, sentAtMillis), sentAtMillis);
        window = Optional.of(result.window());
        if (result.fate() == FrameFate.ACCEPTED || result.fate() == FrameFate.SAMPLED) {
            lastInOrderMillis = sentAtMillis; // to the job, too, a camera that tells but old numbers is silent
        }
        count(result.fate());
        verdict.count(Fate.SKIPPED, result.skipped());
        verdict.count(Fate.ABANDONED, result.abandoned());
        result.chunks().forEach(this::check);
        return Optional.of(result.fate());
    }

    /** After the last frame: counts what still waits and what nothing asked for. */
    public void finish(String camera) {
        takeTail(camera);
        window.ifPresent(last -> verdict.count(Fate.PENDING, last.pending().size()));
        boolean maySkipNow = rules.window().freshnessMillis() > 0 && rules.allow(Allowance.LATER_TOKENS);
        unclaimed.forEach(chunk -> {
            if (maySkipNow) { // the skip is told with the next keyframe
                verdict.count(Fate.PENDING, chunk.span().frames());
            } else {
                missing(chunk);
            }
        });
        claims.leftOver(this::leftOver);
    }

    private boolean waitsForStart(CameraFrame frame) {
        return window.isEmpty()
                && rules.allow(Allowance.MISSING_START)
                && claims.next(new Claim.Key(frame.epoch(), frame.sequence(), 0))
                        .isEmpty();
    }

    /** A chunk that was completed with fewer frames: before a gap or a keyframe, and when the job was drained. */
    private void takeTail(String camera) {
        Optional<WindowAssembler.Finished> finished = window.map(last -> assembler.finish(last, camera));
        Optional<Chunk> tail = finished.flatMap(last -> last.chunks().stream().findFirst());
        boolean recorded = tail.flatMap(chunk -> claims.next(Claim.Key.of(chunk)))
                .map(claim -> sameSpan(tail.orElseThrow().span(), claim.span()))
                .orElse(false);
        if (recorded) {
            window = finished.map(WindowAssembler.Finished::window);
            check(tail.orElseThrow());
        }
    }

    private void forgetIfRecorded(CameraFrame frame, long sentAtMillis) {
        boolean recorded = window.isPresent()
                && claims.keyframe(frame, KeyframeReason.FIRST_FRAME).isPresent();
        long silent = sentAtMillis - lastInOrderMillis;
        boolean allowed = silent >= rules.idleTtlMillis();
        if (!recorded || !allowed && !isNew(frame, window.get().cursor())) {
            return;
        }
        if (!allowed) {
            verdict.found(
                    Fault.ILLEGITIMATE,
                    "found the camera's state gone at frame " + frame.epoch() + "/" + frame.sequence() + " after "
                            + silent + " ms of silence, expected camera.idle-ttl = " + rules.idleTtlMillis()
                            + " ms at least; the state was lost, or the job was down for as long");
        }
        verdict.count(Fate.ABANDONED, window.orElseThrow().pending().size());
        window = Optional.empty();
    }

    /** Numbers that came before are not: only after silence are they those of a forgotten camera. */
    private static boolean isNew(CameraFrame frame, CameraWindow.Cursor cursor) {
        return frame.epoch() > cursor.epoch() || frame.epoch() == cursor.epoch() && frame.sequence() >= cursor.next();
    }

    /** Where the record says that the job went on with something else, the window is one that something else made. */
    private CameraWindow asRecorded(CameraWindow before, CameraFrame frame) {
        if (claims.keyframe(frame, KeyframeReason.REQUEST).isPresent()) {
            WindowAssembler.Finished asked = assembler.beginClip(before, frame.camera());
            asked.chunks().forEach(this::check);
            return asked.window();
        }
        MadeWith now = spec.madeWith();
        if (!claims.beginsAnew(before, frame) || !now.same(before.clip().madeWith())) {
            return before; // goes on, or another model begins anew by itself
        }
        MadeWith other = claims.keepsPictures()
                ? new MadeWith(OTHER, now.runtime(), now.width(), now.height(), now.fit())
                : new MadeWith(now.model(), now.runtime(), now.width(), now.height(), OTHER);
        return before.madeWith(other);
    }

    private boolean resetRecorded(CameraFrame frame) {
        return window.isPresent()
                && !isNext(frame, window.get().cursor())
                && claims.keyframe(frame, KeyframeReason.EPOCH_RESET).isPresent();
    }

    private static boolean isNext(CameraFrame frame, CameraWindow.Cursor cursor) {
        return frame.epoch() == cursor.epoch() && frame.sequence() == cursor.next();
    }

    private CameraFrame aged(CameraFrame frame, long nowMillis) {
        boolean skipped = window.isPresent() && claims.skips(frame);
        return new CameraFrame(
                frame.camera(),
                frame.epoch(),
                frame.sequence(),
                frame.capturedAtMicros(),
                frame.sourceWidth(),
                frame.sourceHeight(),
                frame.rgb(),
                skipped ? nowMillis - 2 * AS_RECORDED_MILLIS : nowMillis,
                frame.carried());
    }

    private void count(FrameFate fate) {
        switch (fate) {
            case DUPLICATE -> verdict.count(Fate.DUPLICATE, 1);
            case LATE -> verdict.count(Fate.LATE, 1);
            case SAMPLED -> verdict.count(Fate.SAMPLED, 1);
            default -> {} // accepted: counted with its chunk; too far ahead: with its dead letter
        }
    }

    private void check(Chunk chunk) {
        Claim.Key key = Claim.Key.of(chunk);
        Optional<Claim> taken = claims.take(chunk);
        if (chunk.position() == 0) {
            clipModel = spec.madeWith().model();
        }
        Digest tokens = recomputed.tokens(clipModel, chunk);
        if (taken.isEmpty()) {
            unclaimed.add(new Unclaimed(key, chunk.span()));
            return;
        }
        unclaimed.forEach(this::missing);
        unclaimed.clear();
        Claim claim = taken.get();
        verdict.checked();
        verdict.count(Fate.TOKENIZED, chunk.span().frames());
        if (claim.order() < lastOrder) {
            verdict.found(Fault.REORDERED, "found token frame " + key + " before ones that it follows");
        }
        compare(chunk, claim, tokens);
        firstOrder = Math.min(firstOrder, claim.order());
        lastOrder = Math.max(lastOrder, claim.order());
    }

    private void missing(Unclaimed chunk) {
        verdict.count(Fate.UNACCOUNTED, chunk.span().frames());
        verdict.found(
                Fault.MISSING,
                "found no token frame " + chunk.key() + " of the frames "
                        + chunk.span().firstSequence() + " to " + chunk.span().lastSequence() + ", expected one");
    }

    private void compare(Chunk chunk, Claim claim, Digest tokens) {
        MadeWith expected = spec.madeWith();
        String model = claim.madeWith().model();
        boolean known =
                model.equals(expected.model()) || recomputed.window(model).isPresent();
        if (!known || !claim.madeWith().samePictures(expected)) {
            verdict.found(
                    Fault.UNVERIFIABLE,
                    "found token frame " + claim.key() + " made otherwise (" + expected.changedFrom(claim.madeWith())
                            + "): verify with its options, or its model's file, too");
            return;
        }
        if (!claim.madeWith().model().equals(clipModel)) {
            verdict.found(
                    Fault.ILLEGITIMATE,
                    "found token frame " + claim.key() + " of model "
                            + claim.madeWith().model() + " in a clip of " + clipModel + ", expected one model a clip");
            return;
        }
        boolean startsMidway = lastOrder < 0 && rules.allow(Allowance.MISSING_START);
        boolean decided = sameSpan(chunk.span(), claim.span())
                && (startsMidway
                        || chunk.keyframe().equals(claim.keyframe())
                                && chunk.skipped().equals(claim.skipped()));
        if (!decided) {
            verdict.found(
                    Fault.ILLEGITIMATE,
                    "found token frame " + claim.key() + " with " + claim.span() + ", " + claim.keyframe()
                            + ", missing "
                            + claim.skipped() + ", expected " + chunk.span() + ", " + chunk.keyframe() + ", missing "
                            + chunk.skipped());
        }
        boolean skipped = claim.keyframe().equals(Optional.of(KeyframeReason.SKIP));
        if (skipped && rules.window().freshnessMillis() == 0) {
            verdict.found(
                    Fault.ILLEGITIMATE,
                    "found token frame " + claim.key() + " after skipped frames, expected none with overload = block");
        }
        if (!tokens.equals(claim.tokens())) {
            verdict.found(
                    Fault.DIFFERING,
                    "found other tokens in token frame " + claim.key() + " than its frames "
                            + claim.span().firstSequence() + " to "
                            + claim.span().lastSequence() + " give");
        }
    }

    /** Times that were corrected by the job's clock cannot be told again; that they were can. */
    private static boolean sameSpan(Chunk.Span a, Chunk.Span b) {
        boolean sameTimes = a.timeCorrected()
                || a.firstCapturedAtMicros() == b.firstCapturedAtMicros()
                        && a.lastCapturedAtMicros() == b.lastCapturedAtMicros();
        return sameTimes
                && a.timeCorrected() == b.timeCorrected()
                && a.firstSequence() == b.firstSequence()
                && a.lastSequence() == b.lastSequence()
                && a.frames() == b.frames()
                && a.sourceWidth() == b.sourceWidth()
                && a.sourceHeight() == b.sourceHeight();
    }

    private void leftOver(Claim claim, Optional<Claim> first) {
        if (first.isPresent()) {
            boolean equal = Objects.equals(first.get().tokens(), claim.tokens());
            if (!(rules.allow(Allowance.REPEATS) && equal)) {
                verdict.found(Fault.REPEATED, "found token frame " + claim.key() + " again, expected it once");
            }
        } else if (claim.order() > lastOrder && rules.allow(Allowance.LATER_TOKENS)) {
            verdict.later();
        } else if (claim.order() > firstOrder || !rules.allow(Allowance.MISSING_START)) {
            verdict.found(
                    Fault.UNFOUNDED, "found token frame " + claim.key() + ", expected none: no frames ask for it");
        }
    }
}
