package io.nolook.page.picture;

import io.nolook.offline.Decoders;
import io.nolook.page.live.LiveClip;
import io.nolook.schema.TokenFrame;
import java.time.Duration;
import java.util.AbstractList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.flink.configuration.Configuration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** One thread decodes for all cameras. */
class DecodedPicturesTest {
    /** Token frames that cannot be had. */
    private static List<TokenFrame> broken(Supplier<TokenFrame> fails) {
        return new AbstractList<>() {
            @Override
            public TokenFrame get(int index) {
                return fails.get();
            }

            @Override
            public int size() {
                return 1;
            }
        };
    }

    private static final Map<String, List<TokenFrame>> CLIPS = Map.of(
            "broken",
                    broken(() -> {
                        throw new IllegalStateException("a mistake of ours");
                    }),
            "unlinked",
                    broken(() -> {
                        throw new LinkageError("no such class");
                    }),
            "whole", List.of());

    @Test
    void aCameraThatFailsUnexpectedlyStopsNoOther() {
        try (DecodedPictures pictures = new DecodedPictures(
                camera -> Optional.of(new LiveClip(1, CLIPS.get(camera))),
                new Decoders(new Configuration()),
                Duration.ofMillis(10),
                3)) {
            Awaitility.await().until(() -> pictures.of("broken").reason().equals("a mistake of ours"));
            Awaitility.await().until(() -> pictures.of("unlinked").reason().equals("no such class"));
            Awaitility.await().until(() -> pictures.of("whole").reason().equals("waits for a keyframe"));
        }
    }
}
