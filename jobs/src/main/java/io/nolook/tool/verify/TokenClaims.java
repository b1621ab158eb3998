package io.nolook.tool.verify;

import io.nolook.identity.MadeWith;
import io.nolook.kafka.KafkaSettings;
import io.nolook.kafka.TopicReader;
import io.nolook.record.TokenFrames;
import io.nolook.schema.SingleObject;
import io.nolook.schema.TokenFrame;
import io.nolook.verification.Claim;
import io.nolook.verification.Digest;
import io.nolook.window.KeyframeReason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.apache.kafka.common.IsolationLevel;

/** The tokens topic, as claims by camera. */
final class TokenClaims {
    private final KafkaSettings settings;
    private final int stride;
    private final SingleObject<TokenFrame> format = SingleObject.tokenFrames();
    private long tombstones;

    /**
     * @param stride pixels of a token's side
     */
    TokenClaims(KafkaSettings settings, int stride) {
        this.settings = settings;
        this.stride = stride;
    }

    /** Token frames of each camera; unreadable ones are handed over as text. */
    Map<String, Integer> count(BiConsumer<String, String> unreadable) {
        Map<String, Integer> counts = new TreeMap<>();
        tombstones = 0;
        read(frame -> counts.merge(frame.getCamera(), 1, Integer::sum), unreadable);
        return counts;
    }

    /** Records without a value, as {@link #count} found them: no claims. */
    long tombstones() {
        return tombstones;
    }

    /** Claims of these cameras, in the topic's order. */
    Map<String, List<Claim>> of(Set<String> cameras) {
        Map<String, List<Claim>> claims = new HashMap<>();
        read(
                frame -> {
                    if (cameras.contains(frame.getCamera())) {
                        List<Claim> mine = claims.computeIfAbsent(frame.getCamera(), camera -> new ArrayList<>());
                        mine.add(claim(mine.size(), frame));
                    }
                },
                (place, why) -> {});
        return claims;
    }

    private void read(Consumer<TokenFrame> each, BiConsumer<String, String> unreadable) {
        try (TopicReader reader = new TopicReader(settings, settings.tokensTopic(), IsolationLevel.READ_COMMITTED)) {
            reader.readToEnd(record -> {
                if (record.value() == null) {
                    tombstones++;
                    return;
                }
                TokenFrame frame;
                try {
                    frame = format.decode(record.value());
                } catch (IOException e) {
                    unreadable.accept("token frame at " + record.partition() + "/" + record.offset(), e.getMessage());
                    return;
                }
                each.accept(frame);
            });
        }
    }

    private Claim claim(int order, TokenFrame frame) {
        ByteBuffer tokens = frame.getTokens().duplicate();
        byte[] packed = new byte[tokens.remaining()];
        tokens.get(packed);
        return new Claim(
                order,
                new Claim.Key(frame.getEpoch(), frame.getClip(), frame.getPosition()),
                TokenFrames.span(frame),
                Optional.ofNullable(frame.getKeyframeReason()).map(reason -> KeyframeReason.valueOf(reason.name())),
                TokenFrames.skipped(frame),
                new MadeWith(
                        frame.getEncoderHash().intern(),
                        frame.getRuntimeId().intern(),
                        frame.getWidth() * stride,
                        frame.getHeight() * stride,
                        frame.getFit().name()),
                Digest.of(packed));
    }
}
