package io.nolook.window;

import io.nolook.identity.MadeWith;
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
 * may be up to 1 GiB in all; enums are written by name. Version 1, of 0.1.0, told the model alone of what the clip was
 * made with, and knew neither jumps of clocks nor headers.
 */
public final class CameraWindowCodec {
    private static final int VERSION = 2;
    private static final byte[] NO_HEADERS = new byte[0];
    private static final int MAX_PENDING = 1 << 30;

    private CameraWindowCodec() {}

    /** The window in the newest version. */
    public static byte[] encode(CameraWindow window) {
        int pixels = window.pending().stream()
                .mapToInt(frame -> frame.rgb().length + frame.headers().length + 25)
                .sum();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(256 + pixels);
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeByte(VERSION);
            Cursor cursor = window.cursor();
            out.writeLong(cursor.epoch());
            out.writeLong(cursor.runStart());
            out.writeLong(cursor.next());
            out.writeLong(cursor.clock().lastCapturedAtMicros());
            out.writeLong(cursor.clock().usualStepMicros());
            out.writeLong(cursor.clock().jumpedMicros());
            out.writeLong(cursor.lastTakenAtMicros());
            out.writeLong(cursor.lastArrivalMillis());
            out.writeLong(cursor.refusedSinceMillis());
            write(window.clip(), out);
            out.writeInt(window.pending().size());
            for (PendingFrame frame : window.pending()) {
                out.writeLong(frame.sequence());
                out.writeLong(frame.capturedAtMicros());
                out.writeBoolean(frame.timeCorrected());
                write(frame.headers(), out);
                write(frame.rgb(), out);
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
            if (version < 1 || version > VERSION) {
                throw new IllegalArgumentException("found camera window version " + version + ", expected at most "
                        + VERSION + ": restore with the release that wrote it, or a newer one");
            }
            Cursor cursor = new Cursor(
                    in.readLong(),
                    in.readLong(),
                    in.readLong(),
                    readClock(in, version),
                    in.readLong(),
                    in.readLong(),
                    in.readLong());
            CameraWindow window = new CameraWindow(cursor, readClip(in, version), readPending(in, version));
            if (in.available() > 0) {
                throw new IllegalArgumentException("found " + in.available() + " bytes after the camera window");
            }
            return window;
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "found a camera window that ends early at " + bytes.length + " bytes", e);
        }
    }

    private static void write(byte[] bytes, DataOutputStream out) throws IOException {
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    private static CameraClock readClock(DataInputStream in, int version) throws IOException {
        return version == 1
                ? new CameraClock(in.readLong(), 0, 0)
                : new CameraClock(in.readLong(), in.readLong(), in.readLong());
    }

    private static void write(Clip clip, DataOutputStream out) throws IOException {
        clip.madeWith().write(out);
        out.writeLong(clip.first());
        out.writeInt(clip.position());
        Beginning begins = clip.begins();
        out.writeUTF(begins.reason().name());
        out.writeUTF(begins.detail());
        out.writeBoolean(begins.skipped().isPresent());
        if (begins.skipped().isPresent()) {
            out.writeLong(begins.skipped().get().from());
            out.writeLong(begins.skipped().get().to());
        }
        out.writeBoolean(begins.follows().isPresent());
        if (begins.follows().isPresent()) {
            out.writeLong(begins.follows().get().clip());
            out.writeInt(begins.follows().get().position());
        }
        out.writeInt(clip.sourceWidth());
        out.writeInt(clip.sourceHeight());
    }

    private static Clip readClip(DataInputStream in, int version) throws IOException {
        MadeWith madeWith = version == 1 ? MadeWith.model(in.readUTF()) : MadeWith.read(in);
        long first = in.readLong();
        int position = in.readInt();
        KeyframeReason reason = KeyframeReason.valueOf(in.readUTF());
        String detail = version == 1 ? "" : in.readUTF();
        Optional<Chunk.Range> skipped =
                in.readBoolean() ? Optional.of(new Chunk.Range(in.readLong(), in.readLong())) : Optional.empty();
        Optional<Chunk.Place> follows = version > 1 && in.readBoolean()
                ? Optional.of(new Chunk.Place(in.readLong(), in.readInt()))
                : Optional.empty();
        Beginning begins = new Beginning(reason, detail, skipped, follows);
        return new Clip(madeWith, first, position, begins, in.readInt(), in.readInt());
    }

    private static List<PendingFrame> readPending(DataInputStream in, int version) throws IOException {
        int count = in.readInt();
        List<PendingFrame> pending = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            long sequence = in.readLong();
            long capturedAt = in.readLong();
            boolean corrected = in.readBoolean();
            byte[] headers = version == 1 ? NO_HEADERS : readBytes(in, "headers");
            pending.add(new PendingFrame(sequence, capturedAt, corrected, headers, readBytes(in, "a pending frame")));
        }
        return List.copyOf(pending);
    }

    private static byte[] readBytes(DataInputStream in, String what) throws IOException {
        int length = in.readInt();
        if (length < 0 || length > MAX_PENDING || length > in.available()) {
            throw new IllegalArgumentException(
                    "found " + what + " of " + length + " bytes, expected at most " + in.available());
        }
        return in.readNBytes(length);
    }
}
