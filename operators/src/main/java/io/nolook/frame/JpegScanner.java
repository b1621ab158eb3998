package io.nolook.frame;

import io.nolook.failure.IntakeException;
import io.nolook.frame.JpegLayout.Colours;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Locale;

/**
 * Reads a JPEG's markers from start to end without decoding it.
 *
 * <p>Application segments and comments (thumbnails, colour profiles, text) are left out of what the decoder sees; the
 * one thing they say that matters, how to read the colours, is kept in a word. Colours follow
 * libjpeg: JFIF means YCbCr, then Adobe's transform, then component names R, G, B.
 */
final class JpegScanner {
    private static final int SOI = 0xd8;
    private static final int PROGRESSIVE = 0xc2;
    private static final int EOI = 0xd9;
    private static final int SOS = 0xda;
    private static final int DQT = 0xdb;
    private static final int DRI = 0xdd;
    private static final int DHT = 0xc4;
    private static final int APP0 = 0xe0;
    private static final int APP1 = 0xe1;
    private static final int APP14 = 0xee;
    private static final int COMMENT = 0xfe;

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private final byte[] bytes;
    private final int start;
    private final int limit;
    private final PictureGate gate;
    private int[] segments = new int[32];
    private int segmentEnds;

    private int width;
    private int height;
    private int components;
    private boolean namedRgb;
    private boolean jfif;
    private int adobe = -1;
    private int orientation = Orientation.UPRIGHT;
    private int scans;
    private boolean lastWasScan;
    private boolean tables;
    private JpegProgress progress = JpegProgress.BASELINE;

    private JpegScanner(byte[] bytes, int start, int limit, PictureGate gate) {
        this.bytes = bytes;
        this.start = start;
        this.limit = limit;
        this.gate = gate;
    }

    /**
     * @param start of the JPEG, where FF D8 is
     * @param limit one past its last byte
     * @throws IntakeException when the gate refuses the size or the scans, or the markers make no sense
     */
    static JpegLayout scan(byte[] bytes, int start, int limit, PictureGate gate) throws IntakeException {
        return new JpegScanner(bytes, start, limit, gate).scan();
    }

    private JpegLayout scan() throws IntakeException {
        int at = start + 2;
        while (true) {
            at = skipPadding(at);
            if (at == limit && lastWasScan && progress.isComplete()) {
                return layout(); // as browsers have it: whether the scan is whole, decoding tells
            }
            int marker = at;
            at = skipFill(at);
            int code = bytes[at++] & 0xff;
            if (code == EOI) {
                return layout();
            }
            int end = at + segmentLength(at, code);
            if (code == SOS) {
                requireHeader(code);
                gate.admitScans(++scans, (long) width * height);
                progress.scan(bytes, at + 2, end);
                end = entropyEnd(end);
                keep(marker, end);
            } else if (code == DQT || code == DHT || code == DRI) {
                tables |= code == DHT;
                keep(marker, end);
            } else if (code >= 0xc0 && code <= 0xcf) {
                readHeader(code, at + 2, end);
                keep(marker, end);
            } else if (code >= APP0 && code <= 0xef) {
                readApplication(code, at + 2, end);
            } else if (code != COMMENT) {
                throw gate.unreadable(
                        "marker " + hex(code) + " at byte " + (marker - start), "a marker of a baseline JPEG");
            }
            lastWasScan = code == SOS;
            at = end;
        }
    }

    /** Returns where the next marker begins: some encoders fill up with zeros. */
    private int skipPadding(int from) {
        int at = from;
        while (at < limit && bytes[at] == 0) {
            at++;
        }
        return at;
    }

    /** Returns where the marker's code is: FF may be repeated before it. */
    private int skipFill(int from) throws IntakeException {
        int at = from;
        while (at < limit && bytes[at] == (byte) 0xff) {
            at++;
        }
        if (at >= limit) {
            throw ended();
        }
        if (at == from) {
            throw gate.unreadable("byte " + hex(bytes[at] & 0xff) + " at " + (at - start), "a marker");
        }
        return at;
    }

    private int segmentLength(int at, int code) throws IntakeException {
        if (at + 2 > limit) {
            throw ended();
        }
        int length = unsignedShort(at);
        if (length < 2 || code == SOI) {
            throw gate.unreadable("marker " + hex(code) + " of length " + length, "a segment");
        }
        if (at + length > limit) {
            throw ended();
        }
        return length;
    }

