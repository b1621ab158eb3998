package io.nolook.camera.simulator;

/** Repeatable randomness from a seed and a place. */
final class Noise {
    private Noise() {}

    /** SplitMix64: every bit of the result depends on every bit of {@code value}. */
    static long mix(long value) {
        long z = value + 0x9e3779b97f4a7c15L;
        z = (z ^ z >>> 30) * 0xbf58476d1ce4e5b9L;
        z = (z ^ z >>> 27) * 0x94d049bb133111ebL;
        return z ^ z >>> 31;
    }

    /** Returns 0 (inclusive) to 1 (exclusive), another for each {@code which}. */
    static double unit(long seed, long which) {
        return (mix(seed ^ mix(which)) >>> 11) * 0x1p-53;
    }

    /** Smooth, -1 to 1, one bump a unit. */
    static double smooth(long seed, double x, double y) {
        long left = (long) Math.floor(x);
        long top = (long) Math.floor(y);
        double fx = ease(x - left);
        double fy = ease(y - top);
        double above = lattice(seed, left, top) * (1 - fx) + lattice(seed, left + 1, top) * fx;
        double below = lattice(seed, left, top + 1) * (1 - fx) + lattice(seed, left + 1, top + 1) * fx;
        return above * (1 - fy) + below * fy;
    }

    /** Smooth noise with finer noise on top, about -1 to 1. */
    static double rough(long seed, double x, double y) {
        return 0.55 * smooth(seed, x, y)
                + 0.3 * smooth(seed + 1, 2.3 * x, 2.3 * y)
                + 0.15 * smooth(seed + 2, 5.1 * x, 5.1 * y);
    }

    private static double lattice(long seed, long x, long y) {
        return (mix(seed + x * 0x1f123bb5L ^ y * 0x5851f42d4c957f2dL) >> 11) * 0x1p-52;
    }

    private static double ease(double t) {
        return t * t * (3 - 2 * t);
    }
}
