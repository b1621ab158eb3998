package io.nolook.frame;

/**
 * What is asked of a camera, so that no more is done than that.
 *
 * @param framesPerSecond most pictures a second; 0 for all
 * @param shortSide pixels to which the shorter side of larger pictures is brought; 0 leaves them as they are
 * @param jpegAsItIs whether a picture that comes as a JPEG, upright and small enough, is passed on undecoded
 */
public record PicturesWanted(double framesPerSecond, int shortSide, boolean jpegAsItIs) {
    /** All of them, decoded, of the size that they have. */
    public static final PicturesWanted ALL = new PicturesWanted(0, 0, false);

    /** The size to which a picture is brought: smaller or the same. */
    public FrameSize sizeOf(FrameSize picture) {
        if (fits(picture)) {
            return picture;
        }
        double share = (double) shortSide / picture.shorterSide();
        return new FrameSize((int) Math.round(picture.width() * share), (int) Math.round(picture.height() * share));
    }

    /** Whether a picture of this size stays as it is. */
    public boolean fits(FrameSize picture) {
        return shortSide == 0 || picture.shorterSide() <= shortSide;
    }
}
