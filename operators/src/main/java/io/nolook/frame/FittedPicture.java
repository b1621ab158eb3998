package io.nolook.frame;

/**
 * A picture of the model's size, and what it was made of.
 *
 * @param source size that was coded, upright
 * @param picture of the model's size
 */
public record FittedPicture(FrameSize source, Picture picture) {

    /** Of a whole picture. */
    public static FittedPicture of(Picture whole, FrameFitter fitter) {
        return new FittedPicture(new FrameSize(whole.width(), whole.height()), fitter.fit(whole));
    }
}
