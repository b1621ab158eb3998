package io.nolook.window;

/**
 * What travels with a frame unread.
 *
 * @param headers of its record, as they were encoded; empty for none
 * @param deadLetter what it becomes when its place is refused, as it was encoded; empty when it cannot be
 */
public record Carried(byte[] headers, byte[] deadLetter) {
    /** Nothing. */
    public static final Carried NOTHING = new Carried(new byte[0], new byte[0]);
}
