package io.nolook.tool.size;

import io.nolook.frame.FrameSize;

/**
 * What is to be tokenized.
 *
 * @param cameras at least 1
 * @param framesPerSecond of each, above 0
 * @param source pixels of their pictures
 * @param pictureBytes of one, on average
 */
public record Fleet(int cameras, double framesPerSecond, FrameSize source, long pictureBytes) {

    public Fleet {
        if (cameras < 1) {
            throw new IllegalArgumentException("--cameras: found " + cameras + ", expected at least 1");
        }
        if (!(framesPerSecond > 0 && framesPerSecond <= 1000)) {
            throw new IllegalArgumentException("--rate: found " + framesPerSecond + ", expected above 0, at most 1000");
        }
        if (pictureBytes < 1) {
            throw new IllegalArgumentException("--picture-bytes: found " + pictureBytes + ", expected at least 1");
        }
    }

    double frames() {
        return cameras * framesPerSecond;
    }
}
