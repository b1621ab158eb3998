package io.nolook.page.live;

import io.nolook.camera.CameraHealth;
import io.nolook.schema.CameraStatus;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * How a camera is, by what its sender says and by the frames that come.
 *
 * <pre>
 *   no frame for five seconds and five usual intervals ----------------> offline
 *   a status of the last 30 s, which no frame after it belies ----------> what it says
 *   else -----------------------------------------------> {@link CameraHealth} of the frames read here
 * </pre>
 *
 * @param word excellent, fair, poor, unusable, offline, or unknown
 * @param reason why it is not better; may be empty
 */
public record ShownHealth(String word, String reason) {
    /** Nobody knows: no broker answers, or a sender says a word of its own. */
    public static final String UNKNOWN = "unknown";

    private static final String OFFLINE = CameraHealth.Rating.OFFLINE.word();
    private static final long STATUS_MILLIS = 30_000;
    private static final long AWAY_MILLIS = 5_000;
    private static final long MOST_AWAY_MILLIS = 600_000;
    private static final int INTERVALS = 5;

    /**
     * What the frames say.
     *
     * @param report of those that were read here
     * @param sinceMillis when the camera began to be watched
     * @param intervalMillis usual time between two frames, 0 where that is not known
     */
    record Seen(CameraHealth.Report report, long sinceMillis, double intervalMillis) {

        boolean isSilent(long nowMillis) {
            return nowMillis - Math.max(sinceMillis, report.newestMillis()) > mostSilentMillis(intervalMillis);
        }
    }

    /** How long a camera may be silent that sends a frame at this interval. */
    static long mostSilentMillis(double intervalMillis) {
        return Math.min(MOST_AWAY_MILLIS, Math.max(AWAY_MILLIS, Math.round(INTERVALS * intervalMillis)));
    }

    /**
     * @param status what the sender said last
     */
    static ShownHealth of(Optional<CameraStatus> status, Seen frames, long nowMillis) {
        boolean silent = frames.isSilent(nowMillis);
        long newest = frames.report().newestMillis();
        if (status.isEmpty()) {
            return silent ? new ShownHealth(OFFLINE, silence(newest)) : ofFrames(frames);
        }
        CameraStatus said = status.get();
        long saidMillis = TimeUnit.MICROSECONDS.toMillis(said.getAtMicros());
        boolean fresh = nowMillis - saidMillis <= STATUS_MILLIS;
        boolean saysOffline = said.getRating().equals(OFFLINE);
        boolean belied = saysOffline && newest > saidMillis;
        if (silent || fresh && saysOffline && !belied) {
            String why = saysOffline ? said.getReason() : fresh ? silence(newest) : "its sender says nothing any more";
            return new ShownHealth(OFFLINE, why);
        }
        return fresh && !belied ? new ShownHealth(known(said.getRating()), said.getReason()) : ofFrames(frames);
    }

    private static ShownHealth ofFrames(Seen frames) {
        return frames.report().newestMillis() < 0
                ? new ShownHealth(UNKNOWN, "no frame yet")
                : new ShownHealth(
                        frames.report().rating().word(), frames.report().reason());
    }

    private static String silence(long newest) {
        return newest < 0 ? "no frame since this page began" : "no frame any more";
    }

    /** Records may say other words one day, and anybody may write one. */
    private static String known(String word) {
        return Arrays.stream(CameraHealth.Rating.values())
                .map(CameraHealth.Rating::word)
                .filter(word::equals)
                .findFirst()
                .orElse(UNKNOWN);
    }
}
