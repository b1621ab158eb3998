package io.nolook.page.live;

import io.nolook.camera.CameraHealth;
import io.nolook.identity.MadeWith;
import io.nolook.playback.ClipCursor;
import io.nolook.playback.ClipFollower;
import io.nolook.playback.PlaybackFate;
import io.nolook.record.ReceivedRecord;
import io.nolook.record.TokenFrames;
import io.nolook.schema.CameraStatus;
import io.nolook.schema.KeyframeReason;
import io.nolook.schema.TokenFrame;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What is known of one camera. Thread-safe; time comes in. */
final class LiveCamera {
    private static final double SMOOTHING = 0.2;

    private final String id;
    private final int mostTokenFrames;
    private final long sinceMillis;
    private final CameraHealth health = new CameraHealth(0);
    private final Traffic traffic = new Traffic();
    private final Deque<TokenFrame> clip = new ArrayDeque<>();
    private final Notes<LiveAction> actions;
    private final Notes<LiveGap> gaps;
    private final Notes<LiveLetter> letters;
    private @Nullable CameraStatus status;
    private @Nullable NewestFrame newest;
    private @Nullable ClipCursor cursor;
    private double intervalMillis;
    private long newestMillis = -1;
    private long heardMillis;
    private long frames;
    private long tokenFrames;
    private long latencyMillis = -1;

    LiveCamera(String id, LiveLimits limits, long nowMillis) {
        this.id = id;
        mostTokenFrames = limits.tokenFrames();
        sinceMillis = nowMillis;
        heardMillis = nowMillis;
        actions = new Notes<>(limits.notes());
        gaps = new Notes<>(limits.notes());
        letters = new Notes<>(limits.notes());
    }

    synchronized void status(CameraStatus said, long nowMillis) {
        status = said;
        heardMillis = nowMillis;
    }

    /** Nobody vouches for it any more: it was taken out. */
    synchronized void takenOut() {
        status = null;
    }

    /**
     * A frame has come.
     *
     * @return bytes that are held now beyond those held before; may be negative
     */
    synchronized long frame(ReceivedRecord record, long nowMillis) {
        long at = Math.min(record.timestampMillis(), nowMillis);
        if (newestMillis >= 0 && at > newestMillis) {
            double apart = at - newestMillis;
            intervalMillis = intervalMillis == 0 ? apart : intervalMillis + SMOOTHING * (apart - intervalMillis);
        }
        NewestFrame frame = new NewestFrame(++frames, record, at);
        long more = frame.bytes() - heldBytes();
        newest = frame;
        newestMillis = Math.max(newestMillis, at);
        heardMillis = nowMillis;
        health.connected(nowMillis);
        health.picture(0, 0, newestMillis);
        health.sent(frame.bytes(), 0, nowMillis);
        traffic.frame(frame.bytes(), nowMillis);
        return more;
    }

    /** Bytes of the newest frame, as far as it is held. */
    synchronized long heldBytes() {
        return newest == null ? 0 : newest.bytes();
    }

    /** Lets the newest frame go; how many bytes that are. */
    synchronized long drop() {
        long bytes = heldBytes();
        newest = null;
        return bytes;
    }

    synchronized void tokens(TokenFrame frame, long toldMillis, long nowMillis) {
        MadeWith madeWith = MadeWith.model(
                frame.getTokenizerId() + "/" + frame.getHeight() + "x" + frame.getWidth() + "/" + frame.getBits());
        ClipFollower.Result result = new ClipFollower(madeWith)
                .step(Optional.ofNullable(cursor), TokenFrames.place(frame), TokenFrames.begins(frame), nowMillis);
        cursor = result.after();
        if (result.fate() == PlaybackFate.LATE || result.fate() == PlaybackFate.DUPLICATE) {
            return;
        }
        if (frame.getPosition() == 0 || result.fate() == PlaybackFate.WAITING) {
            clip.clear();
        }
        if (result.fate() == PlaybackFate.PLAYED) {
            if (clip.size() == mostTokenFrames) {
                clip.removeFirst();
            }
            clip.addLast(frame);
        }
        tokenFrames++;
        heardMillis = nowMillis;
        latencyMillis = Math.max(0, toldMillis - TimeUnit.MICROSECONDS.toMillis(frame.getLastCapturedAtMicros()));
        traffic.tokens(frame.getTokens().remaining(), latencyMillis, nowMillis);
        if (isGap(frame.getKeyframeReason())) {
            gaps.add(new LiveGap(
                    frame.getKeyframeReason().name(),
                    frame.getKeyframeDetail(),
                    TokenFrames.skipped(frame).map(range -> range.from()).orElse(-1L),
                    TokenFrames.skipped(frame).map(range -> range.to()).orElse(-1L),
                    toldMillis));
        }
    }

    /** Neither what comes by the clock nor a camera's very first frame. */
    private static boolean isGap(@Nullable KeyframeReason reason) {
        return reason != null && reason != KeyframeReason.INTERVAL && reason != KeyframeReason.FIRST_FRAME;
    }

    synchronized void action(LiveAction action) {
        actions.remove(action::isTheSameAs);
        actions.add(action);
    }

    synchronized void letter(LiveLetter letter) {
        letters.add(letter);
    }

    synchronized Optional<NewestFrame> newest() {
        return Optional.ofNullable(newest);
    }

    synchronized LiveClip clip() {
        return new LiveClip(tokenFrames, List.copyOf(clip));
    }

    /** When anything of it came last but actions and dead letters. */
    synchronized long heardMillis() {
        return heardMillis;
    }

    synchronized long newestMillis() {
        return newestMillis;
    }

    synchronized CameraView view(long nowMillis) {
        ShownHealth shown = ShownHealth.of(
                Optional.ofNullable(status),
                new ShownHealth.Seen(health.report(nowMillis), sinceMillis, intervalMillis),
                nowMillis);
        Traffic.Rates rates = traffic.now(nowMillis);
        List<LiveAction> told = actions.newestFirst();
        return new CameraView(
                id,
                status == null ? "" : status.getGroup(),
                shown.word(),
                shown.reason(),
                status == null ? "" : status.getSender(),
                Math.round(10 * rates.framesPerSecond()) / 10.0,
                status == null ? 0 : status.getWantedFramesPerSecond(),
                Math.round(rates.frameBitsPerSecond()),
                Math.round(rates.tokenBitsPerSecond()),
                newestMillis,
                frames,
                tokenFrames,
                latencyMillis,
                status == null ? 0 : status.getSourceWidth(),
                status == null ? 0 : status.getSourceHeight(),
                letters.count(),
                gaps.count(),
                told.isEmpty() ? null : told.get(0));
    }

    synchronized CameraView.Detail detail(CameraView view, long nowMillis) {
        return new CameraView.Detail(
                view,
                clip.isEmpty() ? "" : clip.peekLast().getTokenizerId(),
                actions.newestFirst(),
                gaps.newestFirst(),
                letters.newestFirst(),
                traffic.history(nowMillis));
    }
}
