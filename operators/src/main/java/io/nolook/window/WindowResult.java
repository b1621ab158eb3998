package io.nolook.window;

import java.util.List;

/**
 * What one step of a window returns.
 *
 * @param window the new state
 * @param fate of the frame
 * @param chunks now complete, in order: at most a tail, a keyframe and, after a model change, the frames begun anew
 */
public record WindowResult(CameraWindow window, FrameFate fate, List<Chunk> chunks) {}
