package io.nolook.camera.simulator;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** What a simulated camera looks at: a backdrop and the actors before it. */
final class Scene {
    private static final int[] PAINTS = {
        0xb3261e, 0x1f4fa3, 0xd9d9dc, 0x2e2f33, 0xd8a31a, 0x2f7d4f, 0x7b3f98, 0xd96b27, 0x3aa0b8, 0x8c5a3c
    };
    private static final int[] CLOTHS = {0x23304d, 0x4a4a4f, 0x6b4f3a, 0x1d1d20, 0x546b7a};
    private static final int[] WALLS = {0x9c8671, 0x8a4b3c, 0xb9b1a2, 0x6f7d86, 0xa8855a, 0x7a6a7d};

    private final long seed;
    private final double worldWidth;
    private final List<Actor> actors = new ArrayList<>();

    /** @param worldWidth in world heights */
    Scene(long seed, double worldWidth) {
        this.seed = seed;
        this.worldWidth = worldWidth;
        switch (kind()) {
            case 0 -> castStreet();
            case 1 -> castHall();
            default -> castPark();
        }
        actors.sort(Comparator.comparingDouble(Actor::ground));
    }

    private int kind() {
        return (int) Math.floorMod(seed, 3L);
    }

    /** From far to near. */
    List<Actor> actors() {
        return actors;
    }

    /** Paints everything that stands still. */
    void paintBackdrop(Canvas canvas) {
        switch (kind()) {
            case 0 -> paintStreet(canvas);
            case 1 -> paintHall(canvas);
            default -> paintPark(canvas);
        }
    }

    private void castStreet() {
        for (int i = 0; i < 2; i++) {
            cast(Actor.Kind.CAR, 0.74, 0.15, 0.16 + 0.1 * unit(i), i);
            cast(Actor.Kind.CAR, 0.9, 0.2, -0.2 - 0.12 * unit(10 + i), 10 + i);
        }
        for (int i = 20; i < 23; i++) {
            cast(Actor.Kind.PERSON, 0.6 + 0.03 * unit(i), 0.24, side(i) * (0.05 + 0.04 * unit(i + 50)), i);
        }
    }

    private void castHall() {
        for (int i = 0; i < 4; i++) {
            cast(Actor.Kind.CRATE, 0.66, 0.13 + 0.05 * unit(i), 0.1, i);
        }
        for (int i = 20; i < 23; i++) {
            cast(Actor.Kind.PERSON, 0.84 + 0.1 * unit(i), 0.4, side(i) * (0.07 + 0.06 * unit(i + 50)), i);
        }
        cast(Actor.Kind.CRATE, 0.92, 0.2, -0.14, 30);
    }

    private void castPark() {
        for (int i = 0; i < 4; i++) {
            double depth = unit(i);
            cast(Actor.Kind.PERSON, 0.62 + 0.3 * depth, 0.22 + 0.2 * depth, side(i) * (0.05 + 0.06 * unit(i + 50)), i);
        }
        cast(Actor.Kind.BALL, 0.8, 0.12, 0.22, 10);
        cast(Actor.Kind.BALL, 0.93, 0.15, -0.17, 11);
    }

    private void cast(Actor.Kind kind, double ground, double size, double speed, int number) {
        actors.add(new Actor(
                kind,
                ground,
                size,
                speed,
                unit(number + 100) * (worldWidth + 6 * size),
                pick(PAINTS, number + 200),
                pick(kind == Actor.Kind.PERSON || kind == Actor.Kind.CAR ? CLOTHS : PAINTS, number + 300)));
    }

