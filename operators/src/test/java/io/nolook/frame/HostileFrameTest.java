package io.nolook.frame;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.management.ThreadMXBean;
import io.nolook.failure.FailureCode;
import io.nolook.failure.IntakeException;
import java.io.ByteArrayOutputStream;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HostileFrameTest {
    private final FrameDecoder decoder = new FrameDecoder(FrameLimits.DEFAULTS);

    @Test
    void refusesManyBytes() {
        FrameDecoder small = new FrameDecoder(new FrameLimits(1000, 100, 4));

        IntakeException e = failure(small, FrameEncoding.RGB24, 20, 20, new byte[1200]);

        assertThat(e.code()).isEqualTo(FailureCode.PICTURE_TOO_LARGE);
        assertThat(e)
                .hasMessage("found 1200 bytes of RGB24, expected at most 1000; compress more or raise frame.max-bytes");
    }

    @Test
    void refusesManyPixelsOfJpegBeforeDecoding() {
        byte[] jpeg = TestPictures.jpeg(TestPictures.soft(16, 16));
        int header = TestPictures.segment(jpeg, 0xc0);
        for (int at : new int[] {header + 5, header + 7}) {
            jpeg[at] = (byte) (40000 >> 8);
            jpeg[at + 1] = (byte) 40000;
        }

        IntakeException e = failure(FrameEncoding.JPEG, 40000, 40000, jpeg);

        assertThat(e.code()).isEqualTo(FailureCode.PICTURE_TOO_MANY_PIXELS);
        assertThat(e)
                .hasMessage("found a JPEG of 40000 x 40000 = 1600000000 pixels, expected at most 16777216;"
                        + " lower the camera's resolution or raise frame.max-pixels");
    }

    @Test
    void refusesManyPixelsOfPngBeforeDecoding() {
        byte[] png = TestPictures.pngEnd(TestPictures.pngStart(40000, 40000, 8, 2, 0), new byte[10]);

        assertThat(failure(FrameEncoding.PNG, 40000, 40000, png).code()).isEqualTo(FailureCode.PICTURE_TOO_MANY_PIXELS);
    }

    /** Of many tiny or empty pieces: parsing allocates a few times the input, not the input for each piece. */
    @Test
    void manyPiecesCostNoMoreThanTheirBytes() {
        ByteArrayOutputStream png = TestPictures.pngStart(2, 2, 8, 0, 0);
        for (int i = 0; i < 80_000; i++) {
            TestPictures.chunk(png, i % 2 == 0 ? "IDAT" : "eXIf", new byte[0]);
        }
        byte[] empty = TestPictures.pngEnd(png, new byte[6]);
        byte[] whole = TestPictures.jpeg(TestPictures.soft(16, 16));
        ByteArrayOutputStream jpeg = new ByteArrayOutputStream();
        jpeg.write(whole, 0, 2);
        for (int i = 0; i < 120_000; i++) {
            jpeg.writeBytes(new byte[] {(byte) 0xff, (byte) 0xe1, 0, 8, 'E', 'x', 'i', 'f', 0, 0});
        }
        jpeg.write(whole, 2, whole.length - 2);

        assertThat(allocated(() -> decoder.decode(FrameEncoding.PNG, 2, 2, ByteBuffer.wrap(empty))))
                .isLessThan(10L * empty.length);
        assertThat(allocated(() -> decoder.decode(FrameEncoding.JPEG, 16, 16, ByteBuffer.wrap(jpeg.toByteArray()))))
                .isLessThan(40L * jpeg.size());
    }

    private interface Decoding {
        Picture run() throws IntakeException;
    }

    /** Bytes that a decoding allocates on its thread. */
    private static long allocated(Decoding decoding) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        try {
            decoding.run();
        } catch (IntakeException e) {
            throw new AssertionError(e);
        }
        return threads.getCurrentThreadAllocatedBytes() - before;
    }

    @Test
    void refusesManyPixelsOfRawBytes() {
        assertThat(failure(FrameEncoding.RGB24, 65536, 65536, new byte[3]).code())
                .isEqualTo(FailureCode.PICTURE_TOO_MANY_PIXELS);
    }

    @Test
    void refusesHugePngInFewBytesBeforeTakingMemory() {
        byte[] png = TestPictures.pngEnd(TestPictures.pngStart(4096, 4096, 8, 2, 0), new byte[1000]);

        IntakeException e = failure(FrameEncoding.PNG, 4096, 4096, png);

        assertThat(e.code()).isEqualTo(FailureCode.PICTURE_TRUNCATED);
        assertThat(e).hasMessageContaining("deflated bytes for 50335744");
    }

    @Test
    void refusesManyScans() {
        byte[] jpeg = TestPictures.progressive(TestPictures.soft(64, 64));
        int scan = TestPictures.segment(jpeg, 0xda);
        ByteArrayOutputStream bomb = new ByteArrayOutputStream();
        bomb.write(jpeg, 0, jpeg.length - 2);
        for (int i = 0; i < 5000; i++) {
            bomb.write(jpeg, scan, 12);
        }
        bomb.write(0xff);
        bomb.write(0xd9);

        IntakeException e = failure(FrameEncoding.JPEG, 64, 64, bomb.toByteArray());

        assertThat(e.code()).isEqualTo(FailureCode.PICTURE_TOO_MANY_SCANS);
        assertThat(e).hasMessage("found 65 or more scans in a JPEG, expected at most 64; send baseline JPEG");
    }

    /** Four megabytes could hold a scan a kilobyte: each would cost a pass over 16 million pixels. */
    @Test
    void refusesFewerScansOfLargePictures() {
        byte[] jpeg = TestPictures.progressive(TestPictures.soft(64, 64));
        int scan = TestPictures.segment(jpeg, 0xda);
        ByteArrayOutputStream bomb = new ByteArrayOutputStream();
        bomb.write(jpeg, 0, jpeg.length - 2);
        for (int i = 0; i < 20; i++) {
            bomb.write(jpeg, scan, 12);
        }
        bomb.write(0xff);
        bomb.write(0xd9);
        byte[] large = bomb.toByteArray();
        int header = TestPictures.segment(large, 0xc2);
        ByteBuffer.wrap(large).putShort(header + 5, (short) 4096).putShort(header + 7, (short) 4096);

        IntakeException e = failure(FrameEncoding.JPEG, 4096, 4096, large);

        assertThat(e.code()).isEqualTo(FailureCode.PICTURE_TOO_MANY_SCANS);
        assertThat(e).hasMessage("found 13 or more scans in a JPEG, expected at most 12; send baseline JPEG");
    }

    @ParameterizedTest
    @CsvSource({"JPEG, PNG", "PNG, JPEG"})
    void refusesAnotherEncoding(FrameEncoding declared, FrameEncoding found) {
        Picture picture = TestPictures.soft(16, 16);
        byte[] bytes = found == FrameEncoding.PNG ? new PictureEncoder().png(picture) : TestPictures.jpeg(picture);

        IntakeException e = failure(declared, 16, 16, bytes);

        assertThat(e.code()).isEqualTo(FailureCode.PICTURE_WRONG_ENCODING);
        assertThat(e)
                .hasMessage("found a " + found + ", expected a " + declared
                        + "; set the record's encoding to what it holds");
    }

    @Test
    void refusesAnotherSizeThanDeclared() {
        IntakeException e = failure(FrameEncoding.JPEG, 16, 17, TestPictures.jpeg(TestPictures.soft(16, 16)));

        assertThat(e.code()).isEqualTo(FailureCode.PICTURE_WRONG_SIZE);
        assertThat(e)
                .hasMessage("found a JPEG of 16 x 16, expected the record's 16 x 17;"
                        + " declare the coded size, before any EXIF rotation");
    }

    @ParameterizedTest
    @ValueSource(ints = {47, 49, 0})
    void refusesAnotherLengthOfRawBytes(int length) {
        assertThat(failure(FrameEncoding.RGB24, 4, 4, new byte[length]).code())
                .isEqualTo(FailureCode.PICTURE_WRONG_SIZE);
    }

    @ParameterizedTest
    @CsvSource({"0, 4", "4, -1", "-2147483648, 2147483647"})
    void refusesSizesBelowOne(int width, int height) {
        assertThat(failure(FrameEncoding.RGB24, width, height, new byte[48]).code())
                .isEqualTo(FailureCode.PICTURE_UNREADABLE);
    }

    @Test
    void findsEveryTruncationOfJpegAndPng() {
        Picture picture = TestPictures.soft(24, 24);
        byte[] jpeg = TestPictures.jpeg(picture);
        byte[] png = new PictureEncoder().png(picture);

        FrameDecoder decoder = new FrameDecoder(FrameLimits.DEFAULTS);
        Picture decoded = decoded(decoder, jpeg);
        int whole = 0;
        for (int length = 0; length < jpeg.length - 1; length++) {
            byte[] cut = Arrays.copyOf(jpeg, length);
            try {
                assertThat(decoder.decode(FrameEncoding.JPEG, 24, 24, ByteBuffer.wrap(cut))
                                .rgb())
                        .as("nothing but the end marker and bits of padding is missing at %d", length)
                        .isEqualTo(decoded.rgb());
                whole++;
            } catch (IntakeException e) {
                assertThat(e.code()).isEqualTo(FailureCode.PICTURE_TRUNCATED);
            }
        }
        assertThat(whole).isBetween(1, 3);
        for (int length = 0; length < png.length; length++) {
            assertThat(failure(FrameEncoding.PNG, 24, 24, Arrays.copyOf(png, length))
                            .code())
                    .isEqualTo(FailureCode.PICTURE_TRUNCATED);
        }
    }

    private static Picture decoded(FrameDecoder decoder, byte[] jpeg) {
        try {
            return decoder.decode(FrameEncoding.JPEG, 24, 24, ByteBuffer.wrap(jpeg));
        } catch (IntakeException e) {
            throw new AssertionError(e);
        }
    }

    /** Every pixel is there before the last scan has told its bits; without them and an end marker it is no whole picture. */
    @Test
    void takesAProgressiveJpegWithoutAnEndOnlyWhenItIsComplete() {
        byte[] jpeg = TestPictures.progressive(TestPictures.soft(24, 24));
        FrameDecoder decoder = new FrameDecoder(FrameLimits.DEFAULTS);
        byte[] endless = Arrays.copyOf(jpeg, jpeg.length - 2);

        assertThat(decoded(decoder, endless).rgb())
                .isEqualTo(decoded(decoder, jpeg).rgb());
        for (int at = endless.length - 2; at > 0; at--) {
            boolean scan = endless[at] == (byte) 0xff && endless[at + 1] == (byte) 0xda;
            if (scan) {
                assertThat(failure(FrameEncoding.JPEG, 24, 24, Arrays.copyOf(endless, at))
                                .code())
                        .isEqualTo(FailureCode.PICTURE_TRUNCATED);
            }
        }
    }

    @Test
    void takesZerosBetweenTheSegmentsOfAJpeg() {
        byte[] jpeg = TestPictures.jpeg(TestPictures.soft(24, 24));
        int header = TestPictures.segment(jpeg, 0xc0);
        byte[] padded = new byte[jpeg.length + 9];
        System.arraycopy(jpeg, 0, padded, 0, header);
        System.arraycopy(jpeg, header, padded, header + 9, jpeg.length - header);
        FrameDecoder decoder = new FrameDecoder(FrameLimits.DEFAULTS);

        assertThat(decoded(decoder, padded).rgb())
                .isEqualTo(decoded(decoder, jpeg).rgb());
    }

    @Test
    void findsJpegWhosePixelsEndBeforeTheEndMarker() {
        byte[] jpeg = TestPictures.jpeg(TestPictures.noise(64, 64, 2));
        byte[] cut = Arrays.copyOf(jpeg, jpeg.length / 2);
        cut[cut.length - 2] = (byte) 0xff;
        cut[cut.length - 1] = (byte) 0xd9;

        IntakeException e = failure(FrameEncoding.JPEG, 64, 64, cut);

        assertThat(e.code()).isEqualTo(FailureCode.PICTURE_TRUNCATED);
        assertThat(e).hasMessageContaining("pixels end early");
    }

    @Test
    void findsPngWhosePixelsEndEarly() {
        byte[] png = TestPictures.png(8, 8, 8, 2, new byte[50]);

        assertThat(failure(FrameEncoding.PNG, 8, 8, png).code()).isEqualTo(FailureCode.PICTURE_TRUNCATED);
    }

    @Test
    void findsChangedBytesOfPng() {
        byte[] png = new PictureEncoder().png(TestPictures.noise(16, 16, 4));
        png[png.length - 30] ^= 1;

        IntakeException e = failure(FrameEncoding.PNG, 16, 16, png);

        assertThat(e.code()).isEqualTo(FailureCode.PICTURE_UNREADABLE);
        assertThat(e)
                .hasMessage("found in a PNG: chunk IDAT with a wrong checksum, expected intact bytes;"
                        + " check the camera's encoder");
    }

    @ParameterizedTest
    @ValueSource(ints = {0xc3, 0xc5, 0xc9, 0xca})
    void refusesRareCodingProcesses(int process) {
        byte[] jpeg = TestPictures.jpeg(TestPictures.soft(16, 16));
        jpeg[TestPictures.segment(jpeg, 0xc0) + 1] = (byte) process;

        assertThat(failure(FrameEncoding.JPEG, 16, 16, jpeg))
                .hasMessageContaining(
                        "coding process %X, expected baseline or progressive Huffman (C0 to C2)", process);
    }

    @Test
    void stepsOverHostileProfilesAndTexts() throws Exception {
        Picture picture = TestPictures.soft(16, 16);
        byte[] jpeg = TestPictures.jpeg(picture);
        byte[] profile = new byte[60000];
        System.arraycopy("ICC_PROFILE\0\1\1".getBytes("ISO-8859-1"), 0, profile, 0, 14);
        byte[] dressed = TestPictures.withSegment(TestPictures.withSegment(jpeg, 0xe2, profile), 0xfe, new byte[9]);
        ByteArrayOutputStream png = TestPictures.pngStart(1, 1, 8, 2, 0);
        byte[] bomb = TestPictures.deflate(new byte[50 << 20]);
        byte[] text = new byte[bomb.length + 3];
        text[0] = 'a';
        System.arraycopy(bomb, 0, text, 3, bomb.length);
        TestPictures.chunk(png, "zTXt", text);
        TestPictures.chunk(png, "iCCP", text);

        assertThat(decoder.decode(FrameEncoding.JPEG, 16, 16, ByteBuffer.wrap(dressed))
                        .rgb())
                .isEqualTo(decoder.decode(FrameEncoding.JPEG, 16, 16, ByteBuffer.wrap(jpeg))
                        .rgb());
        assertThat(decoder.decode(
                                FrameEncoding.PNG, 1, 1, ByteBuffer.wrap(TestPictures.pngEnd(png, new byte[] {0, 1, 2, 3
                                })))
                        .rgb())
                .containsExactly(1, 2, 3);
    }

    @Test
    void aFailureLeavesNoTrace() throws Exception {
        byte[] good = TestPictures.jpeg(TestPictures.noise(40, 40, 7));
        byte[] before = decoder.decode(FrameEncoding.JPEG, 40, 40, ByteBuffer.wrap(good))
                .rgb();
        byte[] bad = good.clone();
        Arrays.fill(bad, bad.length / 3, bad.length / 2, (byte) 0x55);
        bad[TestPictures.segment(bad, 0xdb) + 4] = 99;

        failure(FrameEncoding.JPEG, 40, 40, bad);

        assertThat(decoder.decode(FrameEncoding.JPEG, 40, 40, ByteBuffer.wrap(good))
                        .rgb())
                .isEqualTo(before);
    }

    private IntakeException failure(FrameEncoding encoding, int width, int height, byte[] payload) {
        return failure(decoder, encoding, width, height, payload);
    }

    private static IntakeException failure(
            FrameDecoder decoder, FrameEncoding encoding, int width, int height, byte[] payload) {
        IntakeException e = catchThrowableOfType(
                IntakeException.class, () -> decoder.decode(encoding, width, height, ByteBuffer.wrap(payload)));
        assertThat(e).as("a IntakeException").isNotNull();
        return e;
    }
}
