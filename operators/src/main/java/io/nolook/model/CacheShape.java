package io.nolook.model;

import io.nolook.frame.FrameSize;
import io.nolook.model.ModelRefusedException.Reason;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The shape of one remembered tensor of one camera, without the batch axis.
 *
 * @param name module path
 * @param frames remembered, at least 1
 * @param channels at least 1
 * @param rows of the tensor
 * @param columns of the tensor
 * @param cell one number of it
 */
public record CacheShape(String name, int frames, int channels, Side rows, Side columns, Cell cell) {
    private static final Pattern TEXT = Pattern.compile(
            "(\\d{1,6}),(\\d{1,6}),(H(?:/[1-9]\\d{0,3})?|[1-9]\\d{0,3}),(W(?:/[1-9]\\d{0,3})?|[1-9]\\d{0,3})");

    /**
     * A side of the tensor: the picture's over a divisor, or always the same.
     *
     * @param divisor of the picture's side, 0 for a side that is always the same
     * @param fixed that side; 0 with a divisor
     */
    public record Side(int divisor, int fixed) {

        /** Reads {@code H}, {@code H/8} or {@code 4}. */
        static Side parse(String text) {
            if (Character.isDigit(text.charAt(0))) {
                return new Side(0, Integer.parseInt(text));
            }
            int slash = text.indexOf('/');
            return new Side(slash < 0 ? 1 : Integer.parseInt(text.substring(slash + 1)), 0);
        }

        int of(int pixels) {
            return divisor == 0 ? fixed : pixels / divisor;
        }
    }

    /**
     * One number of a tensor.
     *
     * @param type FLOAT or BYTE
     * @param start byte that a clip's beginning is filled with: what stands for zero
     */
    public record Cell(Type type, byte start) {
        /** A float, which begins as zero. */
        public static final Cell FLOAT = new Cell(Type.FLOAT, (byte) 0);

        /** How numbers are stored. */
        public enum Type {
            FLOAT(Float.BYTES),
            BYTE(1);

            private final int bytes;

            Type(int bytes) {
                this.bytes = bytes;
            }
        }

        /** Reads {@code cache.NAME.type} and {@code cache.NAME.start}; a float where they are not. */
        static Cell of(String name, Map<String, String> metadata) {
            String key = "cache." + name + ".type";
            return switch (metadata.getOrDefault(key, "float32")) {
                case "float32" -> FLOAT;
                case "uint8" ->
                    new Cell(Type.BYTE, (byte) ModelSpec.number(metadata, "cache." + name + ".start", 0, 255));
                default ->
                    throw new ModelRefusedException(
                            Reason.METADATA, key + ": found '" + metadata.get(key) + "', expected float32 or uint8");
            };
        }
    }

    /** Reads {@code 2,96,H/8,W/8}. */
    static CacheShape parse(String name, String text, Cell cell) {
        Matcher matcher = TEXT.matcher(text.replace(" ", ""));
        if (!matcher.matches()) {
            throw new ModelRefusedException(
                    Reason.METADATA,
                    "cache." + name + ".shape: found '" + text
                            + "', expected FRAMES,CHANNELS,H/d,W/d (or plain numbers for sides that never change)");
        }
        return new CacheShape(
                name,
                Integer.parseInt(matcher.group(1)),
                Integer.parseInt(matcher.group(2)),
                Side.parse(matcher.group(3)),
                Side.parse(matcher.group(4)),
                cell);
    }

    /** The tensor's shape [frames, C, H, W] for pictures of a size. */
    public long[] dimensions(FrameSize size) {
        return new long[] {frames, channels, rows.of(size.height()), columns.of(size.width())};
    }

    /** Bytes of the tensor for pictures of a size. */
    public int bytes(FrameSize size) {
        return Math.toIntExact(
                (long) cell.type().bytes * frames * channels * rows.of(size.height()) * columns.of(size.width()));
    }
}
