package io.nolook.page.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.nolook.camera.CameraHealth;
import io.nolook.schema.CameraStatus;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ShownHealthTest {
    private static final long NOW = 1_000_000;

    private final CameraHealth health = new CameraHealth(0);
    private double intervalMillis = 200;

    private ShownHealth shown(Optional<CameraStatus> status) {
        return ShownHealth.of(status, new ShownHealth.Seen(health.report(NOW), NOW - 600_000, intervalMillis), NOW);
    }

    private void frameAt(long millis) {
        health.connected(millis);
        health.picture(0, 0, millis);
    }

    private static Optional<CameraStatus> status(String rating, long atMillis) {
        return Optional.of(CameraStatus.newBuilder()
                .setCamera("gate")
                .setAtMicros(1000 * atMillis)
                .setSender("host:1")
                .setRating(rating)
                .setReason("as its sender says")
                .setEpoch(1)
                .build());
    }

    @Test
    void aFreshStatusIsBelievedWhileFramesCome() {
        frameAt(NOW - 1_000);

        assertThat(shown(status("fair", NOW - 20_000))).isEqualTo(new ShownHealth("fair", "as its sender says"));
    }

    @Test
    void aCameraWithoutFramesIsOfflineWhateverIsSaid() {
        frameAt(NOW - 5_001);

        assertThat(shown(status("excellent", NOW - 4_000)).word()).isEqualTo("offline");
        assertThat(shown(Optional.empty()).word()).isEqualTo("offline");
    }

    @Test
    void aSlowCameraMayBeSilentForFiveOfItsIntervals() {
        intervalMillis = 60_000;
        frameAt(NOW - 290_000);
        assertThat(shown(Optional.empty()).word()).isEqualTo("excellent");

        intervalMillis = 50_000;
        assertThat(shown(Optional.empty()).word()).isEqualTo("offline");
    }

    @Test
    void anOldStatusSaysNothing() {
        frameAt(NOW - 1_000);

        assertThat(shown(status("poor", NOW - 31_000)).word()).isEqualTo("excellent");
    }

    @Test
    void offlineIsBelievedUnlessAFrameCameAfterIt() {
        frameAt(NOW - 3_000);

        assertThat(shown(status("offline", NOW - 2_000))).isEqualTo(new ShownHealth("offline", "as its sender says"));
        assertThat(shown(status("offline", NOW - 4_000)).word()).isEqualTo("excellent");
    }

    @Test
    void aWordThatNobodyKnowsIsNotHandedOn() {
        frameAt(NOW - 1_000);

        assertThat(shown(status("<b>", NOW - 1_000)).word()).isEqualTo("unknown");
    }
}
