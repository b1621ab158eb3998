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
 * <pre>
 *   table  = version, deflate(step*)
 *   step   = flags, number for each Column, [reason, [detail]], [from, to], [clip, position], [jumped]
 *   flags  = 1 time corrected | 2 keyframe | 4 skipped | from version 2: 8 detail | 16 follows | 32 clock jumped
 * </pre>
 *
 * <p>Version 2 is written where version 1 cannot say what there is to say: older readers read the rest.
 * <p>Step after step: flags, then its numbers as differences to what the two steps before let expect, in bytes of seven
 * bits with the lowest first (zigzag), then its texts; all of it deflated: a steady camera's steps are all alike.
 */
final class StepTable {
    private static final int VERSION = 2;
    private static final int MOST_BYTES_A_STEP = 200;
    private static final int MOST_BYTES_OF_DETAIL = 2 + 3 * TokenStep.Begins.MOST_DETAIL;
    private static final int TIME_CORRECTED = 1;
    private static final int KEYFRAME = 2;
    private static final int SKIPPED = 4;
    private static final int DETAIL = 8;
    private static final int FOLLOWS = 16;
    private static final int JUMPED = 32;
    private static final int OF_KEYFRAMES = SKIPPED | DETAIL | FOLLOWS;

    private StepTable() {}

    static byte[] encode(List<TokenStep> steps) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        int said = 0;
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            Chunk.Span before = Column.START;
            Chunk.Span beforeThat = Column.START;
            for (TokenStep step : steps) {
                int flags = flags(step);
                said |= flags;
                out.writeByte(flags);
                for (Column column : Column.values()) {
                    write(
                            column.value.applyAsLong(step.span()) - column.expected(before, beforeThat, step.span()),
                            out);
                }
                beforeThat = before;
                before = step.span();
                if (step.begins().isPresent()) {
                    write(step.begins().get(), out);
                }
                if ((flags & JUMPED) != 0) {
                    write(step.span().clockJumpedMicros(), out);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        byte[] deflated = Deflated.deflate(bytes.toByteArray());
        byte[] table = new byte[1 + deflated.length];
        table[0] = (byte) (said < DETAIL ? 1 : VERSION);
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
        if (table.length == 0 || table[0] < 1 || table[0] > VERSION) {
            throw new SegmentException("found a step table of version " + (table.length == 0 ? "none" : table[0])
                    + ", expected at most " + VERSION + "; upgrade the reader if the writer is newer");
        }
        int count = tokens.size();
        byte[] raw = Deflated.inflate(Arrays.copyOfRange(table, 1, table.length), most(table.length, count));
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(raw))) {
            List<TokenStep> steps = new ArrayList<>();
            Chunk.Span before = Column.START;
            Chunk.Span beforeThat = Column.START;
            for (int i = 0; i < count; i++) {
                int flags = in.readUnsignedByte();
                if (table[0] == 1 && flags >= DETAIL || (flags & KEYFRAME) == 0 && (flags & OF_KEYFRAMES) != 0) {
                    throw new SegmentException("found flags " + flags + " in a step table of version " + table[0]);
                }
                Chunk.Span span = readSpan(in, flags, before, beforeThat);
                beforeThat = before;
                before = span;
                Optional<TokenStep.Begins> begins =
                        (flags & KEYFRAME) != 0 ? Optional.of(readBegins(in, flags)) : Optional.empty();
                long jumped = (flags & JUMPED) != 0 ? read(in) : 0;
                steps.add(new TokenStep(firstPosition + i, span.withClockJumped(jumped), begins, tokens.get(i)));
            }
            if (in.available() > 0) {
                throw new SegmentException("found " + in.available() + " bytes after the step table");
            }
            return steps;
        } catch (IllegalArgumentException e) {
            throw new SegmentException("found a step table that does not agree: " + e.getMessage(), e);
        } catch (IOException e) {
            throw new SegmentException("found a step table that ends early after " + raw.length + " bytes", e);
        }
    }

    /** Bytes that a table of so many steps may inflate to, never more than these bytes can. */
    private static int most(int bytes, int count) {
        return (int)
                Math.min((long) bytes * Deflated.MOST_RATIO, (long) count * MOST_BYTES_A_STEP + MOST_BYTES_OF_DETAIL);
    }

    private static int flags(TokenStep step) {
        return (step.span().timeCorrected() ? TIME_CORRECTED : 0)
                | (step.begins().isPresent() ? KEYFRAME : 0)
                | (step.skipped().isPresent() ? SKIPPED : 0)
                | (step.begins().map(begins -> !begins.detail().isEmpty()).orElse(false) ? DETAIL : 0)
                | (step.begins().flatMap(TokenStep.Begins::follows).isPresent() ? FOLLOWS : 0)
                | (step.span().clockJumpedMicros() != 0 ? JUMPED : 0);
    }

    private static void write(TokenStep.Begins begins, DataOutputStream out) throws IOException {
        out.writeUTF(begins.reason());
        if (!begins.detail().isEmpty()) {
            out.writeUTF(begins.detail());
        }
        if (begins.skipped().isPresent()) {
            write(begins.skipped().get().from(), out);
            write(begins.skipped().get().to(), out);
        }
        if (begins.follows().isPresent()) {
            write(begins.follows().get().clip(), out);
            write(begins.follows().get().position(), out);
        }
    }

    private static TokenStep.Begins readBegins(DataInputStream in, int flags) throws IOException {
        String reason = in.readUTF();
        String detail = (flags & DETAIL) != 0 ? in.readUTF() : "";
        Optional<Chunk.Range> skipped =
                (flags & SKIPPED) != 0 ? Optional.of(new Chunk.Range(read(in), read(in))) : Optional.empty();
        Optional<Chunk.Place> follows =
                (flags & FOLLOWS) != 0 ? Optional.of(new Chunk.Place(read(in), (int) read(in))) : Optional.empty();
        return new TokenStep.Begins(reason, detail, skipped, follows);
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

        static final Chunk.Span START = new Chunk.Span(0, 0, 0, 0, 0, false, 0, 0, 0);

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
                    0,
                    (int) numbers[SOURCE_WIDTH.ordinal()],
                    (int) numbers[SOURCE_HEIGHT.ordinal()]);
        }
    }
}
