package io.nolook.tokenizer;

import io.nolook.frame.FrameSize;
import io.nolook.tokenizer.ModelRefusedException.Reason;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The shape of one remembered tensor of one camera, without the batch axis.
 *
 * @param name module path
 * @param frames remembered, at least 1
 * @param channels at least 1
 * @param heightDivisor the tensor's rows are the picture's over this
 * @param widthDivisor the tensor's columns are the picture's over this
 */
public record CacheShape(String name, int frames, int channels, int heightDivisor, int widthDivisor) {
    private static final Pattern TEXT = Pattern.compile("(\\d{1,6}),(\\d{1,6}),H(?:/(\\d{1,4}))?,W(?:/(\\d{1,4}))?");

    /** Reads {@code 2,96,H/8,W/8}. */
    static CacheShape parse(String name, String text) {
        Matcher matcher = TEXT.matcher(text.replace(" ", ""));
        if (!matcher.matches()) {
            throw new ModelRefusedException(
                    Reason.METADATA,
                    "cache." + name + ".shape: found '" + text + "', expected FRAMES,CHANNELS,H/d,W/d");
        }
        return new CacheShape(
                name,
                Integer.parseInt(matcher.group(1)),
                Integer.parseInt(matcher.group(2)),
                matcher.group(3) == null ? 1 : Integer.parseInt(matcher.group(3)),
                matcher.group(4) == null ? 1 : Integer.parseInt(matcher.group(4)));
    }

    /** The tensor's shape [frames, C, H, W] for pictures of a size. */
    public long[] dimensions(FrameSize size) {
        return new long[] {frames, channels, size.height() / heightDivisor, size.width() / widthDivisor};
    }

    /** Floats of the tensor for pictures of a size. */
    public int floats(FrameSize size) {
        return Math.toIntExact(
                (long) frames * channels * (size.height() / heightDivisor) * (size.width() / widthDivisor));
    }
}
