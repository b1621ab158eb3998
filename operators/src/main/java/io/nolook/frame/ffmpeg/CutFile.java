package io.nolook.frame.ffmpeg;

import java.io.EOFException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/**
 * Whether a file ends before its own structure does: FFmpeg ends at such a place as at any other.
 *
 * <pre>
 * mp4, mov, avif   box* = size type ...         the last one ends where the file ends
 * mkv, webm        element* = id size ...       also within a Segment or cluster of unknown size
 * avi, webp        "RIFF" size ...              one after another
 * gif              ... 0x3B                     zeros may follow
 * ts, m2ts         packet* of 188, 192 or 204 bytes
 * </pre>
 *
 * Sources: ISO 14496-12 4.2, RFC 8794, Microsoft's RIFF, GIF89a, ISO 13818-1 2.4.3. What claims no length, as a recording
 * that was written to a pipe, and every other format is never found cut. Reads heads only; a pure function of the file.
 */
final class CutFile {
    private static final long EBML = 0x1A45DFA3L;
    private static final long SEGMENT = 0x18538067L;
    private static final long CLUSTER = 0x1F43B675L;
    private static final Set<String> BOXES = Set.of(
            "ftyp", "styp", "moov", "moof", "mdat", "mfra", "sidx", "free", "skip", "wide", "meta", "udta", "uuid");
    private static final int SYNC = 0x47;
    private static final int[] TS_PACKETS = {188, 192, 204};

    private final RandomAccessFile file;
    private final long length;

    private CutFile(RandomAccessFile file) throws IOException {
        this.file = file;
        length = file.length();
    }

    /** What the file ends within, for a message that begins with "found"; empty when nothing tells that it is cut. */
    static Optional<String> found(Path path) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "r")) {
            return new CutFile(file).found();
        } catch (EOFException e) {
            return Optional.of("the end of the file at byte " + Files.size(path) + " within a head");
        }
    }

    private Optional<String> found() throws IOException {
        if (length < 12) {
            return Optional.empty();
        }
        String start = text(0, 4);
        if (BOXES.contains(text(4, 4))) {
            return boxes();
        }
        if (unsigned(0, 4) == EBML) {
            return elements();
        }
        return switch (start) {
            case "RIFF" -> riff();
            case "GIF8" -> gif();
            default -> packets();
        };
    }

    private Optional<String> boxes() throws IOException {
        long at = 0;
        while (at + 8 <= length) {
            long size = unsigned(at, 4);
            String type = text(at + 4, 4);
            size = size == 1 ? unsigned(at + 8, 8) : size;
            if (size < 8 || !BOXES.contains(type)) {
                return Optional.empty(); // 0: up to the end, wherever that is; else something that was appended
            }
            if (at + size > length) {
                return within("box " + type, at + size);
            }
            at += size;
        }
        return Optional.empty();
    }

    private Optional<String> elements() throws IOException {
        long at = 0;
        while (at < length) {
            int idBytes = Integer.numberOfLeadingZeros(byteAt(at)) - 23;
            long id = unsigned(at, idBytes);
            int sizeBytes = Integer.numberOfLeadingZeros(byteAt(at + idBytes)) - 23;
            if (idBytes > 4 || sizeBytes > 8) {
                return Optional.empty(); // damage, which is for the decoder to find
            }
            long mask = (1L << 7 * sizeBytes) - 1;
            long size = unsigned(at + idBytes, sizeBytes) & mask;
            at += idBytes + sizeBytes;
            boolean entered = size == mask && (id == SEGMENT || id == CLUSTER);
            if (!entered && at + size > length) {
                return within(id == SEGMENT ? "Segment" : id == CLUSTER ? "Cluster" : "block", at + size);
            }
            if (!entered && id == SEGMENT) {
                return Optional.empty();
            }
            at += entered ? 0 : size;
        }
        return Optional.empty();
    }

    private Optional<String> riff() throws IOException {
        long at = 0;
        while (at + 12 <= length && text(at, 4).equals("RIFF")) {
            long size = Integer.toUnsignedLong(Integer.reverseBytes((int) unsigned(at + 4, 4)));
            if (size == 0 || size == 0xFFFFFFFFL) {
                return Optional.empty(); // never completed
            }
            if (at + 8 + size > length) {
                return within("RIFF chunk", at + 8 + size);
            }
            at += 8 + size + (size & 1);
        }
        return Optional.empty();
    }

    private Optional<String> gif() throws IOException {
        long at = length - 1;
        while (at > 0 && byteAt(at) == 0) {
            at--;
        }
        return byteAt(at) == 0x3B
                ? Optional.empty()
                : Optional.of("the end of the file at byte " + length + " before its end mark");
    }

    private Optional<String> packets() throws IOException {
        for (int size : TS_PACKETS) {
            int sync = size == 192 ? 4 : 0;
            boolean stream = length > sync + 2L * size
                    && byteAt(sync) == SYNC
                    && byteAt(sync + size) == SYNC
                    && byteAt(sync + 2L * size) == SYNC;
            if (stream && length % size != 0) {
                return within("packet of " + size + " bytes", (length / size + 1) * size);
            }
        }
        return Optional.empty();
    }

    private Optional<String> within(String what, long end) {
        return Optional.of(
                "the end of the file at byte " + length + " within a " + what + ", which ends at byte " + end);
    }

    private int byteAt(long at) throws IOException {
        file.seek(at);
        return file.readUnsignedByte();
    }

    /** The highest byte first. */
    private long unsigned(long at, int bytes) throws IOException {
        file.seek(at);
        long value = 0;
        for (int i = 0; i < bytes; i++) {
            value = value << 8 | file.readUnsignedByte();
        }
        return value;
    }

    private String text(long at, int bytes) throws IOException {
        byte[] read = new byte[bytes];
        file.seek(at);
        file.readFully(read);
        return new String(read, StandardCharsets.ISO_8859_1);
    }
}
