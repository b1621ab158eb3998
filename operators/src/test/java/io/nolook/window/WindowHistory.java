package io.nolook.window;

import io.nolook.identity.MadeWith;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * What happens to one camera's window, at random from a seed: each event whole, so that any may be left out.
 *
 * @param spec at the beginning
 * @param events in order
 */
public record WindowHistory(WindowSpec spec, List<Event> events) {

    /** One thing that happens. */
    public sealed interface Event {}

    /** A frame comes. */
    public record Comes(CameraFrame frame, long nowMillis) implements Event {
        @Override
        public String toString() {
            return frame.epoch() + "/" + frame.sequence() + " captured " + (frame.capturedAtMicros() - START_MICROS)
                    + " us, size " + frame.sourceWidth() + ", sent " + (frame.sentAtMillis() - CameraRun.NOW_MILLIS)
                    + " ms, now " + (nowMillis - CameraRun.NOW_MILLIS) + " ms";
        }
    }

    /** The job is started again, with these settings, from the bytes of its state. */
    public record Restart(WindowSpec spec) implements Event {}

    /** The job that runs is told to use another model. */
    public record Switch(WindowSpec spec) implements Event {}

    /** The input ends, or the job is drained; then it goes on. */
    public record Finish() implements Event {}

    /** Somebody asks for a keyframe. */
    public record Ask() implements Event {}

    /** The camera is silent for the first time that long. */
    public record Silent() implements Event {}

    /** The camera is silent for too long. */
    public record Forget() implements Event {}

    private static final long START_MICROS = CameraRun.START_MICROS;

    static WindowHistory of(long seed) {
        return new Maker(new SplittableRandom(seed)).make();
    }

    /** Makes a history; what it remembers is what a camera and its job would. */
    private static final class Maker {
        private final SplittableRandom random;
        private final int models;
        private WindowSpec spec;
        private long now = CameraRun.NOW_MILLIS;
        private long epoch = 1000;
        private long highest = 1000;
        private long next;
        private long captured = START_MICROS;
        private int width = 64;
        private boolean overloaded;
        private int lowerLeft;

        Maker(SplittableRandom random) {
            this.random = random;
            models = random.nextInt(1000);
            spec = settings();
        }

        WindowHistory make() {
            WindowSpec first = spec;
            List<Event> events = new ArrayList<>();
            int frames = 1 + random.nextInt(60);
            int calm = 2 + random.nextInt(20);
            while (frames-- > 0) {
                if (random.nextInt(calm) == 0) {
                    between(events);
                }
                events.add(comes());
            }
            events.add(new Finish());
            events.add(new Forget());
            return new WindowHistory(first, events);
        }

        private void between(List<Event> events) {
            switch (random.nextInt(9)) {
                case 6 -> events.add(new Ask());
                case 0 -> {
                    spec = settings();
                    events.add(new Restart(spec));
                }
                case 1, 2 -> events.add(new Restart(spec));
                case 3 -> events.add(new Finish());
                case 4 -> events.add(new Silent());
                case 5 -> {
                    now += 600_000;
                    events.add(new Silent());
                    events.add(new Forget());
                }
                default -> overloaded = !overloaded;
            }
        }

        private Comes comes() {
            long sequence = next;
            int age = random.nextInt(overloaded ? 1500 : 60);
            now += random.nextInt(20) == 0 ? random.nextInt(1500) : random.nextInt(70);
            if (lowerLeft > 0 && --lowerLeft == 0) {
                epoch = highest;
            }
            switch (random.nextInt(40)) {
                case 0, 1 -> sequence = next + 1 + random.nextInt(9);
                case 2, 3, 4 -> sequence = Math.max(0, next - 1 - random.nextInt(12));
                case 5 -> {
                    epoch = ++highest;
                    sequence = random.nextInt(5);
                }
                case 6 -> {
                    epoch = highest - 1 - random.nextInt(3);
                    lowerLeft = random.nextInt(20);
                }
                case 7 -> width = random.nextInt(2) == 0 ? 64 : 65;
                case 8 -> {
                    return new Comes(frame(next + 40 + random.nextInt(50), age), now); // perhaps too far ahead
                }
                default -> {
                    // the next frame of the camera
                }
            }
            next = Math.max(next, sequence + 1);
            if (sequence < next - 30) {
                next = sequence + 1;
            }
            return new Comes(frame(sequence, age), now);
        }

        private CameraFrame frame(long sequence, int age) {
            CameraFrame frame = CameraRun.frame(epoch, sequence, told(), width);
            return new CameraFrame(
                    frame.camera(),
                    frame.epoch(),
                    frame.sequence(),
                    frame.capturedAtMicros(),
                    frame.sourceWidth(),
                    frame.sourceHeight(),
                    frame.rgb(),
                    random.nextInt(50) == 0 ? Long.MAX_VALUE : now - age,
                    Carried.NOTHING);
        }

        /** The time that the camera tells: mostly right, sometimes again, back, ahead, or nonsense. */
        private long told() {
            captured += 20_000 + random.nextInt(30_000);
            return switch (random.nextInt(40)) {
                case 0 -> captured - 40_000;
                case 1 -> captured -= random.nextInt(3_000_000);
                case 2 -> captured += random.nextInt(3_000_000);
                case 3 -> captured + 3_600_000_000L - 50_000 + random.nextInt(100_000);
                case 4 -> -random.nextLong(1L << 60);
                case 5 -> random.nextLong() >>> 1;
                case 6 -> captured -= captured - now * 1000;
                case 7 -> captured += (random.nextInt(2) * 2 - 1) * random.nextLong(7_200_000_000L);
                default -> captured;
            };
        }

        private WindowSpec settings() {
            int[] chunkFrames = {4, 4, 4, 4, 1, 2, 5}; // a model's own
            long[] sampling = {0, 0, 40_000, 100_000};
            long[] reset = {0, 300, 1000, 1000};
            long[] freshness = {0, 200, 1000};
            int model = random.nextInt(3);
            long[] ahead = {60, 1000, Long.MAX_VALUE};
            return new WindowSpec(
                    new MadeWith(
                            "model-" + model,
                            "runtime-" + random.nextInt(4) / 3,
                            1,
                            1,
                            random.nextInt(4) == 0 ? "PAD" : "CROP"),
                    chunkFrames[(models + model) % chunkFrames.length],
                    2,
                    1 + random.nextInt(6),
                    sampling[random.nextInt(4)],
                    reset[random.nextInt(4)],
                    ahead[random.nextInt(3)],
                    freshness[random.nextInt(3)]);
        }
    }
}