    private int entropyEnd(int from) throws IntakeException {
        for (int at = from; at + 1 < limit; at++) {
            while (at + 8 < limit && !hasMarkerByte((long) LONGS.get(bytes, at))) {
                at += 8;
            }
            if (bytes[at] == (byte) 0xff) {
                int next = bytes[at + 1] & 0xff;
                boolean restart = next >= 0xd0 && next <= 0xd7;
                if (next != 0 && next != 0xff && !restart) {
                    return at;
                }
            }
        }
        return limit;
    }

    private static boolean hasMarkerByte(long eight) {
        return (~eight - 0x0101010101010101L & eight & 0x8080808080808080L) != 0;
    }

    private void readHeader(int code, int from, int end) throws IntakeException {
        if (code > 0xc2) {
            throw gate.unreadable("coding process " + hex(code), "baseline or progressive Huffman (C0 to C2)");
        }
        if (components != 0) {
            throw gate.unreadable("two frame headers", "one");
        }
        if (end - from < 6 || end - from != 6 + 3 * (bytes[from + 5] & 0xff)) {
            throw gate.unreadable("a frame header of " + (end - from) + " bytes", "6 and 3 per component");
        }
        int precision = bytes[from] & 0xff;
        if (precision != 8) {
            throw gate.unreadable(precision + " bits a sample", "8");
        }
        height = unsignedShort(from + 1);
        width = unsignedShort(from + 3);
        gate.admitSize(width, height);
        components = bytes[from + 5] & 0xff;
        if (components != 1 && components != 3 && components != 4) {
            throw gate.unreadable(components + " components", "1, 3 or 4");
        }
        if (code == PROGRESSIVE) {
            progress = JpegProgress.of(bytes, from + 6, components);
        }
        namedRgb = components == 3 && bytes[from + 6] == 'R' && bytes[from + 9] == 'G' && bytes[from + 12] == 'B';
    }

    private void readApplication(int code, int from, int end) {
        if (code == APP0 && startsWith(from, end, "JFIF\0")) {
            jfif = true;
        } else if (code == APP14 && startsWith(from, end, "Adobe") && end - from >= 12) {
            adobe = bytes[from + 11] & 0xff;
        } else if (code == APP1 && startsWith(from, end, "Exif\0") && orientation == Orientation.UPRIGHT) {
            orientation = ExifReader.orientation(bytes, from + 6, end);
        }
    }

    private JpegLayout layout() throws IntakeException {
        if (scans == 0) {
            requireHeader(EOI);
            throw gate.truncated("without a scan", "pixels");
        }
        Colours colours = colours();
        boolean simple = scans == 1
                && progress == JpegProgress.BASELINE
                && (colours == Colours.GRAY || colours == Colours.YCBCR)
                && orientation == Orientation.UPRIGHT;
        int[] kept = Arrays.copyOf(segments, segmentEnds);
        return new JpegLayout(width, height, colours, orientation, simple, tables, bytes, kept);
    }

    private Colours colours() {
        if (components == 1) {
            return Colours.GRAY;
        }
        if (components == 4) {
            return adobe == 2 ? Colours.YCCK_INVERTED : adobe >= 0 ? Colours.CMYK_INVERTED : Colours.CMYK;
        }
        boolean rgb = !jfif && (adobe == 0 || adobe < 0 && namedRgb);
        return rgb ? Colours.RGB : Colours.YCBCR;
    }

    private void requireHeader(int code) throws IntakeException {
        if (components == 0) {
            throw gate.unreadable("marker " + hex(code) + " before a frame header", "a frame header first");
        }
    }

    private void keep(int from, int end) {
        if (segmentEnds == segments.length) {
            segments = Arrays.copyOf(segments, 2 * segmentEnds);
        }
        segments[segmentEnds++] = from;
        segments[segmentEnds++] = end;
    }

    private boolean startsWith(int from, int end, String ascii) {
        if (end - from < ascii.length()) {
            return false;
        }
        for (int i = 0; i < ascii.length(); i++) {
            if (bytes[from + i] != ascii.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private IntakeException ended() {
        return gate.truncated("of " + (limit - start) + " bytes without an end marker", "FF D9");
    }

    private int unsignedShort(int at) {
        return (bytes[at] & 0xff) << 8 | bytes[at + 1] & 0xff;
    }

    private static String hex(int code) {
        return String.format(Locale.ROOT, "%02X", code);
    }
}
