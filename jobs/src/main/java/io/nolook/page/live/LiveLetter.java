package io.nolook.page.live;

/**
 * A record of a camera that failed; its bytes stay in the topic.
 *
 * @param code countable, such as {@code PICTURE_TRUNCATED}
 * @param reason what was found, what was expected, and the fix
 * @param topic of the original
 * @param partition of the original
 * @param offset of the original
 * @param atMillis when it was told, milliseconds since 1970
 */
public record LiveLetter(String code, String reason, String topic, int partition, long offset, long atMillis) {}
