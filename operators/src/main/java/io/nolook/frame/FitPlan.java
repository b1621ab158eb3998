package io.nolook.frame;

/**
 * How samples of a picture become those of the model's size.
 *
 * @param fitter that it is for
 * @param size of the picture, pixels
 * @param stepAcross pixels of the picture that one sample stands for, across
 * @param stepDown pixels of the picture that one sample stands for, down
 * @param across from columns to columns
 * @param down from rows to rows
 * @param left first column of the model's picture that is not a bar
 * @param top first row of the model's picture that is not a bar
 */
record FitPlan(
        FrameFitter fitter,
        FrameSize size,
        int stepAcross,
        int stepDown,
        Resampling across,
        Resampling down,
        int left,
        int top) {

    boolean isFor(FrameFitter fitter, FrameSize size, int stepAcross, int stepDown) {
        return this.fitter == fitter
                && this.stepAcross == stepAcross
                && this.stepDown == stepDown
                && this.size.equals(size);
    }

    static FitPlan of(FrameFitter fitter, FrameSize size, int stepAcross, int stepDown) {
        int w = size.width();
        int h = size.height();
        int width = fitter.width();
        int height = fitter.height();
        // products of sides stay far below 2^63: a picture has at most 2^30 pixels
        boolean wider = (long) w * height >= (long) h * width;
        Resampling across = whole(w, width, stepAcross);
        Resampling down = whole(h, height, stepDown);
        if (fitter.fit() == FrameFit.CROP && wider) {
            across = centre(w, width, (long) h * width, height, stepAcross);
        } else if (fitter.fit() == FrameFit.CROP) {
            down = centre(h, height, (long) w * height, width, stepDown);
        } else if (fitter.fit() == FrameFit.PAD && wider) {
            down = whole(h, rounded((long) h * width, w), stepDown);
        } else if (fitter.fit() == FrameFit.PAD) {
            across = whole(w, rounded((long) w * height, h), stepAcross);
        }
        int left = (width - across.first().length) / 2;
        int top = (height - down.first().length) / 2;
        return new FitPlan(fitter, size, stepAcross, stepDown, across, down, left, top);
    }

    private static Resampling whole(int pixels, int target, int step) {
        return Resampling.of(samples(pixels, step), target, 0, pixels, step);
    }

    /** The middle {@code length / unit} of the pixels. */
    private static Resampling centre(int pixels, int target, long length, long unit, int step) {
        return Resampling.of(samples(pixels, step), target, pixels * unit - length, 2 * length, 2 * unit * step);
    }

    private static int samples(int pixels, int step) {
        return (pixels + step - 1) / step;
    }

    private static int rounded(long dividend, long divisor) {
        return (int) Math.max(1, (2 * dividend + divisor) / (2 * divisor));
    }
}