    private void paintStreet(Canvas canvas) {
        sky(canvas, 0.45);
        double x = -0.05;
        for (int i = 400; x < worldWidth; i++) {
            double half = 0.11 + 0.09 * unit(i);
            house(canvas, x + half, half, 0.12 + 0.22 * unit(i + 50), i);
            x += 2 * half;
        }
        ground(canvas, 0.55, 0.65, 0x8f8c86, 0.12, 26);
        ground(canvas, 0.65, 1.0, 0x4c4d52, 0.14, 40);
        canvas.box(worldWidth / 2, 0.65, worldWidth, 0.006, 0, 0xb8b4aa, 0.2);
        for (double mark = 0.05; mark < worldWidth; mark += 0.22) {
            canvas.box(mark, 0.795, 0.06, 0.008, 0.003, 0xd9d6c8, 0.25);
        }
        for (double pole = 0.25; pole < worldWidth; pole += 0.62) {
            canvas.line(pole, 0.63, pole, 0.3, 0.007, 0x3a3d40);
            canvas.line(pole, 0.3, pole + 0.07, 0.28, 0.006, 0x3a3d40);
            canvas.ellipse(pole + 0.08, 0.285, 0.022, 0.011, 0xe9e2c8, 0);
        }
    }

    private void house(Canvas canvas, double x, double half, double top, int number) {
        int wall = pick(WALLS, number + 20);
        canvas.box(x, (top + 0.56) / 2, half, (0.56 - top) / 2, 0, wall, 0.2);
        canvas.box(x, top, half + 0.008, 0.012, 0, 0x4a3f3a, 0.2);
        int across = Math.max(2, (int) Math.round(half / 0.045));
        for (double y = top + 0.06; y < 0.5; y += 0.085) {
            for (int i = 0; i < across; i++) {
                double wx = x - half + 2 * half * (i + 0.5) / across;
                boolean lit = Noise.unit(seed + number, (long) (y * 1000) + i) < 0.2;
                canvas.box(wx, y, 0.024, 0.031, 0, 0xcfc9bd, 0.1);
                canvas.box(wx, y, 0.019, 0.026, 0, lit ? 0xe8c56a : 0x35434f, 0.25);
            }
        }
    }

    private void paintHall(Canvas canvas) {
        ground(canvas, 0, 0.6, 0xa9adb0, 0.06, 7);
        for (double x = 0; x < worldWidth; x += 0.16) {
            canvas.box(x, 0.3, 0.002, 0.3, 0, 0x7d8185, 0);
        }
        for (double x = 0.12; x < worldWidth; x += 0.34) {
            canvas.box(x, 0.035, 0.11, 0.012, 0.006, 0xfbfdf5, 0);
        }
        for (int shelf = 0; shelf < 3; shelf++) {
            double y = 0.22 + 0.13 * shelf;
            for (double x = 0.03, i = 0; x < worldWidth; x += 0.085, i++) {
                double half = 0.022 + 0.018 * Noise.unit(seed + shelf, (long) i);
                int colour = PAINTS[(int) (Noise.unit(seed + shelf + 9, (long) i) * PAINTS.length)];
                canvas.box(x, y - half - 0.008, half, half, 0.002, colour, 0.25);
            }
            canvas.box(worldWidth / 2, y, worldWidth, 0.008, 0, 0x2f4a73, 0.1);
        }
        for (double x = 0.0; x < worldWidth; x += 0.42) {
            canvas.box(x, 0.33, 0.01, 0.2, 0, 0xc96a1b, 0.1);
        }
        ground(canvas, 0.53, 1.0, 0x83807a, 0.1, 18);
        for (double y = 0.56, step = 0.03; y < 1; y += step, step *= 1.35) {
            canvas.box(worldWidth / 2, y, worldWidth, 0.0015, 0, 0x696660, 0);
        }
        for (double x = -2; x < worldWidth + 2; x += 0.16) {
            canvas.line(x, 0.54, worldWidth / 2 + (x - worldWidth / 2) * 2.2, 1.02, 0.0012, 0x696660);
        }
        canvas.box(worldWidth / 2, 0.68, worldWidth, 0.022, 0, 0x2a2b2e, 0.2);
        canvas.box(worldWidth / 2, 0.66, worldWidth, 0.005, 0, 0xd7b62a, 0.2);
    }

