package io.nolook.sequence;

import io.nolook.token.TokenFactors;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;

/**
 * A sequence state as bytes; the first byte is the version.
 *
 * <p>These bytes live in savepoints: a change of layout takes a new version, and old ones stay readable. Version 1, of
 * 0.1.0, did not tell how the run is cut, and version 2 not the phase period, which was 1.
 */
public final class SequenceStateCodec {
    private static final int VERSION = 3;

    private SequenceStateCodec() {}

    /** The state in the newest version. */
    public static byte[] encode(SequenceState state) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(256 + 4 * state.pending().length);
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeByte(VERSION);
            SequenceRun run = state.run();
            out.writeUTF(run.camera());
            out.writeLong(run.epoch());
            out.writeLong(run.clip());
            out.writeUTF(run.tokenizerId());
            out.writeInt(run.height());
            out.writeInt(run.width());
            out.writeInt(run.bits());
            out.writeInt(run.phasePeriod());
            out.writeInt(run.firstPosition());
            out.writeInt(state.next());
            out.writeInt(state.index());
            out.writeLong(state.start());
            out.writeInt(state.repeated());
            out.writeLong(state.firstCapturedAtMicros());
            out.writeLong(state.lastCapturedAtMicros());
            out.writeLong(state.lastArrivalMillis());
            out.writeInt(state.pending().length);
            for (int id : state.pending()) {
                out.writeInt(id);
            }
            write(state.spec(), out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /**
     * A state of any version written so far.
     *
     * @throws IllegalArgumentException when the version is newer than this code, or bytes are missing or left over
     */
    public static SequenceState decode(byte[] bytes) {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            int version = in.readUnsignedByte();
            if (version < 1 || version > VERSION) {
                throw new IllegalArgumentException("found sequence state version " + version + ", expected at most "
                        + VERSION + ": restore with the release that wrote it, or a newer one");
            }
            SequenceRun run = new SequenceRun(
                    in.readUTF(),
                    in.readLong(),
                    in.readLong(),
                    in.readUTF(),
                    in.readInt(),
                    in.readInt(),
                    in.readInt(),
                    version < 3 ? 1 : in.readInt(),
                    in.readInt());
            int next = in.readInt();
            int index = in.readInt();
            long start = in.readLong();
            int repeated = in.readInt();
            long firstCapturedAt = in.readLong();
            long lastCapturedAt = in.readLong();
            long lastArrival = in.readLong();
            int[] pending = readPending(in);
            Optional<SequenceSpec> spec = version == 1 ? Optional.empty() : readSpec(in);
            SequenceState state = new SequenceState(
                    spec, run, next, index, start, repeated, firstCapturedAt, lastCapturedAt, lastArrival, pending);
            if (in.available() > 0) {
                throw new IllegalArgumentException("found " + in.available() + " bytes after the sequence state");
            }
            return state;
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "found a sequence state that ends early at " + bytes.length + " bytes", e);
        }
    }

    private static void write(Optional<SequenceSpec> spec, DataOutputStream out) throws IOException {
        out.writeBoolean(spec.isPresent());
        if (spec.isPresent()) {
            Optional<TokenFactors> factors = spec.get().factors();
            out.writeInt(factors.map(TokenFactors::low).orElse(0));
            out.writeInt(factors.map(TokenFactors::high).orElse(0));
            out.writeInt(spec.get().contextLength());
            out.writeInt(spec.get().overlap());
            out.writeUTF(spec.get().tail().name());
        }
    }

    private static Optional<SequenceSpec> readSpec(DataInputStream in) throws IOException {
        if (!in.readBoolean()) {
            return Optional.empty();
        }
        int low = in.readInt();
        int high = in.readInt();
        Optional<TokenFactors> factors = low == 0 ? Optional.empty() : Optional.of(new TokenFactors(low, high));
        return Optional.of(
                new SequenceSpec(factors, in.readInt(), in.readInt(), SequenceSpec.Tail.valueOf(in.readUTF())));
    }

    private static int[] readPending(DataInputStream in) throws IOException {
        int length = in.readInt();
        if (length < 0 || length > in.available() / Integer.BYTES) {
            throw new IllegalArgumentException(
                    "found " + length + " pending ids, expected at most " + in.available() / Integer.BYTES);
        }
        int[] pending = new int[length];
        for (int i = 0; i < length; i++) {
            pending[i] = in.readInt();
        }
        return pending;
    }
}
