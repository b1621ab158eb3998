package io.nolook.record;

import io.nolook.identity.MadeWith;
import io.nolook.playback.ClipCursor;
import io.nolook.schema.SingleObject;
import io.nolook.schema.TokenFrame;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A camera's clip from its keyframe on: keyed state of what continues it.
 *
 * <p>All of it, and not only what a sampler looks back on: what is drawn can be decoded only behind its keyframe.
 *
 * <p>As bytes, which live in savepoints: a change of layout takes a new version, and old ones stay readable.
 *
 * <pre>
 *   kept    = version arrival length cursor count (length frame)*
 *   version = 1 byte, 1
 *   arrival = 8 bytes, milliseconds; length, count = 4 bytes; highest byte first
 *   cursor  = as {@link ClipCursor} writes it, nothing where no token frame has come; frame = an Avro single object
 * </pre>
 *
 * @param arrivalMillis processing time of the newest event of the camera, since 1970
 * @param cursor where it stands, empty before its first token frame
 * @param frames of the clip, oldest first; empty where its keyframe is not known, or where it is too long
 */
public record KeptClip(long arrivalMillis, Optional<ClipCursor> cursor, List<TokenFrame> frames) {
    /** Most token frames that are kept; a longer clip is not continued. */
    public static final int MOST_FRAMES = 512;

    private static final byte VERSION = 1;
    private static final long BYTES_BESIDE_TOKENS = 1024;

    /** Of a camera that nothing was seen of. */
    public static KeptClip none(long arrivalMillis) {
        return new KeptClip(arrivalMillis, Optional.empty(), List.of());
    }

    /** With one more token frame, which plays: it begins a clip, or is the next of this one. */
    public KeptClip and(TokenFrame frame, ClipCursor after, long nowMillis) {
        boolean begins = frame.getPosition() == 0;
        boolean known = begins || frame.getPosition() == frames.size();
        if (!known || frame.getPosition() >= MOST_FRAMES) {
            return without(after, nowMillis);
        }
        List<TokenFrame> longer = new ArrayList<>(frame.getPosition() + 1);
        longer.addAll(begins ? List.of() : frames);
        longer.add(frame);
        return new KeptClip(nowMillis, Optional.of(after), longer);
    }

    /** Whose clip is not known from its keyframe on. */
    public KeptClip without(ClipCursor after, long nowMillis) {
        return new KeptClip(nowMillis, Optional.of(after), List.of());
    }

    /** Heard of at this time. */
    public KeptClip at(long nowMillis) {
        return new KeptClip(nowMillis, cursor, frames);
    }

    /** What it takes on the heap, about. */
    public long bytes() {
        return frames.stream()
                .mapToLong(frame -> BYTES_BESIDE_TOKENS + frame.getTokens().remaining())
                .sum();
    }

    /** As bytes of the newest version. */
    public byte[] encode(SingleObject<TokenFrame> format) {
        byte[] where = cursor.map(ClipCursor::encode).orElse(new byte[0]);
        List<byte[]> encoded = frames.stream().map(format::encode).toList();
        int length =
                encoded.stream().mapToInt(each -> Integer.BYTES + each.length).sum();
        ByteBuffer out = ByteBuffer.allocate(1 + Long.BYTES + 2 * Integer.BYTES + where.length + length)
                .put(VERSION)
                .putLong(arrivalMillis)
                .putInt(where.length)
                .put(where)
                .putInt(encoded.size());
        encoded.forEach(each -> out.putInt(each.length).put(each));
        return out.array();
    }

    /**
     * A state of any version written so far.
     *
     * @param now what a cursor that does not tell is taken to be made with
     * @throws IllegalArgumentException when the version is newer than this code, or bytes are missing or left over
     */
    public static KeptClip decode(byte[] bytes, SingleObject<TokenFrame> format, MadeWith now) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        try {
            byte version = in.get();
            if (version != VERSION) {
                throw new IllegalArgumentException("found a kept clip of version " + version + ", expected version "
                        + VERSION + ": restore with the release that wrote it, or a newer one");
            }
            long arrival = in.getLong();
            byte[] where = new byte[in.getInt()];
            in.get(where);
            List<TokenFrame> frames = new ArrayList<>();
            for (int left = in.getInt(); left > 0; left--) {
                byte[] frame = new byte[in.getInt()];
                in.get(frame);
                frames.add(format.decode(frame));
            }
            if (in.hasRemaining()) {
                throw new IllegalArgumentException("found " + in.remaining() + " bytes after the kept clip");
            }
            Optional<ClipCursor> cursor =
                    where.length == 0 ? Optional.empty() : Optional.of(ClipCursor.decode(where, now));
            return new KeptClip(arrival, cursor, frames);
        } catch (BufferUnderflowException | NegativeArraySizeException | IOException e) {
            throw new IllegalArgumentException("found a kept clip of " + bytes.length + " bytes that ends early", e);
        }
    }
}
