package io.nolook.archive;

import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/** Deflate without a header, RFC 1951. */
final class Deflated {
    /** Bytes that one byte can inflate to. */
    static final int MOST_RATIO = 1032;

    private Deflated() {}

    static byte[] deflate(byte[] bytes) {
        Deflater deflater = new Deflater(Deflater.BEST_COMPRESSION, true);
        try {
            deflater.setInput(bytes);
            deflater.finish();
            byte[] out = new byte[bytes.length + bytes.length / 1000 + 64];
            int length = deflater.deflate(out);
            if (!deflater.finished()) {
                throw new IllegalStateException("found more than " + out.length + " bytes deflated, expected fewer");
            }
            return Arrays.copyOf(out, length);
        } finally {
            deflater.end();
        }
    }

    /**
     * @param most bytes that may come of it
     */
    static byte[] inflate(byte[] bytes, int most) throws SegmentException {
        Inflater inflater = new Inflater(true);
        try {
            inflater.setInput(bytes);
            byte[] out = new byte[most];
            int length = 0;
            while (!inflater.finished() && length < most) {
                int found = inflater.inflate(out, length, most - length);
                if (found == 0 && (inflater.needsInput() || inflater.needsDictionary())) {
                    throw new SegmentException("found deflated bytes that end early after " + length + " bytes");
                }
                length += found;
            }
            // an end block may follow the last byte
            boolean whole = inflater.finished() || inflater.inflate(new byte[1]) == 0 && inflater.finished();
            if (!whole || inflater.getRemaining() > 0) {
                throw new SegmentException("found more deflated bytes than the " + most + " expected");
            }
            return Arrays.copyOf(out, length);
        } catch (DataFormatException e) {
            throw new SegmentException("found bytes that are not deflated: " + e.getMessage(), e);
        } finally {
            inflater.end();
        }
    }
}
