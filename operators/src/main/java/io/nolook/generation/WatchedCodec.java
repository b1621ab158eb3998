package io.nolook.generation;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;

/**
 * What is known of a watched camera, as bytes; the first is the version.
 *
 * <p>These bytes live in savepoints: a change of layout takes a new version, and old ones stay readable.
 *
 * <pre>
 *   watched = version usual recent quiet active?
 *   version = 1 byte, 1
 *   usual   = count next highs means levels      count, next: 2 bytes; highs, means: count bytes each
 *   levels  = 1 byte, as many bytes
 *   recent  = 1 byte, as many floats
 *   quiet   = 4 bytes
 *   active? = 1 byte, 0 or 1, then kind (1 byte) epoch (8) frames frames score low high (floats) 1 byte, as many floats
 *   frames  = 5 numbers of 8 bytes
 * </pre>
 */
public final class WatchedCodec {
    private static final int VERSION = 1;

    private WatchedCodec() {}

    public static byte[] encode(Watched watched) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(1024);
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeByte(VERSION);
            Usual usual = watched.usual();
            byte[] highs = usual.highs();
            byte[] block = usual.block();
            out.writeShort(highs.length);
            out.writeShort(usual.next());
            out.write(highs);
            out.write(usual.means());
            out.writeByte(block.length);
            out.write(block);
            write(out, watched.recent());
            out.writeInt(watched.quiet());
            out.writeBoolean(watched.active().isPresent());
            if (watched.active().isPresent()) {
                write(out, watched.active().get());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static void write(DataOutputStream out, Anomaly active) throws IOException {
        out.writeByte(active.kind().ordinal());
        out.writeLong(active.epoch());
        write(out, active.first());
        write(out, active.last());
        out.writeFloat(active.score());
        out.writeFloat(active.low());
        out.writeFloat(active.high());
        write(out, active.map());
    }

    private static void write(DataOutputStream out, Scored.Frames frames) throws IOException {
        out.writeLong(frames.firstSequence());
        out.writeLong(frames.lastSequence());
        out.writeLong(frames.firstCapturedAtMicros());
        out.writeLong(frames.lastCapturedAtMicros());
        out.writeLong(frames.clockJumpedMicros());
    }

    private static void write(DataOutputStream out, float[] values) throws IOException {
        out.writeByte(values.length);
        for (float value : values) {
            out.writeFloat(value);
        }
    }

    /**
     * A state of any version written so far.
     *
     * @throws IllegalArgumentException when the version is newer than this code, or bytes are missing or left over
     */
    public static Watched decode(byte[] bytes) {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            int version = in.readUnsignedByte();
            if (version != VERSION) {
                throw new IllegalArgumentException("found the state of a watched camera of version " + version
                        + ", expected " + VERSION + ": restore with the release that wrote it, or a newer one");
            }
            int count = in.readUnsignedShort();
            int next = in.readUnsignedShort();
            byte[] highs = in.readNBytes(count);
            byte[] means = in.readNBytes(count);
            byte[] block = in.readNBytes(in.readUnsignedByte());
            Usual usual = new Usual(highs, means, next, count, block);
            float[] recent = floats(in);
            int quiet = in.readInt();
            Optional<Anomaly> active = in.readBoolean() ? Optional.of(anomaly(in)) : Optional.empty();
            if (in.available() > 0) {
                throw new IllegalArgumentException(
                        "found " + in.available() + " bytes after the state of a watched camera");
            }
            return new Watched(usual, recent, active, quiet);
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "found the state of a watched camera that ends early at " + bytes.length + " bytes", e);
        }
    }

    private static Anomaly anomaly(DataInputStream in) throws IOException {
        Anomaly.Kind kind = Anomaly.Kind.values()[in.readUnsignedByte()];
        return new Anomaly(
                kind,
                false,
                in.readLong(),
                frames(in),
                frames(in),
                in.readFloat(),
                in.readFloat(),
                in.readFloat(),
                floats(in));
    }

    private static Scored.Frames frames(DataInputStream in) throws IOException {
        return new Scored.Frames(in.readLong(), in.readLong(), in.readLong(), in.readLong(), in.readLong());
    }

    private static float[] floats(DataInputStream in) throws IOException {
        float[] values = new float[in.readUnsignedByte()];
        for (int i = 0; i < values.length; i++) {
            values[i] = in.readFloat();
        }
        return values;
    }
}
