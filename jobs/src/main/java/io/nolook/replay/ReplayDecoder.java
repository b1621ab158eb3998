package io.nolook.replay;

import io.nolook.frame.Picture;
import io.nolook.model.VideoDetokenizer;
import io.nolook.offline.OfflineDetokenizer;
import io.nolook.schema.TokenFrame;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Function;

/**
 * Token frames to the pictures of a stretch of time.
 *
 * <p>Of what lies before the stretch only the newest token frames are decoded, as many as the decoder looks back.
 */
public final class ReplayDecoder implements Replay.Each {
    private final OfflineDetokenizer decoder;
    private final long fromMicros;
    private final long toMicros;
    private final Pictures out;
    private final Deque<TokenFrame> before = new ArrayDeque<>();

    /** Takes pictures one by one. */
    @FunctionalInterface
    public interface Pictures {
        void picture(Picture picture) throws IOException;
    }

    /**
     * @param decoders the decoder of a token frame; what it gives stays the caller's
     * @param fromMicros pictures before it are left out
     * @param toMicros pictures after it are left out
     */
    public ReplayDecoder(
            Function<TokenFrame, VideoDetokenizer> decoders, long fromMicros, long toMicros, Pictures out) {
        decoder = new OfflineDetokenizer(decoders);
        this.fromMicros = fromMicros;
        this.toMicros = toMicros;
        this.out = out;
    }

    @Override
    public void frame(TokenFrame frame) throws IOException {
        if (frame.getLastCapturedAtMicros() < fromMicros) {
            remember(frame);
            return;
        }
        if (!before.isEmpty() && frame.getPosition() > 0) {
            decoder.resume(List.copyOf(before));
        }
        before.clear();
        List<Picture> decoded = decoder.decode(frame);
        for (int i = 0; i < decoded.size(); i++) {
            long at = Replay.capturedAtMicros(frame, i);
            if (at >= fromMicros && at <= toMicros) {
                out.picture(decoded.get(i));
            }
        }
    }

    private void remember(TokenFrame frame) {
        if (frame.getPosition() == 0) {
            before.clear();
        }
        before.addLast(frame);
        if (before.size() > Math.max(1, decoder.history(frame))) {
            before.removeFirst();
        }
    }
}
