package io.nolook.window;

import java.util.List;

/**
 * What one step of a window returns.
 *
 * @param window the new state
 * @param fate of the frame
 * @param skipped frames given up for newer ones: 0 or 1
 * @param abandoned frames that waited and were given up: they were fitted otherwise
 * @param chunks now complete, in order: at most a tail, a keyframe and, after a model change, the frames begun anew
 */
public record WindowResult(CameraWindow window, FrameFate fate, int skipped, int abandoned, List<Chunk> chunks) {

    WindowResult(CameraWindow window, FrameFate fate, int skipped, List<Chunk> chunks) {
        this(window, fate, skipped, 0, chunks);
    }
}
