package io.nolook.flink.model;

import io.nolook.model.StepPlace;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * An input that a camera's history keeps, and the step that it was of.
 *
 * <p>As bytes, which live in savepoints: a change of layout takes a new version, and old ones stay readable.
 *
 * <pre>
 *   slot    = version epoch clip position input
 *   version = 1 byte, 0x82: version 2 with the highest bit, which no epoch begins with
 *   epoch   = 8 bytes, clip = 8 bytes, position = 4 bytes, highest byte first
 *   input   = all that follows
 * </pre>
 *
 * <p>Version 1 had no version byte and was else the same. So chunk 7 of clip 1 in epoch 2, of one input byte 9, is
 * {@code 82 0000000000000002 0000000000000001 00000007 09}.
 *
 * @param at epoch, clip and position
 * @param input whole, as the rules keep it
 */
record HistorySlot(StepPlace at, byte[] input) {
    private static final byte VERSION = (byte) 0x82;
    private static final int PLACE = 2 * Long.BYTES + Integer.BYTES;

    byte[] encode() {
        return ByteBuffer.allocate(1 + PLACE + input.length)
                .put(VERSION)
                .putLong(at.epoch())
                .putLong(at.clip())
                .putInt(at.position())
                .put(input)
                .array();
    }

    /**
     * A slot of any version written so far.
     *
     * @throws IllegalArgumentException when the version is newer than this code, or bytes are missing
     */
    static HistorySlot decode(byte[] bytes) {
        boolean versioned = bytes.length > 0 && bytes[0] < 0;
        if (versioned && bytes[0] != VERSION) {
            throw new IllegalArgumentException("found a history slot of version " + (bytes[0] & 0x7f)
                    + ", expected at most 2: restore with the release that wrote it, or a newer one");
        }
        int header = PLACE + (versioned ? 1 : 0);
        if (bytes.length < header) {
            throw new IllegalArgumentException(
                    "found a history slot of " + bytes.length + " bytes, expected at least " + header);
        }
        ByteBuffer in = ByteBuffer.wrap(bytes, header - PLACE, PLACE);
        StepPlace at = new StepPlace(in.getLong(), in.getLong(), in.getInt());
        return new HistorySlot(at, Arrays.copyOfRange(bytes, header, bytes.length));
    }
}
