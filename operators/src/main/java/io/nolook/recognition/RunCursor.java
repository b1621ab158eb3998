package io.nolook.recognition;

import io.nolook.identity.MadeWith;
import io.nolook.token.HeldTokens;
import io.nolook.token.StreamOrder;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * Where a camera stands in its token frames: an immutable value, its keyed state.
 *
 * @param epoch of the newest token frame
 * @param clip of the newest token frame
 * @param position in the clip of the newest token frame
 * @param lastSequence of the newest token frame
 * @param run sequence number of the first frame since the last gap
 * @param taken token frames of the run that the model saw
 * @param lastTakenAtMicros capture time of the newest of them, by a clock that never runs back
 * @param lastCapturedAtMicros of the newest token frame
 * @param lastArrivalMillis processing time of the newest token frame
 * @param madeWith recognizer and runtime of the run
 * @param held the newest token frame with its escapes resolved; none of a tokenizer without escapes
 */
public record RunCursor(
        long epoch,
        long clip,
        int position,
        long lastSequence,
        long run,
        int taken,
        long lastTakenAtMicros,
        long lastCapturedAtMicros,
        long lastArrivalMillis,
        MadeWith madeWith,
        HeldTokens held) {
    private static final int VERSION = 3;
    private static final int WITHOUT_HELD = 2; // still written where nothing is held, so that 0.2.0 can read it

    /** Of the newest token frame. */
    StreamOrder.Place place() {
        return new StreamOrder.Place(epoch, clip, position, lastCapturedAtMicros);
    }

    /** As bytes; the first is the version. They live in savepoints: old versions stay readable. */
    public byte[] encode() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeByte(held.isEmpty() ? WITHOUT_HELD : VERSION);
            out.writeLong(epoch);
            out.writeLong(clip);
            out.writeInt(position);
            out.writeLong(lastSequence);
            out.writeLong(run);
            out.writeInt(taken);
            out.writeLong(lastTakenAtMicros);
            out.writeLong(lastArrivalMillis);
            out.writeLong(lastCapturedAtMicros);
            madeWith.write(out);
            if (!held.isEmpty()) {
                held.write(out);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /**
     * A cursor of any version written so far.
     *
     * @param now what a cursor of version 1, of 0.1.0, is taken to be made with: it does not tell
     * @throws IllegalArgumentException when the version is newer than this code, or bytes are missing or left over
     */
    public static RunCursor decode(byte[] bytes, MadeWith now) {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            int version = in.readUnsignedByte();
            if (version < 1 || version > VERSION) {
                throw new IllegalArgumentException("found a run cursor of version " + version + ", expected at most "
                        + VERSION + ": restore with the release that wrote it, or a newer one");
            }
            long epoch = in.readLong();
            long clip = in.readLong();
            int position = in.readInt();
            long lastSequence = in.readLong();
            long run = in.readLong();
            int taken = in.readInt();
            long lastTakenAt = in.readLong();
            long lastArrival = in.readLong();
            long lastCapturedAt = version == 1 ? lastTakenAt : in.readLong();
            MadeWith madeWith = version == 1 ? now : MadeWith.read(in);
            HeldTokens held = version == VERSION ? HeldTokens.read(in) : HeldTokens.NONE;
            if (in.available() > 0) {
                throw new IllegalArgumentException("found " + in.available() + " bytes after the run cursor");
            }
            return new RunCursor(
                    epoch,
                    clip,
                    position,
                    lastSequence,
                    run,
                    taken,
                    lastTakenAt,
                    lastCapturedAt,
                    lastArrival,
                    madeWith,
                    held);
        } catch (IOException e) {
            throw new IllegalArgumentException("found a run cursor that ends early at " + bytes.length + " bytes", e);
        }
    }
}
