package io.nolook.window;

import io.nolook.window.CameraWindow.Clip;
import io.nolook.window.CameraWindow.Cursor;
import io.nolook.window.CameraWindow.PendingFrame;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A camera window as bytes; the first byte is the version.
 *
 * <p>These bytes live in savepoints: a change of layout takes a new version, and old ones stay readable. Pending frames
 * may be up to 1 GiB in all; enums are written by name.
 */
public final class CameraWindowCodec {
    private static final int VERSION = 1;
    private static final int MAX_PENDING = 1 << 30;

    private CameraWindowCodec() {}

    /** The window in the newest version. */
    public static byte[] encode(CameraWindow window) {
        int pixels = window.pending().stream()
                .mapToInt(frame -> frame.rgb().length + 21)
                .sum();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(256 + pixels);
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeByte(VERSION);
            Cursor cursor = window.cursor();
            out.writeLong(cursor.epoch());
            out.writeLong(cursor.runStart());
            out.writeLong(cursor.next());
            out.writeLong(cursor.lastCapturedAtMicros());
            out.writeLong(cursor.lastTakenAtMicros());
            out.writeLong(cursor.lastArrivalMillis());
            out.writeLong(cursor.lowerEpochSinceMillis());
            write(window.clip(), out);
            out.writeInt(window.pending().size());
            for (PendingFrame frame : window.pending()) {
                out.writeLong(frame.sequence());
                out.writeLong(frame.capturedAtMicros());
                out.writeBoolean(frame.timeCorrected());
                out.writeInt(frame.rgb().length);
                out.write(frame.rgb());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /**
     * A window of any version written so far.
     *
     * @throws IllegalArgumentException when the version is newer than this code, or bytes are missing or left over
     */
    public static CameraWindow decode(byte[] bytes) {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            int version = in.readUnsignedByte();
            if (version != VERSION) {
                throw new IllegalArgumentException("found camera window version " + version + ", expected at most "
                        + VERSION + ": restore with the release that wrote it, or a newer one");
            }
            Cursor cursor = new Cursor(
                    in.readLong(),
                    in.readLong(),
                    in.readLong(),
                    in.readLong(),
                    in.readLong(),
                    in.readLong(),
                    in.readLong());
            CameraWindow window = new CameraWindow(cursor, readClip(in), readPending(in));
            if (in.available() > 0) {
                throw new IllegalArgumentException("found " + in.available() + " bytes after the camera window");
            }
            return window;
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "found a camera window that ends early at " + bytes.length + " bytes", e);
        }
    }

    private static void write(Clip clip, DataOutputStream out) throws IOException {
        out.writeUTF(clip.model());
        out.writeLong(clip.first());
        out.writeInt(clip.position());
        out.writeUTF(clip.reason().name());
        out.writeBoolean(clip.skipped().isPresent());
        if (clip.skipped().isPresent()) {
            out.writeLong(clip.skipped().get().from());
            out.writeLong(clip.skipped().get().to());
        }
        out.writeInt(clip.sourceWidth());
        out.writeInt(clip.sourceHeight());
    }

    private static Clip readClip(DataInputStream in) throws IOException {
        String model = in.readUTF();
        long first = in.readLong();
        int position = in.readInt();
        KeyframeReason reason = KeyframeReason.valueOf(in.readUTF());
        Optional<Chunk.Range> skipped =
                in.readBoolean() ? Optional.of(new Chunk.Range(in.readLong(), in.readLong())) : Optional.empty();
        return new Clip(model, first, position, reason, skipped, in.readInt(), in.readInt());
    }

    private static List<PendingFrame> readPending(DataInputStream in) throws IOException {
        int count = in.readInt();
        List<PendingFrame> pending = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            long sequence = in.readLong();
            long capturedAt = in.readLong();
            boolean corrected = in.readBoolean();
            int length = in.readInt();
            if (length < 0 || length > MAX_PENDING || length > in.available()) {
                throw new IllegalArgumentException(
                        "found a pending frame of " + length + " bytes, expected at most " + in.available());
            }
            pending.add(new PendingFrame(sequence, capturedAt, corrected, in.readNBytes(length)));
        }
        return List.copyOf(pending);
    }
}
