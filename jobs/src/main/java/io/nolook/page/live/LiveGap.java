package io.nolook.page.live;

/**
 * A clip that began for another reason than the interval.
 *
 * @param reason a {@code KeyframeReason}
 * @param detail what the reason does not say; may be empty
 * @param missingFrom first sequence number missing before it, -1 where none is
 * @param missingTo last sequence number missing before it, -1 where none is
 * @param atMillis when it was told, milliseconds since 1970
 */
public record LiveGap(String reason, String detail, long missingFrom, long missingTo, long atMillis) {}
