package io.nolook.record;

import io.nolook.failure.IntakeException;
import io.nolook.generation.Continuation;
import io.nolook.generation.ContinuationRequest;
import io.nolook.model.Draw;
import io.nolook.model.StreamModel;
import io.nolook.schema.Drawn;
import io.nolook.schema.KeyframeReason;
import io.nolook.schema.SingleObject;
import io.nolook.schema.TokenFrame;
import io.nolook.token.StreamOrder;
import io.nolook.token.TokenPacking;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Token frames that were drawn, as records like those that they follow. */
public final class GeneratedTokens {

    private GeneratedTokens() {}

    /** Where the token frames of a clip are continued: behind the last of them. */
    public static Continuation.At at(List<TokenFrame> before) {
        TokenFrame last = last(before);
        return new Continuation.At(
                last.getCamera(),
                last.getEpoch(),
                last.getLastSequence(),
                last.getPosition() + 1,
                before.stream().map(TokenFrames::tokens).toList());
    }

    /**
     * Whether a multiple of a time has passed from one token frame of a camera to the next, by its clock and in one epoch.
     *
     * @param everyMicros above 0
     */
    public static boolean isDue(StreamOrder.Place before, StreamOrder.Place now, long everyMicros) {
        return before.epoch() == now.epoch()
                && Math.floorDiv(before.capturedAtMicros(), everyMicros)
                        < Math.floorDiv(now.capturedAtMicros(), everyMicros);
    }

    /** The request of a camera whose time has come: named after its newest frame, whose number is its epoch's alone. */
    public static ContinuationRequest due(TokenFrame newest, Continuation asked) {
        String id = newest.getEpoch() + "-" + newest.getLastSequence();
        return new ContinuationRequest(id, newest.getCamera(), asked);
    }

    /**
     * Under which a sample is on its topic: as a camera of its own, so that whatever decodes tokens decodes it.
     *
     * @param sample which, from 0
     */
    public static String camera(ContinuationRequest request, int sample) {
        return request.camera() + "~" + request.id() + "~" + sample;
    }

    /**
     * Checks that the ids of all samples can be camera ids.
     *
     * @throws IntakeException when they are too long
     */
    public static void requireNames(ContinuationRequest request) throws IntakeException {
        CameraKeys.camera(camera(request, Continuation.MOST_SAMPLES).getBytes(StandardCharsets.UTF_8));
    }

    /** What a sample begins with: the clip from its keyframe to where it is continued. */
    public static List<TokenFrame> context(ContinuationRequest request, int sample, List<TokenFrame> before) {
        SingleObject<TokenFrame> format = SingleObject.tokenFrames();
        String camera = camera(request, sample);
        List<TokenFrame> context = new ArrayList<>(before.size());
        for (TokenFrame frame : before) {
            TokenFrame copy = copy(frame, format);
            copy.setCamera(camera);
            if (copy.getPosition() == 0) {
                setAlone(copy);
                copy.setKeyframeReason(KeyframeReason.FIRST_FRAME);
            }
            context.add(copy);
        }
        return context;
    }

    /** One token frame of a sample, which says how it was drawn; as {@link #next(List, int, int[], int)} has it. */
    public static TokenFrame next(
            ContinuationRequest request,
            int sample,
            List<TokenFrame> before,
            int index,
            int[] tokens,
            StreamModel<Draw, int[]> sampler) {
        Continuation asked = request.asked();
        TokenFrame next = next(before, index, tokens, sampler.spec().chunkFrames());
        next.setCamera(camera(request, sample));
        next.setDrawn(new Drawn(
                request.id(),
                request.camera(),
                sample,
                asked.seed(),
                asked.temperature(),
                asked.kept(),
                sampler.fileHash(),
                sampler.runtimeId()));
        return next;
    }

    /** Avro's builder would copy as well, by a class that it does not trust. */
    private static TokenFrame copy(TokenFrame frame, SingleObject<TokenFrame> format) {
        try {
            return format.decode(format.encode(frame));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Nothing was before it, or was skipped. */
    private static void setAlone(TokenFrame frame) {
        frame.setKeyframeReason(null);
        frame.setKeyframeDetail("");
        frame.setFollowsClip(null);
        frame.setFollowsPosition(null);
        frame.setSkippedFrom(null);
        frame.setSkippedTo(null);
    }

    /**
     * One token frame of a sample, of as many frames as a whole one, as far apart as those before.
     *
     * @param before token frames of the clip that is continued
     * @param index of the token frame behind them, from 0
     * @param tokens in raster order
     * @param chunkFrames of the tokenizer
     */
    public static TokenFrame next(List<TokenFrame> before, int index, int[] tokens, int chunkFrames) {
        TokenFrame first = before.get(0);
        TokenFrame last = last(before);
        long gaps = Math.max(1, last.getLastSequence() - first.getFirstSequence());
        long step = Math.max(0, last.getLastCapturedAtMicros() - first.getFirstCapturedAtMicros()) / gaps;
        long behind = 1 + (long) index * chunkFrames;
        TokenFrame next = copy(last, SingleObject.tokenFrames());
        setAlone(next);
        next.setPosition(last.getPosition() + 1 + index);
        next.setFirstSequence(last.getLastSequence() + behind);
        next.setLastSequence(last.getLastSequence() + behind + chunkFrames - 1);
        next.setFrames(chunkFrames);
        next.setFirstCapturedAtMicros(last.getLastCapturedAtMicros() + step * behind);
        next.setLastCapturedAtMicros(last.getLastCapturedAtMicros() + step * (behind + chunkFrames - 1));
        next.setTokens(ByteBuffer.wrap(TokenPacking.pack(tokens, last.getBits())));
        return next;
    }

    /** Drawn token frames as the next ones of a clip, as {@link #next} has it. */
    public static List<TokenFrame> following(List<TokenFrame> before, List<int[]> drawn, int chunkFrames) {
        List<TokenFrame> following = new ArrayList<>(drawn.size());
        for (int[] tokens : drawn) {
            following.add(next(before, following.size(), tokens, chunkFrames));
        }
        return following;
    }

    private static TokenFrame last(List<TokenFrame> before) {
        return before.get(before.size() - 1);
    }
}
