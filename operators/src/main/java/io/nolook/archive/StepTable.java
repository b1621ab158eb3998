package io.nolook.archive;

import io.nolook.window.Chunk;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.ToLongFunction;

/**
 * What each token frame says beside its tokens, as bytes; the first is the version.
 *
 * <p>Step after step: flags, then its numbers as differences to what the two steps before let expect, in bytes of seven
 * bits with the lowest first (zigzag), then its texts; all of it deflated: a steady camera's steps are all alike.
 */
final class StepTable {
    private static final int VERSION = 1;
    private static final int MOST_BYTES_A_STEP = 160;
    private static final int TIME_CORRECTED = 1;
    private static final int KEYFRAME = 2;
    private static final int SKIPPED = 4;

    private StepTable() {}

    static byte[] encode(List<TokenStep> steps) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            Chunk.Span before = Column.START;
            Chunk.Span beforeThat = Column.START;
            for (TokenStep step : steps) {
                out.writeByte(flags(step));
                for (Column column : Column.values()) {
                    write(
                            column.value.applyAsLong(step.span()) - column.expected(before, beforeThat, step.span()),
                            out);
                }
                beforeThat = before;
                before = step.span();
                if (step.keyframe().isPresent()) {
                    out.writeUTF(step.keyframe().get());
                }
                if (step.skipped().isPresent()) {
                    write(step.skipped().get().from(), out);
                    write(step.skipped().get().to(), out);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        byte[] deflated = Deflated.deflate(bytes.toByteArray());
        byte[] table = new byte[1 + deflated.length];
        table[0] = VERSION;
        System.arraycopy(deflated, 0, table, 1, deflated.length);
        return table;
    }

    /**
     * The steps, with tokens.
     *
     * @param firstPosition of the first step
     * @param tokens of each step
     * @throws SegmentException when the bytes are not a table of so many steps
     */
    static List<TokenStep> decode(byte[] table, int firstPosition, List<int[]> tokens) throws SegmentException {
        if (table.length == 0 || table[0] != VERSION) {
            throw new SegmentException("found a step table of version " + (table.length == 0 ? "none" : table[0])
                    + ", expected " + VERSION + "; upgrade the reader if the writer is newer");
        }
        int count = tokens.size();
        byte[] raw = Deflated.inflate(Arrays.copyOfRange(table, 1, table.length), most(table.length, count));
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(raw))) {
            List<TokenStep> steps = new ArrayList<>();
            Chunk.Span before = Column.START;
            Chunk.Span beforeThat = Column.START;
            for (int i = 0; i < count; i++) {
                int flags = in.readUnsignedByte();
                Chunk.Span span = readSpan(in, flags, before, beforeThat);
                beforeThat = before;
                before = span;
                Optional<String> keyframe = (flags & KEYFRAME) != 0 ? Optional.of(in.readUTF()) : Optional.empty();
                Optional<Chunk.Range> skipped =
                        (flags & SKIPPED) != 0 ? Optional.of(new Chunk.Range(read(in), read(in))) : Optional.empty();
                steps.add(new TokenStep(firstPosition + i, span, keyframe, skipped, tokens.get(i)));
            }
            if (in.available() > 0) {
                throw new SegmentException("found " + in.available() + " bytes after the step table");
            }
            return steps;
        } catch (IOException e) {
            throw new SegmentException("found a step table that ends early after " + raw.length + " bytes", e);
        }
    }

    /** Bytes that a table of so many steps may inflate to, never more than these bytes can. */
    private static int most(int bytes, int count) {
        return (int) Math.min((long) bytes * Deflated.MOST_RATIO, (long) count * MOST_BYTES_A_STEP);
    }

    private static int flags(TokenStep step) {
        return (step.span().timeCorrected() ? TIME_CORRECTED : 0)
                | (step.keyframe().isPresent() ? KEYFRAME : 0)
                | (step.skipped().isPresent() ? SKIPPED : 0);
    }

    private static Chunk.Span readSpan(DataInputStream in, int flags, Chunk.Span before, Chunk.Span beforeThat)
            throws IOException {
        long[] numbers = new long[Column.values().length];
        for (Column column : Column.values()) {
            Chunk.Span known = Column.span(numbers, flags);
            numbers[column.ordinal()] = column.expected(before, beforeThat, known) + read(in);
        }
        return Column.span(numbers, flags);
    }

    private static void write(long value, DataOutputStream out) throws IOException {
        long left = value << 1 ^ value >> 63;
        while ((left & ~0x7fL) != 0) {
            out.writeByte((int) (left & 0x7f | 0x80));
            left >>>= 7;
        }
        out.writeByte((int) left);
    }

    private static long read(DataInputStream in) throws IOException {
        long found = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            int next = in.readUnsignedByte();
            found |= (long) (next & 0x7f) << shift;
            if (next < 0x80) {
                return found >>> 1 ^ -(found & 1);
            }
        }
        throw new IOException("found a number of more than 64 bits");
    }

    /** A number of every step, and what it is expected to be; the order is the layout's. */
    private enum Column {
        FIRST_SEQUENCE(Chunk.Span::firstSequence),
        LAST_SEQUENCE(Chunk.Span::lastSequence),
        FRAMES(Chunk.Span::frames),
        FIRST_CAPTURED(Chunk.Span::firstCapturedAtMicros),
        LAST_CAPTURED(Chunk.Span::lastCapturedAtMicros),
        SOURCE_WIDTH(Chunk.Span::sourceWidth),
        SOURCE_HEIGHT(Chunk.Span::sourceHeight);

        static final Chunk.Span START = new Chunk.Span(0, 0, 0, 0, 0, false, 0, 0);

        private final ToLongFunction<Chunk.Span> value;

        Column(ToLongFunction<Chunk.Span> value) {
            this.value = value;
        }

        /** From the two steps before, and the numbers of this step that stand before this one. */
        long expected(Chunk.Span before, Chunk.Span beforeThat, Chunk.Span step) {
            return switch (this) {
                case FIRST_SEQUENCE -> before.lastSequence() + 1;
                case LAST_SEQUENCE -> step.firstSequence() + before.lastSequence() - before.firstSequence();
                case FRAMES -> before.frames();
                case FIRST_CAPTURED ->
                    before.firstCapturedAtMicros()
                            + before.firstCapturedAtMicros()
                            - beforeThat.firstCapturedAtMicros();
                case LAST_CAPTURED ->
                    step.firstCapturedAtMicros() + before.lastCapturedAtMicros() - before.firstCapturedAtMicros();
                case SOURCE_WIDTH -> before.sourceWidth();
                case SOURCE_HEIGHT -> before.sourceHeight();
            };
        }

        static Chunk.Span span(long[] numbers, int flags) {
            return new Chunk.Span(
                    numbers[FIRST_SEQUENCE.ordinal()],
                    numbers[LAST_SEQUENCE.ordinal()],
                    (int) numbers[FRAMES.ordinal()],
                    numbers[FIRST_CAPTURED.ordinal()],
                    numbers[LAST_CAPTURED.ordinal()],
                    (flags & TIME_CORRECTED) != 0,
                    (int) numbers[SOURCE_WIDTH.ordinal()],
                    (int) numbers[SOURCE_HEIGHT.ordinal()]);
        }
    }
}
