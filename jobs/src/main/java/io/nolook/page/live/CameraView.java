package io.nolook.page.live;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A camera as the page tells it now; times are milliseconds since 1970.
 *
 * @param id camera id
 * @param group of the camera; may be empty
 * @param health excellent, fair, poor, unusable, offline or unknown
 * @param reason why it is not better; may be empty
 * @param sender process that sends it; empty where nobody says
 * @param framesPerSecond that came in the last seconds
 * @param wantedFramesPerSecond that its sender is asked for; 0 for all there are
 * @param bitsPerSecond of its frames
 * @param tokenBitsPerSecond of its packed tokens
 * @param newestMillis when its newest frame was sent, -1 before the first
 * @param frame number of its newest frame as this page counts, 0 before the first
 * @param tokens number of its newest token frame as this page counts, 0 before the first
 * @param latencyMillis from capture until the newest tokens were told; -1 before the first
 * @param sourceWidth pixels of the camera's own pictures; 0 where nobody says
 * @param sourceHeight pixels of the camera's own pictures; 0 where nobody says
 * @param deadLetters of the camera in all, as this page counts
 * @param gaps of the camera in all, as this page counts
 * @param lastAction the newest; null before the first
 */
public record CameraView(
        String id,
        String group,
        String health,
        String reason,
        String sender,
        double framesPerSecond,
        double wantedFramesPerSecond,
        long bitsPerSecond,
        long tokenBitsPerSecond,
        long newestMillis,
        long frame,
        long tokens,
        long latencyMillis,
        int sourceWidth,
        int sourceHeight,
        long deadLetters,
        long gaps,
        @Nullable LiveAction lastAction) {

    /**
     * Everything that is known of a camera, newest first.
     *
     * @param camera as in the list
     * @param tokenizer that made its newest tokens; empty before the first
     * @param actions that began or ended
     * @param gaps clips that began for another reason than the interval
     * @param deadLetters records that failed
     * @param history rates, oldest first
     */
    public record Detail(
            CameraView camera,
            String tokenizer,
            List<LiveAction> actions,
            List<LiveGap> gaps,
            List<LiveLetter> deadLetters,
            List<Traffic.Rates> history) {}

    /** The same while nobody knows how it is. */
    CameraView unknown(String why) {
        return new CameraView(
                id,
                group,
                ShownHealth.UNKNOWN,
                why,
                sender,
                framesPerSecond,
                wantedFramesPerSecond,
                bitsPerSecond,
                tokenBitsPerSecond,
                newestMillis,
                frame,
                tokens,
                latencyMillis,
                sourceWidth,
                sourceHeight,
                deadLetters,
                gaps,
                lastAction);
    }
}
