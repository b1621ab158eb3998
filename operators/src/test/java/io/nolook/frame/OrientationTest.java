package io.nolook.frame;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which way up a file of another format than JPEG says that it is. */
class OrientationTest {

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 6, 8})
    void aTiffAndTheExifOfAWebpAreRead(int orientation) {
        byte[] tiff = tiff(orientation);

        assertThat(Orientation.of(tiff)).isEqualTo(orientation);
        assertThat(Orientation.of(webp("ABCDE".getBytes(StandardCharsets.US_ASCII), tiff)))
                .isEqualTo(orientation);
    }

    @Test
    void whatIsCutOrSilentIsUpright() {
        byte[] webp = webp(new byte[3], tiff(6));
        for (int length = 0; length < webp.length - 4; length++) {
            assertThat(Orientation.of(Arrays.copyOf(webp, length))).isEqualTo(Orientation.UPRIGHT);
        }
        assertThat(Orientation.of(webp(new byte[4], new byte[0]))).isEqualTo(Orientation.UPRIGHT);
    }

    /** A directory of one entry. */
    private static byte[] tiff(int orientation) {
        return ByteBuffer.allocate(26)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put((byte) 'I')
                .put((byte) 'I')
                .putShort((short) 42)
                .putInt(8)
                .putShort((short) 1)
                .putShort((short) 0x0112)
                .putShort((short) 3)
                .putInt(1)
                .putShort((short) orientation)
                .putShort((short) 0)
                .putInt(0)
                .array();
    }

    private static byte[] webp(byte[] picture, byte[] exif) {
        int padded = picture.length + (picture.length & 1);
        return ByteBuffer.allocate(12 + 8 + padded + 8 + exif.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put("RIFF".getBytes(StandardCharsets.US_ASCII))
                .putInt(4 + 8 + padded + 8 + exif.length)
                .put("WEBPVP8 ".getBytes(StandardCharsets.US_ASCII))
                .putInt(picture.length)
                .put(Arrays.copyOf(picture, padded))
                .put("EXIF".getBytes(StandardCharsets.US_ASCII))
                .putInt(exif.length)
                .put(exif)
                .array();
    }
}
