package io.nolook.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nolook.archive.SegmentAssembler.Arrival;
import io.nolook.archive.SegmentAssembler.Fate;
import io.nolook.archive.SegmentAssembler.Result;
import io.nolook.token.StreamOrder;
import io.nolook.token.StreamOrder.Begins;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SegmentAssemblerTest {
    private static final TokenGrid GRID = new TokenGrid(16, 16, 18);
    private static final SegmentAssembler ASSEMBLER = new SegmentAssembler(new SegmentLimits(5, 10_000));
    /** What the fixture was written from, once; never change it: it stands for savepoints that exist. */
    private static final SegmentCursor FIXTURE = new SegmentCursor(
            TestSegments.head("tür", 1_700_000_000_000L, 40, GRID), 7, 5, 4321, 1_700_000_000_433_333L, 1_700L);

    /** The same of version 2, with what version 1 did not say. */
    private static final SegmentCursor SECOND_FIXTURE = new SegmentCursor(
            TestSegments.head("tür", 1_700_000_000_000L, 40, GRID, 8), 7, 5, 4321, 1_700_000_000_433_333L, 1_700L);

    @Test
    void aClipIsCollectedAndCutAtTheNextKeyframe() {
        Camera camera = new Camera();
        assertThat(camera.takes(1, 0, 0)).isEqualTo("collected");
        assertThat(camera.takes(1, 0, 1)).isEqualTo("collected");
        assertThat(camera.takes(1, 0, 2)).isEqualTo("collected");
        assertThat(camera.cursor.tokenFrames()).isEqualTo(3);
        assertThat(camera.cursor.bytes()).isEqualTo(3000);
        assertThat(camera.takes(1, 12, 0)).isEqualTo("KEYFRAME, collected");
        assertThat(camera.cursor.tokenFrames()).isEqualTo(1);
        assertThat(camera.takes(2, 0, 0)).as("another epoch").isEqualTo("KEYFRAME, collected");
    }

    @Test
    void repeatedAndLateTokenFramesChangeNothing() {
        Camera camera = new Camera();
        camera.takes(1, 0, 0);
        camera.takes(1, 0, 1);
        camera.takes(1, 9, 0);
        camera.takes(1, 9, 1);
        SegmentCursor before = camera.cursor;
        assertThat(camera.takes(1, 9, 1)).isEqualTo("repeated");
        assertThat(camera.takes(1, 9, 0)).isEqualTo("repeated");
        assertThat(camera.takes(1, 0, 5)).isEqualTo("repeated");
        assertThat(camera.takes(0, 90, 0)).isEqualTo("repeated");
        assertThat(camera.cursor).isEqualTo(before);
        assertThat(camera.takes(1, 9, 2)).isEqualTo("collected");
    }

    @Test
    void missingTokenFramesCutASegmentThatSaysSo() {
        Camera camera = new Camera();
        camera.takes(1, 0, 0);
        assertThat(camera.takes(1, 0, 2)).isEqualTo("HOLE, collected");
        assertThat(camera.takes(1, 0, 3)).isEqualTo("collected");
        assertThat(camera.takes(1, 30, 1)).as("another clip's middle").isEqualTo("HOLE, collected");
    }

    @Test
    void aKeyframeByIntervalThatFollowsAnotherTokenFrameEndsWithAHole() {
        Camera camera = new Camera();
        camera.takes(1, 0, 0);
        camera.takes(1, 0, 1);
        Begins lost = new Begins(StreamOrder.Kind.CLIP_BY_INTERVAL, Optional.of(new StreamOrder.Predecessor(0, 2)));
        assertThat(camera.takes(TestSegments.head("gate", 1, 9, GRID), 0, lost, 1000))
                .isEqualTo("HOLE, collected");
    }

    @Test
    void aClipMayBeginInItsMiddle() {
        Camera camera = new Camera();
        assertThat(camera.takes(1, 0, 17)).isEqualTo("collected");
        assertThat(camera.takes(1, 0, 18)).isEqualTo("collected");
    }

    @Test
    void fullSegmentsAreCut() {
        Camera camera = new Camera();
        for (int position = 0; position < 5; position++) {
            assertThat(camera.takes(1, 0, position)).isEqualTo("collected");
        }
        assertThat(camera.takes(1, 0, 5)).isEqualTo("FULL, collected");
        assertThat(camera.takes(head(1, 0, "CROP"), 6, Begins.NOTHING, 9001)).isEqualTo("FULL, collected");
        assertThat(camera.takes(head(1, 0, "CROP"), 7, Begins.NOTHING, 99_999)).isEqualTo("FULL, collected");
        assertThat(camera.takes(head(1, 0, "CROP"), 8, Begins.NOTHING, 1)).isEqualTo("FULL, collected");
    }

    /** Token frames of few bits: what readers would refuse is cut, whatever the options allow. */
    @ParameterizedTest
    @CsvSource({"4096, 1, 8", "4096, 30, 4", "1024, 1, 128", "512, 18, 455", "32, 1, 65536"})
    void segmentsEndWhereReadersWouldRefuseThem(int side, int bits, int most) {
        TokenGrid grid = new TokenGrid(side, side, bits);
        SegmentAssembler generous = new SegmentAssembler(new SegmentLimits(65_536, 1 << 28));
        SegmentHead head = TestSegments.head("gate", 1, 0, grid);
        SegmentCursor before = new SegmentCursor(head, most - 1, most - 1, 0, 1, 1);
        SegmentCursor last =
                generous.step(Optional.of(before), arrival(head, most - 1), 1).cursor();
        Result after = generous.step(Optional.of(last), arrival(head, most), 1);

        assertThat(SegmentCoder.mostTokenFrames(grid)).isEqualTo(most);
        assertThat(last.tokenFrames()).isEqualTo(most);
        assertThat(after.cut()).contains(SegmentEnd.FULL);
    }

    private static Arrival arrival(SegmentHead head, int position) {
        return new Arrival(head, position, Begins.NOTHING, 1_000_000L * position, 1);
    }

    @Test
    void tokenFramesMadeOtherwiseAreNotMixed() {
        Camera camera = new Camera();
        camera.takes(1, 0, 0);
        assertThat(camera.takes(head(1, 0, "PAD"), 1, Begins.NOTHING, 1000)).isEqualTo("CHANGED, collected");
        assertThat(camera.takes(head(1, 0, "PAD"), 2, Begins.NOTHING, 1000)).isEqualTo("collected");
    }

    @Test
    void numbersGoBackWhereTheStreamSaysSo() {
        Camera camera = new Camera();
        camera.takes(5, 100, 0);
        assertThat(camera.takes(head(3, 0, "CROP"), 0, Begins.NUMBERS, 10)).isEqualTo("KEYFRAME, collected");
        assertThat(camera.takes(3, 0, 1)).isEqualTo("collected");
        camera.micros -= 500_000;
        assertThat(camera.takes(head(3, 0, "CROP"), 0, Begins.NUMBERS, 10))
                .as("the same again, not captured later")
                .isEqualTo("repeated");
        camera.micros += 1_000_000;
        assertThat(camera.takes(head(3, 0, "CROP"), 0, Begins.NUMBERS, 10)).isEqualTo("KEYFRAME, collected");
        assertThat(camera.takes(head(2, 0, "CROP"), 0, Begins.CLIP, 10)).isEqualTo("repeated");
    }

    /** Whatever arrives: what is collected is in segments without holes, of one head each, within the limits. */
    @Property(tries = 300)
    void segmentsHoldWhatWasCollectedInOrder(@ForAll long seed) {
        Random random = new Random(seed);
        Camera camera = new Camera();
        List<List<Integer>> segments = new ArrayList<>();
        List<Integer> open = new ArrayList<>();
        int clip = 0;
        int position = 0;
        for (int i = 0; i < 100; i++) {
            if (random.nextInt(8) == 0) {
                clip += 1 + random.nextInt(20);
                position = 0;
            }
            position += random.nextInt(15) == 0 ? 1 : 0;
            int sent = random.nextInt(10) == 0 ? Math.max(0, position - 1) : position++;
            String fate = camera.takes(1, clip, sent);
            if (fate.contains(",")) {
                segments.add(open);
                open = new ArrayList<>();
            }
            if (fate.endsWith("collected")) {
                open.add(clip * 1000 + sent);
            }
            assertThat(camera.cursor.tokenFrames()).isEqualTo(open.size());
        }
        segments.add(open);
        for (List<Integer> segment : segments) {
            assertThat(segment).isNotEmpty().hasSizeLessThanOrEqualTo(5);
            for (int i = 1; i < segment.size(); i++) {
                assertThat(segment.get(i)).isEqualTo(segment.get(i - 1) + 1);
            }
        }
        List<Integer> all = segments.stream().flatMap(List::stream).toList();
        assertThat(all).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void tokenFramesOfAnotherPhasePeriodAreNotMixed() {
        Camera camera = new Camera();
        camera.takes(1, 0, 0);
        SegmentHead periodic = TestSegments.head("gate", 1, 0, GRID, 8);
        assertThat(camera.takes(periodic, 1, Begins.NOTHING, 1000)).isEqualTo("CHANGED, collected");
        assertThat(camera.takes(periodic, 2, Begins.NOTHING, 1000)).isEqualTo("collected");
    }

    @Test
    void readsTheCursorOfVersionOne() throws IOException {
        try (InputStream in = getClass().getResourceAsStream("/fixtures/segment-cursor-v1.bin")) {
            assertThat(SegmentCursorCodec.decode(in.readAllBytes())).isEqualTo(FIXTURE);
        }
    }

    @Test
    void readsAndWritesTheCursorOfVersionTwo() throws IOException {
        try (InputStream in = getClass().getResourceAsStream("/fixtures/segment-cursor-v2.bin")) {
            byte[] bytes = in.readAllBytes();
            assertThat(SegmentCursorCodec.decode(bytes)).isEqualTo(SECOND_FIXTURE);
            assertThat(SegmentCursorCodec.encode(SECOND_FIXTURE)).isEqualTo(bytes);
        }
    }

    @Test
    void otherCursorsAreRefused() {
        byte[] bytes = SegmentCursorCodec.encode(FIXTURE);
        byte[] newer = bytes.clone();
        newer[0] = 3;
        for (int length = 1; length < bytes.length; length++) {
            byte[] cut = Arrays.copyOf(bytes, length);
            assertThatThrownBy(() -> SegmentCursorCodec.decode(cut)).isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> SegmentCursorCodec.decode(newer))
                .hasMessageContaining("found segment cursor version 3, expected at most 2");
        assertThatThrownBy(() -> SegmentCursorCodec.decode(Arrays.copyOf(bytes, bytes.length + 2)))
                .hasMessage("found 2 bytes after the segment cursor");
    }

    @Test
    void limitsOutOfRangeAreRefused() {
        assertThatThrownBy(() -> new SegmentLimits(0, 1)).hasMessage("found 0 token frames, expected 1 to 65536");
        assertThatThrownBy(() -> new SegmentLimits(1, 0)).hasMessage("found 0 bytes, expected 1 to 268435456");
    }

    private static SegmentHead head(long epoch, long clip, String fit) {
        return new SegmentHead("gate", epoch, clip, TestSegments.MADE_BY, GRID, fit, 1);
    }

    /** A camera's cursor, and what became of each token frame in words. */
    private static final class Camera {
        SegmentCursor cursor;
        long micros = 1_000_000;
        private long now;

        String takes(long epoch, long clip, int position) {
            return takes(head(epoch, clip, "CROP"), position, position == 0 ? Begins.CLIP : Begins.NOTHING, 1000);
        }

        String takes(SegmentHead head, int position, Begins begins, int bytes) {
            micros += 160_000;
            Arrival arrival = new Arrival(head, position, begins, micros, bytes);
            Result result = ASSEMBLER.step(Optional.ofNullable(cursor), arrival, ++now);
            cursor = result.cursor();
            String cut = result.cut().map(end -> end + ", ").orElse("");
            return cut + (result.fate() == Fate.COLLECTED ? "collected" : "repeated");
        }
    }

    /** Writes the cursor of this version: file. */
    public static void main(String[] arguments) throws IOException {
        Files.write(Path.of(arguments[0]), SegmentCursorCodec.encode(SECOND_FIXTURE));
    }
}
