package io.nolook.frame;

/** Finds the orientation in a block of EXIF, reading nothing else. */
final class ExifReader {
    private static final int ORIENTATION_TAG = 0x0112;
    private static final int SHORT_TYPE = 3;

    private final byte[] bytes;
    private final int from;
    private final int to;
    private final boolean littleEndian;

    private ExifReader(byte[] bytes, int from, int to) {
        this.bytes = bytes;
        this.from = from;
        this.to = to;
        this.littleEndian = bytes[from] == 'I';
    }

    /**
     * @param bytes holds the TIFF header at {@code from} and ends the block at {@code to}
     * @return 1 to 8; upright for a block that is damaged or silent
     */
    static int orientation(byte[] bytes, int from, int to) {
        if (to - from < 8 || bytes[from] != bytes[from + 1] || (bytes[from] != 'I' && bytes[from] != 'M')) {
            return Orientation.UPRIGHT;
        }
        return new ExifReader(bytes, from, to).orientation();
    }

    private int orientation() {
        long directory = unsigned(4, 4);
        if (unsigned(2, 2) != 42 || directory > to - from - 2) {
            return Orientation.UPRIGHT;
        }
        int entries = (int) unsigned((int) directory, 2);
        for (int i = 0; i < entries; i++) {
            long entry = directory + 2 + 12L * i;
            if (entry + 12 > to - from) {
                break;
            }
            if (unsigned((int) entry, 2) == ORIENTATION_TAG && unsigned((int) entry + 2, 2) == SHORT_TYPE) {
                int value = (int) unsigned((int) entry + 8, 2);
                return value >= 1 && value <= 8 ? value : Orientation.UPRIGHT;
            }
        }
        return Orientation.UPRIGHT;
    }

    private long unsigned(int offset, int size) {
        long value = 0;
        for (int i = 0; i < size; i++) {
            int at = from + offset + (littleEndian ? size - 1 - i : i);
            value = value << 8 | bytes[at] & 0xff;
        }
        return value;
    }
}
