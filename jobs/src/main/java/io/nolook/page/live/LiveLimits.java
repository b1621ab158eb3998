package io.nolook.page.live;

/**
 * What the page may keep in memory.
 *
 * @param cameras most that are known; further ones are counted
 * @param pictureBytes of the newest frames of all cameras together; then the oldest one goes
 * @param tokenFrames newest of each camera's clip, for decoding
 * @param notes newest actions, gaps and dead letters of each camera, each
 */
public record LiveLimits(int cameras, long pictureBytes, int tokenFrames, int notes) {

    public LiveLimits {
        if (cameras < 1 || pictureBytes < 1 || tokenFrames < 1 || notes < 1) {
            throw new IllegalArgumentException("found limits of " + cameras + " cameras, " + pictureBytes
                    + " bytes of pictures, " + tokenFrames + " token frames and " + notes
                    + " notes, expected at least 1 each");
        }
    }
}
