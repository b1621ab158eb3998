package io.nolook.window;

import io.nolook.window.CameraWindow.PendingFrame;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Puts pending frames of one camera together to chunks of T frames. */
final class ChunkBuilder {
    private final String camera;
    private final int chunkFrames;
    private final List<Chunk> chunks = new ArrayList<>(2);

    /**
     * @param chunkFrames T
     */
    ChunkBuilder(String camera, int chunkFrames) {
        this.camera = camera;
        this.chunkFrames = chunkFrames;
    }

    /** Those built so far, in order. */
    List<Chunk> built() {
        return chunks;
    }

    /** The window with one more frame, which may complete a chunk: a keyframe at once. */
    CameraWindow append(CameraWindow window, PendingFrame frame) {
        List<PendingFrame> pending = new ArrayList<>(window.pending());
        pending.add(frame);
        CameraWindow with = new CameraWindow(window.cursor(), window.clip(), List.copyOf(pending));
        return window.clip().position() > 0 && pending.size() < chunkFrames ? with : tail(with);
    }

    /** Completes what is pending, if anything is, by repeating the last frame. */
    CameraWindow tail(CameraWindow window) {
        if (window.pending().isEmpty()) {
            return window;
        }
        chunks.add(chunk(window));
        return new CameraWindow(window.cursor(), window.clip().advanced(), List.of());
    }

    private Chunk chunk(CameraWindow window) {
        CameraWindow.Clip clip = window.clip();
        List<PendingFrame> real = window.pending();
        PendingFrame first = real.get(0);
        PendingFrame last = real.get(real.size() - 1);
        Chunk.Span span = new Chunk.Span(
                first.sequence(),
                last.sequence(),
                real.size(),
                first.capturedAtMicros(),
                last.capturedAtMicros(),
                real.stream().anyMatch(PendingFrame::timeCorrected),
                window.cursor().clock().jumpedMicros(),
                clip.sourceWidth(),
                clip.sourceHeight());
        boolean keyframe = clip.position() == 0;
        return new Chunk(
                camera,
                window.cursor().epoch(),
                clip.first(),
                clip.position(),
                span,
                keyframe ? Optional.of(clip.begins()) : Optional.empty(),
                last.headers(),
                pixels(real, keyframe));
    }

    /** At a keyframe T copies of its frame; else the frames, the last repeated up to T. */
    private byte[] pixels(List<PendingFrame> real, boolean keyframe) {
        int size = real.get(0).rgb().length;
        byte[] rgb = new byte[size * chunkFrames];
        for (int t = 0; t < chunkFrames; t++) {
            byte[] frame = real.get(keyframe ? 0 : Math.min(t, real.size() - 1)).rgb();
            if (frame.length != size) {
                throw new IllegalArgumentException("found frames of " + Arrays.asList(size, frame.length)
                        + " bytes in one chunk, expected one model size");
            }
            System.arraycopy(frame, 0, rgb, t * size, size);
        }
        return rgb;
    }
}
