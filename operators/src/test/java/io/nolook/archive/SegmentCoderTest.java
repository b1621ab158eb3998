package io.nolook.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nolook.archive.CodedSegment.Extent;
import io.nolook.token.PhasePeriod;
import io.nolook.window.Chunk;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Segments come back whole or not at all. */
class SegmentCoderTest {
    private static final TokenGrid GRID = new TokenGrid(5, 7, 18);
    private static final int CHECKSUM_V1 = 1_234_173_372;
    private static final int CHECKSUM_OF_PERIOD = -668_966_331;

    @ParameterizedTest
    @EnumSource
    void bringsBackEveryStep(PayloadCodec codec) throws SegmentException {
        Segment segment = TestSegments.camera(GRID, 12, 1);
        CodedSegment coded = SegmentCoder.encode(segment, codec);

        assertThat(SegmentCoder.decode(coded)).isEqualTo(segment);
        assertThat(coded.codec()).isEqualTo(codec.suited("codes-1", GRID, 1).id());
        assertThat(coded.extent())
                .isEqualTo(new Extent(
                        0,
                        12,
                        45,
                        40,
                        84,
                        1_700_000_001_600_000L,
                        1_700_000_003_360_000L,
                        List.of(new Chunk.Range(36, 39))));
        assertThat(coded.name()).isEqualTo("segment gate/7/40/0");
    }

    /** Whatever numbers, names and decisions token frames carry. */
    @Property(tries = 200)
    void bringsBackAnythingThatTokenFramesSay(@ForAll long seed, @ForAll @IntRange(min = 1, max = 20) int count)
            throws SegmentException {
        SplittableRandom random = new SplittableRandom(seed);
        int first = random.nextInt(2) == 0 ? 0 : random.nextInt(1 << 20);
        TokenGrid grid = new TokenGrid(1 + random.nextInt(3), 1 + random.nextInt(3), 1 + random.nextInt(30));
        List<TokenStep> steps = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Chunk.Span span = new Chunk.Span(
                    any(random),
                    any(random),
                    (int) any(random),
                    any(random),
                    any(random),
                    random.nextBoolean(),
                    random.nextInt(3) == 0 ? any(random) : 0,
                    (int) any(random),
                    (int) any(random));
            steps.add(new TokenStep(
                    first + i,
                    span,
                    first + i == 0 ? Optional.of(anyBeginning(random)) : Optional.empty(),
                    random.ints(grid.tokens(), 0, 1 << grid.bits()).toArray()));
        }
        SegmentEnd end = SegmentEnd.values()[random.nextInt(SegmentEnd.values().length)];
        int period = random.nextBoolean() ? 1 : 1 + random.nextInt(PhasePeriod.MOST);
        SegmentHead head = TestSegments.head("ü-" + seed, any(random), any(random), grid, period);
        Segment segment = new Segment(head, end, steps);

