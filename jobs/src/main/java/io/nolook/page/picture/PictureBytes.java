package io.nolook.page.picture;

import java.util.Optional;

/**
 * A picture as a browser gets it, or why there is none.
 *
 * @param number of the frame or token frame that it shows; a browser that has it needs no other
 * @param atMillis when what it shows was sent or captured, milliseconds since 1970
 * @param jpeg coded; empty where there is none
 * @param reason why there is none; else empty
 */
public record PictureBytes(long number, long atMillis, Optional<byte[]> jpeg, String reason) {

    static PictureBytes of(long number, long atMillis, byte[] jpeg) {
        return new PictureBytes(number, atMillis, Optional.of(jpeg), "");
    }

    static PictureBytes none(long number, long atMillis, String reason) {
        return new PictureBytes(number, atMillis, Optional.empty(), reason);
    }
}
