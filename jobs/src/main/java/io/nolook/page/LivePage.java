package io.nolook.page;

import io.nolook.kafka.TopicFollower;
import io.nolook.page.live.CameraView;
import io.nolook.page.live.LiveCameras;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What is told of the cameras and of the page itself now.
 *
 * @param cameras what is known
 * @param away why nobody knows how they are
 * @param unreadable counts records that could not be read
 * @param keyframes whether keyframes can be asked for
 */
record LivePage(
        LiveCameras cameras,
        Supplier<Optional<TopicFollower.Away>> away,
        Supplier<Long> unreadable,
        boolean keyframes) {
    private static final Clock CLOCK = Clock.systemUTC();

    /**
     * Of the page itself.
     *
     * @param nowMillis this machine's clock, milliseconds since 1970
     * @param brokerAwaySinceMillis since when no broker answers, 0 while one does
     * @param brokerAwayReason why; empty while one answers
     * @param failed whether it is the page that cannot read, not the broker that does not answer
     * @param cameras that are known
     * @param keyframes whether keyframes can be asked for
     * @param recordsUnreadable that could not be read
     * @param recordsNotShown of cameras beyond page.max-cameras
     * @param deadLettersOfNobody of records without a readable key
     */
    record State(
            long nowMillis,
            long brokerAwaySinceMillis,
            String brokerAwayReason,
            boolean failed,
            int cameras,
            boolean keyframes,
            long recordsUnreadable,
            long recordsNotShown,
            long deadLettersOfNobody) {}

    /** All cameras, by id, and the page. */
    record All(State page, List<CameraView> cameras) {}

    All all() {
        long now = CLOCK.millis();
        List<CameraView> views = cameras.views(why(), now);
        return new All(state(views.size(), now), views);
    }

    Optional<CameraView.Detail> detail(String camera) {
        return cameras.detail(camera, why(), CLOCK.millis());
    }

    private String why() {
        return away.get()
                .map(gone -> gone.isOwn() ? "the page cannot read" : "no broker answers")
                .orElse("");
    }

    private State state(int known, long nowMillis) {
        Optional<TopicFollower.Away> gone = away.get();
        return new State(
                nowMillis,
                gone.map(TopicFollower.Away::sinceMillis).orElse(0L),
                gone.map(TopicFollower.Away::reason).orElse(""),
                gone.map(TopicFollower.Away::isOwn).orElse(false),
                known,
                keyframes,
                unreadable.get(),
                cameras.notShown(),
                cameras.lettersOfOthers());
    }
}