    private void paintPark(Canvas canvas) {
        sky(canvas, 0.55);
        ground(canvas, 0.5, 1.0, 0x5f8a43, 0.3, 34);
        for (double x = 0, i = 0; x < worldWidth + 0.1; x += 0.13, i++) {
            tree(canvas, x + 0.06 * unit((int) i + 500), 0.54, 0.16 + 0.12 * unit((int) i + 550), (int) i);
        }
        ground(canvas, 0.7, 0.8, 0xb9a583, 0.16, 30);
        for (double x = 0.15; x < worldWidth; x += 0.55) {
            canvas.box(x, 0.655, 0.075, 0.008, 0.003, 0x7a4f2c, 0.3);
            canvas.box(x, 0.625, 0.075, 0.007, 0.003, 0x7a4f2c, 0.3);
            canvas.line(x - 0.055, 0.62, x - 0.055, 0.69, 0.005, 0x333333);
            canvas.line(x + 0.055, 0.62, x + 0.055, 0.69, 0.005, 0x333333);
        }
    }

    private void tree(Canvas canvas, double x, double foot, double size, int number) {
        canvas.shadow(x, foot, 0.5 * size, 0.05);
        canvas.line(x, foot, x, foot - size, 0.07 * size, 0x54402e);
        for (int i = 0; i < 6; i++) {
            double dx = (unit(600 + 10 * number + i) - 0.5) * 0.7 * size;
            double dy = (unit(700 + 10 * number + i) - 0.5) * 0.6 * size;
            int green = 0x2f5a2a + ((int) (unit(800 + 10 * number + i) * 40) << 8);
            canvas.ellipse(x + dx, foot - 1.25 * size + dy, 0.38 * size, 0.34 * size, green, 0.4);
        }
    }

    private void sky(Canvas canvas, double horizon) {
        double warm = unit(900);
        for (int y = 0; y < canvas.height * horizon + 4 && y < canvas.height; y++) {
            double down = y / (canvas.height * horizon);
            for (int x = 0; x < canvas.width; x++) {
                double at = (double) x / canvas.height;
                double cloud = Noise.rough(seed + 5, 3 * at, 7.0 * y / canvas.height);
                double white = Math.max(0, Math.min(1, 1.6 * cloud + 0.25));
                int i = 3 * (y * canvas.width + x);
                canvas.rgb[i] = (float) (105 + 70 * down + 30 * warm * down + white * 90);
                canvas.rgb[i + 1] = (float) (150 + 45 * down + white * 55);
                canvas.rgb[i + 2] = (float) (205 + 20 * down - 25 * warm * down + white * 25);
            }
        }
    }

    /** A rough plane, its grain finer towards the horizon. */
    private void ground(Canvas canvas, double top, double bottom, int colour, double grain, double frequency) {
        int end = (int) Math.min(canvas.height, Math.round(bottom * canvas.height));
        for (int y = (int) Math.round(top * canvas.height); y < end; y++) {
            double down = (double) y / canvas.height;
            for (int x = 0; x < canvas.width; x++) {
                double at = (double) x / canvas.height;
                double light = 1
                        + grain * Noise.rough(seed + colour, frequency * at, 2 * frequency * down)
                        + 0.15 * (down - top);
                int i = 3 * (y * canvas.width + x);
                canvas.rgb[i] = (float) ((colour >> 16) * light);
                canvas.rgb[i + 1] = (float) ((colour >> 8 & 0xff) * light);
                canvas.rgb[i + 2] = (float) ((colour & 0xff) * light);
            }
        }
    }

    private double unit(int which) {
        return Noise.unit(seed, which);
    }

    private double side(int which) {
        return unit(which + 70) < 0.5 ? -1 : 1;
    }

    private int pick(int[] colours, int which) {
        return colours[(int) (unit(which) * colours.length)];
    }
}
