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
        int shorter = Math.min(picture.width(), picture.height());
        if (fits(shorter)) {
            return picture;
        }
        double share = (double) shortSide / shorter;
        return new FrameSize((int) Math.round(picture.width() * share), (int) Math.round(picture.height() * share));
    }

    /** Whether a picture whose shorter side has so many pixels stays as it is. */
    public boolean fits(int shorterSide) {
        return shortSide == 0 || shorterSide <= shortSide;
    }
}
