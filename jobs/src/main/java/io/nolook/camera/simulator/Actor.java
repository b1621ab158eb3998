package io.nolook.camera.simulator;

/**
 * Something that moves through a scene on its own line.
 *
 * @param kind what it looks like
 * @param ground world y of what it stands on
 * @param size its height in world units, about
 * @param speed world units a second, to the right when positive
 * @param start world x at time 0
 * @param colour of its paint or its shirt
 * @param secondColour of stripes or trousers
 */
record Actor(Kind kind, double ground, double size, double speed, double start, int colour, int secondColour) {
    private static final int SKIN = 0xc99a7a;
    private static final int TYRE = 0x17171a;
    private static final int GLASS = 0x39505f;
    private static final int HUB = 0x9a9aa0;

    /** What an actor looks like. */
    enum Kind {
        CAR,
        PERSON,
        BALL,
        CRATE
    }

    /** @param worldWidth an actor that left on one side comes back on the other */
    void paint(Canvas canvas, double seconds, double worldWidth) {
        double margin = 3 * size;
        double span = worldWidth + 2 * margin;
        double way = start + speed * seconds;
        double x = way - Math.floor(way / span) * span - margin;
        switch (kind) {
            case CAR -> car(canvas, x);
            case PERSON -> person(canvas, x, seconds);
            case BALL -> ball(canvas, x, seconds);
            default -> crate(canvas, x);
        }
    }

    private void car(Canvas canvas, double x) {
        double s = size;
        double front = Math.signum(speed);
        canvas.shadow(x, ground, 1.35 * s, 0.16 * s);
        canvas.box(x - 0.1 * s * front, ground - 0.72 * s, 0.62 * s, 0.27 * s, 0.16 * s, colour, 0.05);
        canvas.box(x - 0.42 * s * front, ground - 0.73 * s, 0.24 * s, 0.17 * s, 0.06 * s, GLASS, 0.2);
        canvas.box(x + 0.16 * s * front, ground - 0.73 * s, 0.26 * s, 0.17 * s, 0.06 * s, GLASS, 0.2);
        canvas.box(x, ground - 0.36 * s, 1.15 * s, 0.22 * s, 0.13 * s, colour, 0.08);
        canvas.box(x, ground - 0.24 * s, 1.1 * s, 0.04 * s, 0.02 * s, secondColour, 0);
        canvas.ellipse(x + 1.08 * s * front, ground - 0.42 * s, 0.07 * s, 0.06 * s, 0xfff2c0, 0);
        canvas.ellipse(x - 1.1 * s * front, ground - 0.42 * s, 0.05 * s, 0.06 * s, 0xb01818, 0);
        for (int side = -1; side <= 1; side += 2) {
            canvas.ellipse(x + 0.65 * s * side, ground - 0.17 * s, 0.2 * s, 0.2 * s, TYRE, 0);
            canvas.ellipse(x + 0.65 * s * side, ground - 0.17 * s, 0.09 * s, 0.09 * s, HUB, 0);
        }
    }

    private void person(Canvas canvas, double x, double seconds) {
        double s = size;
        double hip = ground - 0.47 * s;
        double shoulder = ground - 0.8 * s;
        double swing = StrictMath.sin(seconds * 5.5 + start * 40);
        double stride = 0.17 * s * swing;
        double lean = 0.02 * s * Math.signum(speed);
        canvas.shadow(x, ground, 0.3 * s, 0.06 * s);
        canvas.line(x, shoulder + 0.05 * s, x + 0.7 * stride, hip + 0.02 * s, 0.04 * s, SKIN);
        canvas.line(x, hip, x + stride, ground - 0.03 * s, 0.065 * s, secondColour);
        canvas.line(x, hip, x - stride, ground - 0.03 * s, 0.065 * s, secondColour);
        canvas.box(x + lean, (hip + shoulder) / 2, 0.125 * s, 0.2 * s, 0.07 * s, colour, 0.25);
        canvas.line(x + lean, shoulder + 0.05 * s, x - 0.8 * stride, hip - 0.02 * s, 0.045 * s, colour);
        canvas.ellipse(x + 1.5 * lean, ground - 0.9 * s, 0.085 * s, 0.1 * s, SKIN, 0);
        canvas.ellipse(x + lean, ground - 0.95 * s, 0.085 * s, 0.06 * s, 0x2b2019, 0);
    }

    private void ball(Canvas canvas, double x, double seconds) {
        double s = size;
        double bounce = Math.abs(StrictMath.sin(seconds * 2.6 + start * 9));
        double y = ground - 0.5 * s - 1.6 * s * bounce;
        double turn = x / (0.5 * s);
        double dx = 0.25 * s * StrictMath.cos(turn);
        double dy = 0.25 * s * StrictMath.sin(turn);
        canvas.shadow(x, ground, s * (0.6 - 0.25 * bounce), 0.12 * s);
        canvas.ellipse(x, y, 0.5 * s, 0.5 * s, colour, 0.1);
        canvas.line(x - dx, y - dy, x + dx, y + dy, 0.09 * s, secondColour);
        canvas.ellipse(x - 0.15 * s, y - 0.2 * s, 0.08 * s, 0.06 * s, 0xffffff, 0);
    }

    private void crate(Canvas canvas, double x) {
        double s = size;
        canvas.shadow(x, ground, 0.75 * s, 0.1 * s);
        canvas.box(x, ground - 0.5 * s, 0.55 * s, 0.48 * s, 0.03 * s, colour, 0.12);
        canvas.box(x, ground - 0.5 * s, 0.09 * s, 0.48 * s, 0.01 * s, secondColour, 0.1);
        canvas.box(x + 0.27 * s, ground - 0.68 * s, 0.16 * s, 0.12 * s, 0.01 * s, 0xe8e4da, 0.1);
        canvas.line(x + 0.16 * s, ground - 0.66 * s, x + 0.38 * s, ground - 0.66 * s, 0.02 * s, 0x303030);
    }
}
