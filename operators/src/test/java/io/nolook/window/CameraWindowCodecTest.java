package io.nolook.window;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nolook.identity.MadeWith;
import io.nolook.window.CameraWindow.Clip;
import io.nolook.window.CameraWindow.Cursor;
import io.nolook.window.CameraWindow.PendingFrame;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CameraWindowCodecTest {

    /** What the fixture was written from, once; never change it: it stands for savepoints that exist. */
    private static final CameraWindow FIXTURE = new CameraWindow(
            new Cursor(
                    1_700_000_000_000L,
                    38,
                    44,
                    new CameraClock(1_700_000_000_433_333L, 0, 0),
                    1_700_000_000_400_000L,
                    1_700_000_000_500L,
                    1_700_000_000_490L),
            new Clip(
                    MadeWith.model("sha256-é"),
                    40,
                    0,
                    Beginning.after(KeyframeReason.GAP, new Chunk.Range(36, 37)),
                    640,
                    480),
            List.of(
                    new PendingFrame(42, 1_700_000_000_366_666L, false, new byte[0], new byte[] {0, 127, -128}),
                    new PendingFrame(43, 1_700_000_000_400_000L, true, new byte[0], new byte[] {-1, 1, 2})));

    /** The same of version 2, with what version 1 did not say. */
    private static final CameraWindow SECOND_FIXTURE = new CameraWindow(
            new Cursor(
                    1_700_000_000_000L,
                    38,
                    44,
                    new CameraClock(1_700_000_000_433_333L, 33_333, -3_600_000_000L),
                    1_700_000_000_400_000L,
                    1_700_000_000_500L,
                    1_700_000_000_490L),
            new Clip(
                    new MadeWith("sha256-é", "ort 1.28", 128, 96, "PAD"),
                    40,
                    0,
                    new Beginning(
                            KeyframeReason.INTERVAL,
                            "clock -3600000 ms",
                            Optional.of(new Chunk.Range(36, 37)),
                            Optional.of(new Chunk.Place(1, 9))),
                    640,
                    480),
            List.of(new PendingFrame(42, 1_700_000_000_366_666L, false, new byte[] {1, 2}, new byte[] {0, 127, -128})));

    @Test
    void readsTheBytesOfVersionOne() throws IOException {
        try (InputStream in = getClass().getResourceAsStream("/fixtures/camera-window-v1.bin")) {
            assertSame(CameraWindowCodec.decode(in.readAllBytes()), FIXTURE);
        }
    }

    /** While version 2 is the newest it is also what is written. */
    @Test
    void readsAndWritesTheBytesOfVersionTwo() throws IOException {
        try (InputStream in = getClass().getResourceAsStream("/fixtures/camera-window-v2.bin")) {
            byte[] bytes = in.readAllBytes();
            assertSame(CameraWindowCodec.decode(bytes), SECOND_FIXTURE);
            assertThat(CameraWindowCodec.encode(SECOND_FIXTURE)).isEqualTo(bytes);
        }
    }

    @ParameterizedTest
    @EnumSource(KeyframeReason.class)
    void bringsBackEveryReasonByName(KeyframeReason reason) {
        CameraWindow window = new CameraWindow(
                FIXTURE.cursor(),
                new Clip(MadeWith.model(""), -1, Integer.MAX_VALUE, Beginning.of(reason), 1, 2),
                List.of());

        assertSame(CameraWindowCodec.decode(CameraWindowCodec.encode(window)), window);
    }

    @RepeatedTest(100)
    void bringsBackAnyWindow(RepetitionInfo repetition) {
        Random random = new Random(repetition.getCurrentRepetition());
        CameraWindow window = new CameraWindow(
                new Cursor(
                        random.nextLong(),
                        random.nextLong(),
                        random.nextLong(),
                        new CameraClock(Long.MIN_VALUE, random.nextLong(), random.nextLong()),
                        random.nextLong(),
                        random.nextLong(),
                        -1),
                new Clip(
                        new MadeWith("m".repeat(random.nextInt(300)), "r", random.nextInt(), random.nextInt(), "CROP"),
                        random.nextLong(),
                        random.nextInt(),
                        random.nextBoolean()
                                ? Beginning.of(KeyframeReason.SKIP)
                                : Beginning.after(
                                        KeyframeReason.SKIP, new Chunk.Range(random.nextLong(), random.nextLong())),
                        random.nextInt(),
                        random.nextInt()),
                random.ints(random.nextInt(4), 0, 4000)
                        .mapToObj(length -> new PendingFrame(
                                random.nextLong(),
                                random.nextLong(),
                                random.nextBoolean(),
                                new byte[length / 7],
                                new byte[length]))
                        .toList());
        window.pending().forEach(frame -> random.nextBytes(frame.rgb()));

        assertSame(CameraWindowCodec.decode(CameraWindowCodec.encode(window)), window);
    }

    @Test
    void refusesANewerVersion() {
        byte[] newer = CameraWindowCodec.encode(FIXTURE);
        newer[0] = 3;

        assertThatThrownBy(() -> CameraWindowCodec.decode(newer))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("found camera window version 3, expected at most 2:"
                        + " restore with the release that wrote it, or a newer one");
    }

    @Test
    void refusesEveryTruncation() {
        byte[] whole = CameraWindowCodec.encode(FIXTURE);
        for (int length = 0; length < whole.length; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertThatThrownBy(() -> CameraWindowCodec.decode(cut))
                    .as("%d of %d bytes", length, whole.length)
                    .isInstanceOf(IllegalArgumentException.class)
                    .message()
                    .containsPattern("^found (a camera window that ends early at " + length
                            + " bytes|a pending frame of 3 bytes, expected at most [0-2])$");
        }
    }

    @Test
    void refusesTrailingBytes() {
        byte[] whole = CameraWindowCodec.encode(FIXTURE);
        byte[] longer = Arrays.copyOf(whole, whole.length + 3);

        assertThatThrownBy(() -> CameraWindowCodec.decode(longer))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("found 3 bytes after the camera window");
    }

    @Test
    void refusesAFrameThatClaimsMoreThanThereIs() {
        byte[] bytes = CameraWindowCodec.encode(FIXTURE);
        ByteBuffer.wrap(bytes).putInt(bytes.length - 7, 1 << 30);

        assertThatThrownBy(() -> CameraWindowCodec.decode(bytes))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("found a pending frame of 1073741824 bytes, expected at most 3");
        ByteBuffer.wrap(bytes).putInt(bytes.length - 7, -1);
        assertThatThrownBy(() -> CameraWindowCodec.decode(bytes))
                .hasMessage("found a pending frame of -1 bytes, expected at most 3");
    }

    private static void assertSame(CameraWindow found, CameraWindow expected) {
        assertThat(found).usingRecursiveComparison().isEqualTo(expected);
    }
}
