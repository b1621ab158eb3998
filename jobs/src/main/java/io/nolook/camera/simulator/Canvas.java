package io.nolook.camera.simulator;

/**
 * Paints soft-edged shapes in world units onto float RGB.
 *
 * <p>The world is 1 high, its origin top left. Not thread-safe.
 */
final class Canvas {
    final int width;
    final int height;
    /** [H,W,3], 0 to 255. */
    final float[] rgb;

    private double left;
    private double top;
    private double scale;
    private long seed;

    Canvas(int width, int height) {
        this.width = width;
        this.height = height;
        this.rgb = new float[3 * width * height];
    }

    /**
     * @param left world x of the left edge
     * @param top world y of the upper edge
     * @param scale pixels of a world unit
     * @param seed of the grain
     */
    void look(double left, double top, double scale, long seed) {
        this.left = left;
        this.top = top;
        this.scale = scale;
        this.seed = seed;
    }

    /** Axis-parallel box with rounded corners; {@code grain} 0 to 1 roughens its colour. */
    void box(double x, double y, double halfWidth, double halfHeight, double round, int colour, double grain) {
        int fromX = column(x - halfWidth) - 1;
        int toX = column(x + halfWidth) + 1;
        int fromY = row(y - halfHeight) - 1;
        int toY = row(y + halfHeight) + 1;
        for (int py = Math.max(0, fromY); py <= Math.min(height - 1, toY); py++) {
            double dy = Math.abs(worldY(py) - y) - halfHeight + round;
            for (int px = Math.max(0, fromX); px <= Math.min(width - 1, toX); px++) {
                double dx = Math.abs(worldX(px) - x) - halfWidth + round;
                double outside = Math.sqrt(square(Math.max(dx, 0)) + square(Math.max(dy, 0)));
                double distance = outside + Math.min(0, Math.max(dx, dy)) - round;
                blend(px, py, 0.5 - distance * scale, colour, grain * grainAt(px, py, x, y));
            }
        }
    }

    void ellipse(double x, double y, double radiusX, double radiusY, int colour, double grain) {
        double thinner = Math.min(radiusX, radiusY);
        for (int py = Math.max(0, row(y - radiusY) - 1); py <= Math.min(height - 1, row(y + radiusY) + 1); py++) {
            double dy = (worldY(py) - y) / radiusY;
            int toX = Math.min(width - 1, column(x + radiusX) + 1);
            for (int px = Math.max(0, column(x - radiusX) - 1); px <= toX; px++) {
                double dx = (worldX(px) - x) / radiusX;
                double distance = (Math.sqrt(dx * dx + dy * dy) - 1) * thinner;
                // lit from above left
                double shade = -0.12 * (dx + dy);
                blend(px, py, 0.5 - distance * scale, colour, grain * grainAt(px, py, x, y) + shade);
            }
        }
    }

    /** Line with round ends. */
    void line(double x0, double y0, double x1, double y1, double radius, int colour) {
        double lengthX = x1 - x0;
        double lengthY = y1 - y0;
        double square = Math.max(1e-12, lengthX * lengthX + lengthY * lengthY);
        int toY = Math.min(height - 1, row(Math.max(y0, y1) + radius) + 1);
        int toX = Math.min(width - 1, column(Math.max(x0, x1) + radius) + 1);
        for (int py = Math.max(0, row(Math.min(y0, y1) - radius) - 1); py <= toY; py++) {
            double dy = worldY(py) - y0;
            for (int px = Math.max(0, column(Math.min(x0, x1) - radius) - 1); px <= toX; px++) {
                double dx = worldX(px) - x0;
                double along = Math.max(0, Math.min(1, (dx * lengthX + dy * lengthY) / square));
                double distance = Math.sqrt(square(dx - along * lengthX) + square(dy - along * lengthY)) - radius;
                blend(px, py, 0.5 - distance * scale, colour, 0);
            }
        }
    }

    /** Darkens softly, as a shadow on the ground. */
    void shadow(double x, double y, double radiusX, double radiusY) {
        for (int py = Math.max(0, row(y - radiusY)); py <= Math.min(height - 1, row(y + radiusY)); py++) {
            double dy = (worldY(py) - y) / radiusY;
            int toX = Math.min(width - 1, column(x + radiusX));
            for (int px = Math.max(0, column(x - radiusX)); px <= toX; px++) {
                double dx = (worldX(px) - x) / radiusX;
                double inside = Math.max(0, 1 - dx * dx - dy * dy);
                blend(px, py, 0.55 * inside, 0x101014, 0);
            }
        }
    }

    private void blend(int px, int py, double coverage, int colour, double shade) {
        if (coverage <= 0) {
            return;
        }
        float cover = (float) Math.min(1, coverage);
        float light = (float) (1 + shade);
        int at = 3 * (py * width + px);
        rgb[at] += cover * ((colour >> 16) * light - rgb[at]);
        rgb[at + 1] += cover * ((colour >> 8 & 0xff) * light - rgb[at + 1]);
        rgb[at + 2] += cover * ((colour & 0xff) * light - rgb[at + 2]);
    }

    private double grainAt(int px, int py, double x, double y) {
        return Noise.smooth(seed, 60 * (worldX(px) - x), 60 * (worldY(py) - y));
    }

    private double worldX(int px) {
        return left + (px + 0.5) / scale;
    }

    private double worldY(int py) {
        return top + (py + 0.5) / scale;
    }

    private int column(double x) {
        return (int) Math.floor((x - left) * scale);
    }

    private int row(double y) {
        return (int) Math.floor((y - top) * scale);
    }

    private static double square(double value) {
        return value * value;
    }
}
