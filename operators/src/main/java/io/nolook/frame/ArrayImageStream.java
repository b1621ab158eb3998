package io.nolook.frame;

import javax.imageio.stream.ImageInputStreamImpl;

/** Reads image bytes straight from an array, without a cache. */
final class ArrayImageStream extends ImageInputStreamImpl {
    private final byte[] bytes;

    ArrayImageStream(byte[] bytes) {
        this.bytes = bytes;
    }

    @Override
    public int read() {
        bitOffset = 0;
        if (streamPos >= length()) {
            return -1;
        }
        return bytes[(int) streamPos++] & 0xff;
    }

    @Override
    public int read(byte[] to, int offset, int length) {
        bitOffset = 0;
        if (streamPos >= length()) {
            return -1;
        }
        int count = (int) Math.min(length, length() - streamPos);
        System.arraycopy(bytes, (int) streamPos, to, offset, count);
        streamPos += count;
        return count;
    }

    @Override
    public long length() {
        return bytes.length;
    }
}
