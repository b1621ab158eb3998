package io.nolook.camera.simulator;

import io.nolook.frame.Picture;

/**
 * A camera that watches a made-up street, hall or park.
 *
 * <p>A pure function: the same seed, size and index give the same pixels anywhere, in any order. The camera pans and
 * zooms slowly and shakes a little, the light changes, and the sensor is noisy. Not thread-safe: keeps scratch memory
 * of one picture, and the backdrop.
 */
public final class SimulatedCamera {
    /** Pictures a second for which speeds are right. */
    public static final int FRAMES_PER_SECOND = 25;

    /** World heights that the widest view shows; the rest is room to pan. */
    private static final double WIDEST_VIEW = 0.92;

    private static final double NARROWEST_VIEW = 0.74;
    private static final double SENSOR_NOISE = 5;
    private static final double TURN = 2 * Math.PI;

    private final long seed;
    private final int width;
    private final int height;
    private final double aspect;
    private final Scene scene;
    private final Canvas backdrop;
    private final Canvas canvas;
    private final float[] vignette;

    /**
     * @param seed seeds next to each other show different kinds of scenes
     * @param width pixels, 8 to 8192
     * @param height pixels, 8 to 8192
     */
    public SimulatedCamera(long seed, int width, int height) {
        if (width < 8 || height < 8 || width > 8192 || height > 8192) {
            throw new IllegalArgumentException(
                    "found a camera of " + width + " x " + height + ", expected sides of 8 to 8192");
        }
        this.seed = seed;
        this.width = width;
        this.height = height;
        this.aspect = (double) width / height;
        this.scene = new Scene(seed, aspect);
        int backdropHeight = (int) Math.ceil(height / NARROWEST_VIEW);
        this.backdrop = new Canvas((int) Math.ceil(backdropHeight * aspect), backdropHeight);
        backdrop.look(0, 0, backdropHeight, seed);
        scene.paintBackdrop(backdrop);
        this.canvas = new Canvas(width, height);
        this.vignette = vignette(width, height);
    }

    /** @param index counts pictures, from 0 on */
    public Picture picture(long index) {
        double seconds = (double) index / FRAMES_PER_SECOND;
        double view = (NARROWEST_VIEW + WIDEST_VIEW) / 2 + (WIDEST_VIEW - NARROWEST_VIEW) / 2 * wave(1, seconds, 19);
        double room = 1 - view;
        double shake = 0.0025;
        double left = aspect * room * (0.5 + 0.45 * wave(2, seconds, 31)) + shake * tremble(3, seconds);
        double top = room * (0.5 + 0.4 * wave(4, seconds, 43)) + shake * tremble(5, seconds);
        sampleBackdrop(left, top, view);
        canvas.look(left, top, height / view, seed);
        for (Actor actor : scene.actors()) {
            actor.paint(canvas, seconds, aspect);
        }
        return expose(index, seconds);
    }

    private double wave(int which, double seconds, double period) {
        return StrictMath.sin(TURN * (seconds / period + Noise.unit(seed, which)));
    }

    private double tremble(int which, double seconds) {
        return Noise.smooth(seed + which, 4 * seconds, 0) + 0.4 * Noise.smooth(seed + which, 11 * seconds, 9);
    }

    private void sampleBackdrop(double left, double top, double view) {
        double step = view * backdrop.height / height;
        float[] from = backdrop.rgb;
        float[] to = canvas.rgb;
        int out = 0;
        for (int y = 0; y < height; y++) {
            double sourceY = clamp(top * backdrop.height + (y + 0.5) * step - 0.5, backdrop.height);
            int row = (int) sourceY;
            float fy = (float) (sourceY - row);
            int stride = 3 * backdrop.width;
            for (int x = 0; x < width; x++) {
                double sourceX = clamp(left * backdrop.height + (x + 0.5) * step - 0.5, backdrop.width);
                int column = (int) sourceX;
                float fx = (float) (sourceX - column);
                int in = row * stride + 3 * column;
                for (int c = 0; c < 3; c++, in++) {
                    float above = from[in] + fx * (from[in + 3] - from[in]);
                    float below = from[in + stride] + fx * (from[in + stride + 3] - from[in + stride]);
                    to[out++] = above + fy * (below - above);
                }
            }
        }
    }

    private static double clamp(double at, int size) {
        return Math.max(0, Math.min(size - 1.001, at));
    }

    private Picture expose(long index, double seconds) {
        float light = (float) (1 + 0.1 * wave(6, seconds, 23) + 0.08 * Noise.smooth(seed + 7, 0.3 * seconds, 0));
        float warmth = (float) (0.03 * wave(8, seconds, 37));
        float[] gains = {light * (1 + warmth), light, light * (1 - warmth)};
        byte[] rgb = new byte[3 * width * height];
        long frameSeed = Noise.mix(seed * 31 + index);
        float amplitude = (float) (SENSOR_NOISE / 1023);
        for (int pixel = 0, i = 0; pixel < width * height; pixel++) {
            long bits = Noise.mix(frameSeed + pixel);
            for (int c = 0; c < 3; c++, i++) {
                // two uniform numbers summed: a triangle, near enough to a bell
                int grain = (int) (bits & 1023) + (int) (bits >>> 10 & 1023) - 1023;
                bits >>>= 20;
                float value = canvas.rgb[i] * gains[c] * vignette[pixel] + grain * amplitude + 0.5f;
                rgb[i] = (byte) Math.max(0, Math.min(255, (int) value));
            }
        }
        return new Picture(width, height, rgb);
    }

    private static float[] vignette(int width, int height) {
        float[] light = new float[width * height];
        for (int y = 0, i = 0; y < height; y++) {
            double dy = 2 * (y + 0.5) / height - 1;
            for (int x = 0; x < width; x++) {
                double dx = 2 * (x + 0.5) / width - 1;
                light[i++] = (float) (1.03 - 0.11 * (dx * dx + dy * dy));
            }
        }
        return light;
    }
}
