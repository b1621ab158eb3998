package io.nolook.page.live;

import io.nolook.schema.TokenFrame;
import java.util.List;

/**
 * The newest token frames of a camera, all of one clip and one after the other.
 *
 * @param number of the newest one as this page counts, 0 before the first
 * @param frames oldest first; the last one is the newest; empty while none can be decoded
 */
public record LiveClip(long number, List<TokenFrame> frames) {}
