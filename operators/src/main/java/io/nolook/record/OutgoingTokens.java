package io.nolook.record;

import io.nolook.schema.TokenFrame;

/**
 * A token frame and the headers of its record.
 *
 * @param frame the record's value
 * @param headers of the chunk's last frame; see {@link RecordHeaders}
 */
public record OutgoingTokens(TokenFrame frame, byte[] headers) {

    /** Camera id, the record's key. */
    public String camera() {
        return frame.getCamera();
    }
}
