package io.nolook.record;

import io.nolook.generation.Continuation;
import io.nolook.schema.SingleObject;
import io.nolook.schema.TokenFrame;
import io.nolook.token.TokenPacking;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Token frames that were drawn, as records like those that they follow. */
public final class GeneratedTokens {

    private GeneratedTokens() {}

    /** Where the token frames of a clip are continued: behind the last of them. */
    public static Continuation.At at(List<TokenFrame> before) {
        TokenFrame last = before.get(before.size() - 1);
        return new Continuation.At(
                last.getCamera(),
                last.getEpoch(),
                last.getLastSequence(),
                last.getPosition() + 1,
                before.stream().map(TokenFrames::tokens).toList());
    }

    /**
     * Drawn token frames as the next ones of a clip, each of as many frames and as long as a whole one.
     *
     * @param last token frame before them
     * @param drawn tokens of each, in raster order
     * @param chunkFrames of the tokenizer
     */
    public static List<TokenFrame> following(TokenFrame last, List<int[]> drawn, int chunkFrames) {
        SingleObject<TokenFrame> format = SingleObject.tokenFrames();
        byte[] copied = format.encode(last);
        int frames = Math.max(1, last.getFrames());
        long step = frames > 1 ? (last.getLastCapturedAtMicros() - last.getFirstCapturedAtMicros()) / (frames - 1) : 0;
        List<TokenFrame> following = new ArrayList<>(drawn.size());
        for (int i = 0; i < drawn.size(); i++) {
            TokenFrame next;
            try {
                next = format.decode(copied);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            long first = last.getLastSequence() + 1 + (long) i * chunkFrames;
            long from = last.getLastCapturedAtMicros() + step * (1 + (long) i * chunkFrames);
            next.setPosition(last.getPosition() + 1 + i);
            next.setFirstSequence(first);
            next.setLastSequence(first + chunkFrames - 1);
            next.setFrames(chunkFrames);
            next.setFirstCapturedAtMicros(from);
            next.setLastCapturedAtMicros(from + step * (chunkFrames - 1));
            next.setKeyframeReason(null);
            next.setKeyframeDetail("");
            next.setFollowsClip(null);
            next.setFollowsPosition(null);
            next.setSkippedFrom(null);
            next.setSkippedTo(null);
            next.setTokens(ByteBuffer.wrap(TokenPacking.pack(drawn.get(i), last.getBits())));
            following.add(next);
        }
        return following;
    }
}
