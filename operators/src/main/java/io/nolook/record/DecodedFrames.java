package io.nolook.record;

import io.nolook.frame.FrameSize;
import io.nolook.frame.Picture;
import io.nolook.model.StreamModel;
import io.nolook.model.VideoDetokenizer;
import io.nolook.playback.ClipFollower;
import io.nolook.schema.Frame;
import io.nolook.schema.FrameEncoding;
import io.nolook.schema.TokenFrame;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** The frames that are decoded of a token frame. */
public final class DecodedFrames {

    private DecodedFrames() {}

    /**
     * The real frames of a token frame, with the sequence numbers and capture times that they had.
     *
     * @param rgb what the decoder gave for it
     * @param jpeg codes a picture
     */
    public static List<Frame> of(
            TokenFrame frame, byte[] rgb, StreamModel<int[], byte[]> decoder, Function<Picture, byte[]> jpeg) {
        FrameSize size = decoder.size();
        List<Picture> pictures = VideoDetokenizer.pictures(
                rgb, size, decoder.spec().chunkFrames(), frame.getPosition(), frame.getFrames());
        List<Frame> frames = new ArrayList<>(pictures.size());
        for (int i = 0; i < pictures.size(); i++) {
            frames.add(Frame.newBuilder()
                    .setCamera(frame.getCamera())
                    .setEpoch(frame.getEpoch())
                    .setSequence(
                            ClipFollower.between(frame.getFirstSequence(), frame.getLastSequence(), i, pictures.size()))
                    .setCapturedAtMicros(ClipFollower.between(
                            frame.getFirstCapturedAtMicros(), frame.getLastCapturedAtMicros(), i, pictures.size()))
                    .setEncoding(FrameEncoding.JPEG)
                    .setWidth(size.width())
                    .setHeight(size.height())
                    .setPayload(ByteBuffer.wrap(jpeg.apply(pictures.get(i))))
                    .build());
        }
        return frames;
    }
}
