package io.nolook.frame;

import javax.imageio.stream.ImageInputStreamImpl;

/** Reads image bytes straight from an array, without a cache. */
final class ArrayImageStream extends ImageInputStreamImpl {
    private final byte[] bytes;
    private final int start;
    private final int end;

    /**
     * @param start the stream's position 0
     * @param end one past the last byte
     */
    ArrayImageStream(byte[] bytes, int start, int end) {
        this.bytes = bytes;
        this.start = start;
        this.end = end;
    }

    @Override
    public int read() {
        bitOffset = 0;
        if (streamPos >= length()) {
            return -1;
        }
        return bytes[start + (int) streamPos++] & 0xff;
    }

    @Override
    public int read(byte[] to, int offset, int length) {
        bitOffset = 0;
        if (streamPos >= length()) {
            return -1;
        }
        int count = (int) Math.min(length, length() - streamPos);
        System.arraycopy(bytes, start + (int) streamPos, to, offset, count);
        streamPos += count;
        return count;
    }

    @Override
    public long length() {
        return end - start;
    }
}
