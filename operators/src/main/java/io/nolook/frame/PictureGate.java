package io.nolook.frame;

import io.nolook.failure.FailureCode;
import io.nolook.failure.IntakeException;

/**
 * Refuses a picture by what its header says, before anything is decoded.
 *
 * @param encoding named in the messages
 * @param limits what a picture may cost
 * @param declared the size the record gives, or null when the picture's own header is the only word
 */
record PictureGate(FrameEncoding encoding, FrameLimits limits, FrameSize declared) {

    /** @throws IntakeException when the header's size is empty, too large, or not the declared one */
    void admitSize(int width, int height) throws IntakeException {
        if (width < 1 || height < 1) {
            throw unreadable("a header with " + width + " x " + height + " pixels", "at least one pixel");
        }
        long pixels = (long) width * height;
        if (pixels > limits.maxPixels()) {
            throw new IntakeException(
                    FailureCode.PICTURE_TOO_MANY_PIXELS,
                    "found a " + encoding + " of " + width + " x " + height + " = " + pixels
                            + " pixels, expected at most " + limits.maxPixels()
                            + "; lower the camera's resolution or raise frame.max-pixels");
        }
        if (declared != null && (width != declared.width() || height != declared.height())) {
            throw new IntakeException(
                    FailureCode.PICTURE_WRONG_SIZE,
                    "found a " + encoding + " of " + width + " x " + height + ", expected the record's "
                            + declared.width() + " x " + declared.height()
                            + "; declare the coded size, before any EXIF rotation");
        }
    }

    /** @throws IntakeException when there is one scan too many for so many pixels */
    void admitScans(int scans, long pixels) throws IntakeException {
        int most = limits.scansOf(pixels);
        if (scans > most) {
            throw new IntakeException(
                    FailureCode.PICTURE_TOO_MANY_SCANS,
                    "found " + scans + " or more scans in a JPEG, expected at most " + most + "; send baseline JPEG");
        }
    }

    IntakeException truncated(String found, String expected) {
        return new IntakeException(
                FailureCode.PICTURE_TRUNCATED,
                "found a " + encoding + " " + found + ", expected " + expected + "; send the whole picture");
    }

    IntakeException unreadable(String found, String expected) {
        return new IntakeException(
                FailureCode.PICTURE_UNREADABLE,
                "found in a " + encoding + ": " + found + ", expected " + expected + "; check the camera's encoder");
    }
}
