package io.nolook.tool.generation;

import io.nolook.frame.Picture;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** What is done to a camera's pictures from some frame on. */
public enum Disturbance {
    /** Nothing. */
    NONE,
    /** Another clip is shown from its beginning. */
    FOREIGN,
    /** The last picture stays. */
    FROZEN,
    /** The last picture stays, each with another sensor's noise, as when a camera films a photograph of its scene. */
    FROZEN_NOISY,
    /** Within four frames all turns dark and smooth, but for a sensor's noise. */
    COVERED,
    /** Another clip is shown from its middle. */
    CUT,
    /** All is shown backwards from here. */
    REVERSED;

    private static final double NOISE = 2;

    /**
     * The pictures from there on.
     *
     * @param before those that were shown, at least one
     * @param after those that would come
     * @param other another clip, long enough
     * @param random of the noise, and of how dark it gets
     */
    List<Picture> of(List<Picture> before, List<Picture> after, List<Picture> other, Random random) {
        int count = after.size();
        Picture last = before.get(before.size() - 1);
        return switch (this) {
            case NONE -> after;
            case FOREIGN -> there(other, count);
            case CUT -> there(other.subList(other.size() / 2, other.size()), count);
            case FROZEN -> Collections.nCopies(count, last);
            case FROZEN_NOISY -> noisy(Collections.nCopies(count, last), random);
            case REVERSED -> {
                List<Picture> backwards = new ArrayList<>(before);
                Collections.reverse(backwards);
                yield there(backwards, count);
            }
            case COVERED -> covered(after, random);
        };
    }

    /** Forwards and backwards in turn, so that nothing jumps. */
    static List<Picture> there(List<Picture> pictures, int count) {
        List<Picture> shown = new ArrayList<>(count);
        int period = Math.max(1, 2 * (pictures.size() - 1));
        for (int i = 0; i < count; i++) {
            int at = i % period;
            shown.add(pictures.get(at < pictures.size() ? at : period - at));
        }
        return shown;
    }

    private static List<Picture> covered(List<Picture> after, Random random) {
        double dark = 5 + 55 * random.nextDouble();
        double slope = 5 + 35 * random.nextDouble();
        List<Picture> shown = new ArrayList<>(after.size());
        for (int i = 0; i < after.size(); i++) {
            Picture picture = after.get(i);
            double cover = Math.min(1, (i + 1) / 4.0);
            byte[] rgb = picture.rgb().clone();
            for (int k = 0; k < rgb.length; k++) {
                double smooth =
                        dark + slope * (k / 3 % picture.width()) / picture.width() + NOISE * random.nextGaussian();
                rgb[k] = level((1 - cover) * (rgb[k] & 0xff) + cover * smooth);
            }
            shown.add(new Picture(picture.width(), picture.height(), rgb));
        }
        return shown;
    }

    private static List<Picture> noisy(List<Picture> pictures, Random random) {
        return pictures.stream()
                .map(picture -> {
                    byte[] rgb = picture.rgb().clone();
                    for (int k = 0; k < rgb.length; k++) {
                        rgb[k] = level((rgb[k] & 0xff) + NOISE * random.nextGaussian());
                    }
                    return new Picture(picture.width(), picture.height(), rgb);
                })
                .toList();
    }

    private static byte level(double value) {
        return (byte) Math.max(0, Math.min(255, Math.round(value)));
    }
}
