package io.nolook.page.picture;

import io.nolook.offline.Decoders;
import io.nolook.page.live.LiveClip;
import io.nolook.schema.TokenFrame;
import java.time.Duration;
import java.util.AbstractList;
import java.util.List;
import java.util.Optional;
import org.apache.flink.configuration.Configuration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** One thread decodes for all cameras. */
class DecodedPicturesTest {
    private static final List<TokenFrame> BROKEN = new AbstractList<>() {
        @Override
        public TokenFrame get(int index) {
            throw new IllegalStateException("a mistake of ours");
        }

        @Override
        public int size() {
            return 1;
        }
    };

    @Test
    void aCameraThatFailsUnexpectedlyStopsNoOther() {
        try (DecodedPictures pictures = new DecodedPictures(
                camera -> Optional.of(new LiveClip(1, camera.equals("broken") ? BROKEN : List.of())),
                new Decoders(new Configuration()),
                Duration.ofMillis(10),
                2)) {
            Awaitility.await().until(() -> pictures.of("broken").reason().equals("a mistake of ours"));
            Awaitility.await().until(() -> pictures.of("whole").reason().equals("waits for a keyframe"));
        }
    }
}