        assertThat(SegmentCoder.decode(SegmentCoder.encode(segment, PayloadCodec.CONTEXT)))
                .isEqualTo(segment);
    }

    private static TokenStep.Begins anyBeginning(SplittableRandom random) {
        return new TokenStep.Begins(
                "SKIP",
                "ü".repeat(random.nextInt(2) * random.nextInt(TokenStep.Begins.MOST_DETAIL + 1)),
                random.nextBoolean() ? Optional.of(new Chunk.Range(any(random), any(random))) : Optional.empty(),
                random.nextBoolean() ? Optional.of(new Chunk.Place(any(random), (int) any(random))) : Optional.empty());
    }

    private static long any(SplittableRandom random) {
        return switch (random.nextInt(5)) {
            case 0 -> 0;
            case 1 -> Long.MAX_VALUE;
            case 2 -> Long.MIN_VALUE;
            case 3 -> random.nextInt(1000);
            default -> random.nextLong();
        };
    }

    /** A clip cut anywhere: each segment is coded and read by itself, whatever phase it begins in. */
    @ParameterizedTest
    @EnumSource
    void segmentsFromTheMiddleOfAClipNeedNoOthers(PayloadCodec codec) throws SegmentException {
        List<int[]> frames = TestSegments.comingRound(GRID, 40, 8, 5);
        SegmentHead head = TestSegments.head("gate", 7, 40, GRID, 8);
        for (int first = 0; first < frames.size(); first += 13) {
            List<TokenStep> steps = new ArrayList<>();
            for (int at = first; at < Math.min(frames.size(), first + 13); at++) {
                steps.add(TestSegments.step(at, frames.get(at)));
            }
            Segment segment = new Segment(head, SegmentEnd.FULL, steps);
            assertThat(SegmentCoder.decode(SegmentCoder.encode(segment, codec))).isEqualTo(segment);
        }
    }

    @Test
    void tokensThatTablesKnowAreCodedWithThem() throws SegmentException {
        Provenance made = new Provenance("nolook-small-4-2c4d8f7e6101", "ab".repeat(32), "ort/cpu");
        List<int[]> frames = TestSegments.comingRound(GRID, 20, 8, 5);
        List<TokenStep> steps = new ArrayList<>();
        for (int at = 0; at < frames.size(); at++) {
            steps.add(TestSegments.step(at, frames.get(at)));
        }
        SegmentHead head = new SegmentHead("gate", 7, 40, made, GRID, "CROP", 8);
        Segment segment = new Segment(head, SegmentEnd.FULL, steps);
        CodedSegment coded = SegmentCoder.encode(segment, PayloadCodec.PRETRAINED);

        assertThat(coded.codec()).isEqualTo(3);
        assertThat(SegmentCoder.decode(coded)).isEqualTo(segment);
    }

    @Test
    void whatDoesNotGetSmallerIsBitPacked() throws SegmentException {
        Segment noise = TestSegments.noise(new TokenGrid(16, 16, 18), 3, 2);
        for (PayloadCodec codec : PayloadCodec.values()) {
            CodedSegment coded = SegmentCoder.encode(noise, codec);
            assertThat(coded.payload().length).isLessThanOrEqualTo(3 * 576);
            assertThat(coded.codec()).isEqualTo(PayloadCodec.PACKED.id());
            assertThat(SegmentCoder.decode(coded)).isEqualTo(noise);
        }
    }

    @Test
    void theTableOfASteadyCameraTakesAboutAByteATokenFrame() {
        CodedSegment coded = SegmentCoder.encode(TestSegments.camera(GRID, 60, 1), PayloadCodec.CONTEXT);

        assertThat(coded.table().length).isLessThan(100);
    }

    @ParameterizedTest
    @EnumSource
    void everyFlippedByteIsDetectedAndNamed(PayloadCodec codec) {
        CodedSegment coded = SegmentCoder.encode(TestSegments.camera(GRID, 6, 3), codec);
        for (int at = 0; at < coded.payload().length; at++) {
            assertDetected(with(coded, coded.table(), flipped(coded.payload(), at), coded.checksum()));
        }
        for (int at = 0; at < coded.table().length; at++) {
            assertDetected(with(coded, flipped(coded.table(), at), coded.payload(), coded.checksum()));
        }
        for (int bit = 0; bit < 32; bit++) {
            assertDetected(with(coded, coded.table(), coded.payload(), coded.checksum() ^ 1 << bit));
        }
    }

    @Test
    void everyChangedFieldIsDetected() {
        CodedSegment coded = SegmentCoder.encode(TestSegments.camera(GRID, 6, 3), PayloadCodec.CONTEXT);
        SegmentHead head = coded.head();
        Provenance made = head.provenance();
        Extent extent = coded.extent();
        List<SegmentHead> heads = List.of(
                new SegmentHead("gatE", 7, 40, made, GRID, "CROP", 1),
                new SegmentHead("gate", 8, 40, made, GRID, "CROP", 1),
                new SegmentHead("gate", 7, 41, made, GRID, "CROP", 1),
                new SegmentHead("gate", 7, 40, new Provenance("codes-2", made.encoderHash(), ""), GRID, "CROP", 1),
                new SegmentHead("gate", 7, 40, new Provenance("codes-1", "", made.runtimeId()), GRID, "CROP", 1),
                new SegmentHead("gate", 7, 40, made, new TokenGrid(7, 5, 18), "CROP", 1),
                new SegmentHead("gate", 7, 40, made, GRID, "PAD", 1),
                new SegmentHead("gate", 7, 40, made, GRID, "CROP", 2));
        for (SegmentHead other : heads) {
            assertDetected(new CodedSegment(
                    other, coded.end(), extent, coded.table(), coded.codec(), coded.payload(), coded.checksum()));
        }
        List<Extent> extents = List.of(
                new Extent(1, 6, 21, 40, 60, 1, 2, extent.gaps()),
                new Extent(0, 6, 21, 40, 60, extent.firstCapturedAtMicros(), extent.lastCapturedAtMicros(), List.of()));
        for (Extent other : extents) {
            assertDetected(new CodedSegment(
                    head, coded.end(), other, coded.table(), coded.codec(), coded.payload(), coded.checksum()));
        }
        assertDetected(new CodedSegment(
                head, "FULL", extent, coded.table(), coded.codec(), coded.payload(), coded.checksum()));
        assertDetected(
                new CodedSegment(head, coded.end(), extent, coded.table(), 1, coded.payload(), coded.checksum()));
    }

    /** Bytes of someone who can compute checksums: refused or read, in memory that their length bounds. */
    @Test
    void changesUnderARightChecksumAreRefusedOrRead() {
        SplittableRandom random = new SplittableRandom(11);
        int refused = 0;
        for (PayloadCodec codec : PayloadCodec.values()) {
            CodedSegment coded = SegmentCoder.encode(TestSegments.camera(GRID, 6, 3), codec);
            for (int attempt = 0; attempt < 1500; attempt++) {
                byte[] table = random.nextBoolean() ? coded.table() : flipped(coded.table(), random);
                byte[] payload = random.nextBoolean() ? coded.payload() : flipped(coded.payload(), random);
                payload = Arrays.copyOf(payload, Math.max(0, payload.length - random.nextInt(3)));
                Extent extent = extent(coded.extent(), random);
                refused += refused(signed(coded.head(), coded.end(), extent, table, codec.id(), payload));
            }
        }
        assertThat(refused).isBetween(2000, 5999);
    }

    @Test
    void unknownEndsCodecsAndVersionsAreNamed() {
        CodedSegment coded = SegmentCoder.encode(TestSegments.camera(GRID, 6, 3), PayloadCodec.CONTEXT);
        byte[] newer = coded.table().clone();
        newer[0] = 3;

        assertThatThrownBy(() -> SegmentCoder.decode(
                        signed(coded.head(), "LATER", coded.extent(), coded.table(), 2, coded.payload())))
                .hasMessageStartingWith("segment gate/7/40/0: found end LATER, expected one of [KEYFRAME, FULL");
        assertThatThrownBy(() -> SegmentCoder.decode(
                        signed(coded.head(), coded.end(), coded.extent(), coded.table(), 4, coded.payload())))
                .hasMessage("segment gate/7/40/0: found payload codec 4, expected 0 to 3; upgrade the reader if the"
                        + " writer is newer");
        assertThatThrownBy(() -> SegmentCoder.decode(
                        signed(coded.head(), coded.end(), coded.extent(), newer, 2, coded.payload())))
                .hasMessageStartingWith("segment gate/7/40/0: found a step table of version 3, expected at most 2");
    }

    @Test
    void readsTheTableOfVersionOne() throws IOException, SegmentException {
        Segment segment = TestSegments.camera(GRID, 12, 99);
        try (InputStream in = getClass().getResourceAsStream("/fixtures/step-table-v1.bin")) {
            List<int[]> tokens = segment.steps().stream().map(TokenStep::tokens).toList();
            assertThat(StepTable.decode(in.readAllBytes(), 0, tokens)).isEqualTo(segment.steps());
        }
    }

    @Test
    void readsAndWritesTheTableOfVersionTwo() throws IOException, SegmentException {
        List<TokenStep> steps = TestSegments.steppedClock();
        try (InputStream in = getClass().getResourceAsStream("/fixtures/step-table-v2.bin")) {
            List<int[]> tokens = steps.stream().map(TokenStep::tokens).toList();
            byte[] bytes = in.readAllBytes();
            assertThat(bytes[0]).isEqualTo((byte) 2);
            assertThat(StepTable.decode(bytes, 0, tokens)).isEqualTo(steps);
            bytes[0] = 1;
            assertThatThrownBy(() -> StepTable.decode(bytes, 0, tokens))
                    .hasMessage("found flags 58 in a step table of version 1");
        }
    }

    /** Readers of 0.1.0 read what says nothing that they do not know. */
    @Test
    void theFirstVersionIsWrittenWhereItSaysAll() {
        assertThat(StepTable.encode(TestSegments.camera(GRID, 12, 99).steps())[0])
                .isEqualTo((byte) 1);
    }

    /** The checksum is for ever: it is computed again years later. */
    @Test
    void theChecksumOfVersionOneStays() {
        CodedSegment coded = SegmentCoder.encode(TestSegments.camera(GRID, 2, 4), PayloadCodec.PACKED);
        byte[] table = {1, 2, 3};

        assertThat(SegmentChecksum.of(coded.head(), "FULL", coded.extent(), table, 0, coded.payload()))
                .isEqualTo(CHECKSUM_V1);
    }

    @Test
    void aPeriodIsPartOfTheChecksumWhereThereIsOne() {
        CodedSegment coded = SegmentCoder.encode(TestSegments.camera(GRID, 2, 4), PayloadCodec.PACKED);
        SegmentHead periodic = TestSegments.head("gate", 7, 40, GRID, 8);
        byte[] table = {1, 2, 3};

        assertThat(SegmentChecksum.of(periodic, "FULL", coded.extent(), table, 0, coded.payload()))
                .isEqualTo(CHECKSUM_OF_PERIOD);
    }

    @Test
    void headsOfAnAbsurdPeriodAreRefused() {
        assertThatThrownBy(() -> TestSegments.head("gate", 7, 40, GRID, 0))
                .hasMessage("found a phase period of 0, expected 1 to 64");
        assertThatThrownBy(() -> TestSegments.head("gate", 7, 40, GRID, 65))
                .hasMessage("found a phase period of 65, expected 1 to 64");
    }

    @Test
    void holesAndOtherGridsAreNoSegment() {
        SegmentHead head = TestSegments.head("gate", 7, 40, GRID);
        TokenStep first = TestSegments.step(0, new int[35]);
        TokenStep third = TestSegments.step(2, new int[35]);

        assertThatThrownBy(() -> new Segment(head, SegmentEnd.FULL, List.of()))
                .hasMessage("found no token frame, expected at least one in a segment");
        assertThatThrownBy(() -> new Segment(head, SegmentEnd.FULL, List.of(first, third)))
                .hasMessage("found token frame 2 of clip 40, expected 1: a segment has no holes");
        assertThatThrownBy(() -> new Segment(head, SegmentEnd.FULL, List.of(TestSegments.step(0, new int[3]))))
                .hasMessage("found 3 tokens, expected 35 of a token frame");
        assertThatThrownBy(() -> new TokenStep(0, first.span(), Optional.empty(), new int[0]))
                .hasMessageContaining("with keyframe reason none, expected a reason at position 0 only");
        assertThatThrownBy(() -> new TokenStep(1, first.span(), first.begins(), new int[0]))
                .hasMessageContaining("found token frame 1 with keyframe reason GAP");
        assertThatThrownBy(() -> new TokenStep.Begins("no", "", Optional.empty(), Optional.empty()))
                .hasMessageContaining("expected 1 to 64 capitals");
        assertThatThrownBy(() -> new TokenStep.Begins("GAP", "x".repeat(1025), Optional.empty(), Optional.empty()))
                .hasMessageContaining("1025 characters, expected at most 1024");
    }

    private static Extent extent(Extent from, SplittableRandom random) {
        int count = random.nextInt(4) > 0 ? from.tokenFrames() : (int) any(random);
        int first = random.nextInt(4) > 0 ? from.firstPosition() : (int) any(random);
        return new Extent(
                first,
                count,
                from.frames(),
                from.firstSequence(),
                from.lastSequence(),
                from.firstCapturedAtMicros(),
                from.lastCapturedAtMicros(),
                from.gaps());
    }

    private static CodedSegment signed(
            SegmentHead head, String end, Extent extent, byte[] table, int codec, byte[] payload) {
        int checksum = SegmentChecksum.of(head, end, extent, table, codec, payload);
        return new CodedSegment(head, end, extent, table, codec, payload, checksum);
    }

    private static CodedSegment with(CodedSegment coded, byte[] table, byte[] payload, int checksum) {
        return new CodedSegment(coded.head(), coded.end(), coded.extent(), table, coded.codec(), payload, checksum);
    }

    private static byte[] flipped(byte[] bytes, int at) {
        byte[] flipped = bytes.clone();
        flipped[at] ^= (byte) (1 << at % 8);
        return flipped;
    }

    private static byte[] flipped(byte[] bytes, SplittableRandom random) {
        byte[] flipped = bytes.clone();
        flipped[random.nextInt(flipped.length)] ^= (byte) (1 + random.nextInt(255));
        return flipped;
    }

    private static int refused(CodedSegment coded) {
        try {
            assertThat(SegmentCoder.decode(coded).steps()).isNotEmpty();
            return 0;
        } catch (SegmentException e) {
            assertThat(e.getMessage()).startsWith("segment gate/7/40/");
            return 1;
        }
    }

    private static void assertDetected(CodedSegment changed) {
        assertThatThrownBy(() -> SegmentCoder.decode(changed))
                .isInstanceOf(SegmentException.class)
                .hasMessageMatching("segment gat[eE]/\\d+/\\d+/\\d+: found bytes of checksum [0-9a-f]{8}, expected"
                        + " [0-9a-f]{8}: they were changed");
    }
}
