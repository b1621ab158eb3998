package io.nolook.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nolook.token.PhasePeriod;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every codec brings back every token, and refuses everything that it did not write.
 *
 * <p>{@link #main} writes the fixtures of a version; those that are there stay as they are for ever.
 */
class PayloadCodecTest {
    private static final TokenGrid GRID = new TokenGrid(5, 7, 18);
    /** What the fixtures were written from, once; never change it: it stands for archives that exist. */
    private static final List<int[]> FIXTURE = tokens(TestSegments.camera(GRID, 12, 99));
    /** The same, for the fixture of a phase period of 8. */
    private static final List<int[]> ROUND = TestSegments.comingRound(GRID, 30, 8, 99);
    /** The tokenizer that the tables are of. */
    private static final String KNOWN = "nolook-small-4-2c4d8f7e6101";

    @Property(tries = 200)
    void bringsBackAnyTokens(
            @ForAll PayloadCodec any,
            @ForAll @IntRange(min = 1, max = 30) int bits,
            @ForAll @IntRange(min = 1, max = 9) int height,
            @ForAll @IntRange(min = 1, max = 9) int width,
            @ForAll @IntRange(min = 1, max = PhasePeriod.MOST) int period,
            @ForAll @IntRange(min = 1, max = 20) int count,
            @ForAll @IntRange(min = 0, max = 2) int kind,
            @ForAll long seed)
            throws SegmentException {
        TokenGrid grid = new TokenGrid(height, width, bits);
        List<int[]> frames = switch (kind) {
            case 0 -> tokens(TestSegments.camera(grid, count, seed));
            case 1 -> tokens(TestSegments.noise(grid, count, seed));
            default -> TestSegments.comingRound(grid, count, period, seed);
        };
        PayloadCodec codec = any.suited(KNOWN, grid, period);

        assertSame(codec.decode(grid, period, count, codec.encode(grid, period, frames)), frames);
    }

    @Property(tries = 60)
    void bringsBackConstantsAndExtremes(
            @ForAll PayloadCodec any,
            @ForAll @IntRange(min = 1, max = 30) int bits,
            @ForAll @IntRange(min = 1, max = 9) int period,
            @ForAll boolean high)
            throws SegmentException {
        TokenGrid grid = new TokenGrid(16, 16, bits);
        int[] same = new int[256];
        Arrays.fill(same, high ? (1 << bits) - 1 : 0);
        PayloadCodec codec = any.suited(KNOWN, grid, period);
        List<int[]> frames = List.of(same, same, same, same, same, same, same, same);

        assertSame(codec.decode(grid, period, 8, codec.encode(grid, period, frames)), frames);
    }

    /** The longest run of the most probable bits that a cap on memory must let pass. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void constantsOfALargeGridStayBelowTheCap(int period) throws SegmentException {
        TokenGrid grid = new TokenGrid(270, 480, 18);
        List<int[]> frames = List.of(new int[grid.tokens()], new int[grid.tokens()], new int[grid.tokens()]);
        byte[] coded = PayloadCodec.CONTEXT.encode(grid, period, frames);

        assertThat(coded.length).isLessThan(2000);
        assertSame(PayloadCodec.CONTEXT.decode(grid, period, 3, coded), frames);
    }

    /** Whatever the grid: the tables look at what is around a token. */
    @Property(tries = 60)
    void bringsBackTokensThatTablesKnow(
            @ForAll @IntRange(min = 1, max = 20) int height,
            @ForAll @IntRange(min = 1, max = 20) int width,
            @ForAll @IntRange(min = 1, max = 20) int count,
            @ForAll boolean noise,
            @ForAll long seed)
            throws SegmentException {
        TokenGrid grid = new TokenGrid(height, width, 18);
        List<int[]> frames =
                noise ? tokens(TestSegments.noise(grid, count, seed)) : TestSegments.comingRound(grid, count, 8, seed);
        byte[] coded = PayloadCodec.PRETRAINED.encode(grid, 8, frames);

        assertSame(PayloadCodec.PRETRAINED.decode(grid, 8, count, coded), frames);
    }

    @Test
    void tokensThatNoTablesKnowAreCodedWithout() {
        assertThat(PayloadCodec.PRETRAINED.suited(KNOWN, GRID, 8)).isEqualTo(PayloadCodec.PRETRAINED);
        assertThat(PayloadCodec.PRETRAINED.suited("another", GRID, 8)).isEqualTo(PayloadCodec.CONTEXT);
        assertThat(PayloadCodec.PRETRAINED.suited(KNOWN, GRID, 1)).isEqualTo(PayloadCodec.CONTEXT);
        assertThat(PayloadCodec.DEFLATE.suited("another", GRID, 1)).isEqualTo(PayloadCodec.DEFLATE);
        assertThatThrownBy(() -> PayloadCodec.PRETRAINED.encode(GRID, 1, FIXTURE))
                .hasMessage("found tables 1 with tokens of 18 bits and phase period 1, expected 18 bits and period 8");
    }

    @Test
    void tablesThatAreNotThereAreNamed() {
        byte[] coded = PayloadCodec.PRETRAINED.encode(GRID, 8, ROUND);
        coded[0] = 9;
        assertThatThrownBy(() -> PayloadCodec.PRETRAINED.decode(GRID, 8, ROUND.size(), coded))
                .isInstanceOf(SegmentException.class)
                .hasMessage("found tables 9, expected 1; upgrade the reader if the writer is newer");
        coded[0] = 1;
        assertThatThrownBy(() -> PayloadCodec.PRETRAINED.decode(GRID, 4, ROUND.size(), coded))
                .isInstanceOf(SegmentException.class)
                .hasMessage("found tables 1 with tokens of 18 bits and phase period 4, expected 18 bits and period 8");
        assertThatThrownBy(() -> PayloadCodec.PRETRAINED.decode(new TokenGrid(1, 1, 18), 8, 1, new byte[0]))
                .hasMessage("found no payload, expected the number of its tables first");
    }

    /** Tokens that are like none of the tables' tokenizer: what is wrong is unlearned within the segment. */
    @Test
    void tablesThatAreWrongCostAFewPercentAtMost() {
        TokenGrid grid = new TokenGrid(16, 16, 18);
        for (List<int[]> frames :
                List.of(tokens(TestSegments.noise(grid, 60, 5)), tokens(TestSegments.camera(grid, 60, 6)))) {
            assertThat((double) PayloadCodec.PRETRAINED.encode(grid, 8, frames).length
                            / PayloadCodec.CONTEXT.encode(grid, 8, frames).length)
                    .isBetween(0.95, 1.03);
        }
    }

    @Test
    void randomTokensExpandByLessThanHalfAPercent() {
        TokenGrid grid = new TokenGrid(16, 16, 18);
        List<int[]> noise = tokens(TestSegments.noise(grid, 60, 5));

        assertThat((double) PayloadCodec.CONTEXT.encode(grid, 1, noise).length / (60 * grid.packedBytes()))
                .isBetween(0.99, 1.005);
    }

    @Test
    void tokensLikeACamerasAreFarSmaller() {
        TokenGrid grid = new TokenGrid(16, 16, 18);
        List<int[]> camera = tokens(TestSegments.camera(grid, 60, 6));
        double context = PayloadCodec.CONTEXT.encode(grid, 1, camera).length;

        assertThat(context / PayloadCodec.DEFLATE.encode(grid, 1, camera).length)
                .isLessThan(0.7);
        assertThat(context / PayloadCodec.PACKED.encode(grid, 1, camera).length).isLessThan(0.3);
    }

    /** What stands still is new for a period, and then comes round: only a coder that is told so can know. */
    @Test
    void whatComesRoundAfterAPeriodIsFarSmallerWhereThatIsTold() {
        TokenGrid grid = new TokenGrid(16, 16, 18);
        List<int[]> frames = TestSegments.comingRound(grid, 60, 8, 7);
        double told = PayloadCodec.CONTEXT.encode(grid, 8, frames).length;

        assertThat(told / PayloadCodec.CONTEXT.encode(grid, 1, frames).length).isLessThan(1 / 3.0);
        assertThat(told / PayloadCodec.CONTEXT.encode(grid, 7, frames).length).isLessThan(1 / 3.0);
    }

    /** Of random tokens every eighth is taken for an escape, and the code before it for what matters. */
    @Test
    void aPeriodThatIsNoneCostsAQuarterAtMost() {
        TokenGrid grid = new TokenGrid(16, 16, 18);
        List<int[]> camera = tokens(TestSegments.camera(grid, 60, 6));

        assertThat((double) PayloadCodec.CONTEXT.encode(grid, 8, camera).length
                        / PayloadCodec.CONTEXT.encode(grid, 1, camera).length)
                .isBetween(1.0, 1.25);
    }

    @Test
    void readsAndWritesTheBytesOfAPeriod() throws IOException, SegmentException {
        try (InputStream in = getClass().getResourceAsStream("/fixtures/payload-2-period-8-v1.bin")) {
            byte[] bytes = in.readAllBytes();
            assertSame(PayloadCodec.CONTEXT.decode(GRID, 8, ROUND.size(), bytes), ROUND);
            assertThat(PayloadCodec.CONTEXT.encode(GRID, 8, ROUND)).isEqualTo(bytes);
        }
    }

    @Test
    void readsAndWritesTheBytesOfTables() throws IOException, SegmentException {
        try (InputStream in = getClass().getResourceAsStream("/fixtures/payload-3-tables-1.bin")) {
            byte[] bytes = in.readAllBytes();
            assertThat(bytes[0]).isEqualTo((byte) 1);
            assertSame(PayloadCodec.PRETRAINED.decode(GRID, 8, ROUND.size(), bytes), ROUND);
            assertThat(PayloadCodec.PRETRAINED.encode(GRID, 8, ROUND)).isEqualTo(bytes);
        }
    }

    @Test
    void periodsOutOfRangeAreRefused() {
        for (int period : new int[] {Integer.MIN_VALUE, 0, 65, Integer.MAX_VALUE}) {
            assertThatThrownBy(() -> PayloadCodec.CONTEXT.decode(GRID, period, 1, new byte[99]))
                    .hasMessage("found a phase period of " + period + ", expected 1 to 64");
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = PayloadCodec.class,
            names = {"PACKED", "DEFLATE", "CONTEXT"})
    void readsTheBytesOfVersionOne(PayloadCodec codec) throws IOException, SegmentException {
        assertSame(codec.decode(GRID, 1, FIXTURE.size(), fixture(codec)), FIXTURE);
    }

    /** Deflate may be written otherwise by another release of zlib; the others never change. */
    @ParameterizedTest
    @EnumSource(
            value = PayloadCodec.class,
            names = {"PACKED", "CONTEXT"})
    void writesTheBytesOfVersionOne(PayloadCodec codec) throws IOException {
        assertThat(codec.encode(GRID, 1, FIXTURE)).isEqualTo(fixture(codec));
    }

    @ParameterizedTest
    @EnumSource
    void everyTruncationIsRefusedOrReadsOtherwise(PayloadCodec codec) {
        everyTruncationIsRefusedOrReadsOtherwise(codec.suited(KNOWN, GRID, 1), 1, FIXTURE);
        everyTruncationIsRefusedOrReadsOtherwise(codec, 8, ROUND);
    }

    private static void everyTruncationIsRefusedOrReadsOtherwise(PayloadCodec codec, int period, List<int[]> frames) {
        byte[] coded = codec.encode(GRID, period, frames);
        int refused = 0;
        for (int length = 0; length < coded.length; length++) {
            byte[] cut = Arrays.copyOf(coded, length);
            try {
                codec.decode(GRID, period, frames.size(), cut);
            } catch (SegmentException e) {
                assertThat(e.getMessage()).contains("found");
                refused++;
            }
        }
        // a cut within the last bytes may read as other tokens: the checksum of the segment tells
        assertThat(refused).isBetween(coded.length - 4, coded.length);
    }

    @ParameterizedTest
    @EnumSource
    void noiseIsRefusedOrReadButNeverMore(PayloadCodec codec) {
        Random random = new Random(3);
        for (int attempt = 0; attempt < 2000; attempt++) {
            byte[] noise = new byte[random.nextInt(300)];
            random.nextBytes(noise);
            try {
                assertThat(codec.decode(GRID, 1 + attempt % 9, 1 + random.nextInt(20), noise))
                        .isNotEmpty();
            } catch (SegmentException e) {
                assertThat(e.getMessage()).contains("found");
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void countsThatTheBytesCannotHoldAreRefusedBeforeAnyMemoryIsTaken(PayloadCodec codec) {
        TokenGrid huge = new TokenGrid(4096, 4096, 30);

        assertThatThrownBy(() -> codec.decode(huge, 1, 1 << 16, new byte[100]))
                .isInstanceOf(SegmentException.class)
                .hasMessage("found 100 bytes of payload for 65536 token frames of 16777216 tokens, expected more");
    }

    /** 260 KB that inflate to 256 MiB of bits would be 8 GiB of tokens. */
    @Test
    void aBombOfOneBitTokensIsRefusedBeforeItIsInflated() {
        TokenGrid grid = new TokenGrid(4096, 4096, 1);
        byte[] bomb = Deflated.deflate(new byte[128 * grid.packedBytes()]);

        assertThat(bomb.length).isLessThan(300_000);
        assertThatThrownBy(() -> PayloadCodec.DEFLATE.decode(grid, 1, 128, bomb))
                .hasMessage("found 128 token frames of 16777216 tokens, which take 8589934592 bytes of memory, expected"
                        + " at most 8 token frames in a segment");
        assertThatThrownBy(() -> PayloadCodec.CONTEXT.decode(grid, 1, 9, bomb))
                .isInstanceOf(SegmentException.class)
                .hasMessageContaining("expected at most 8 token frames");
    }

    @Test
    void numbersAreForEver() throws SegmentException {
        assertThat(PayloadCodec.PACKED.id()).isZero();
        assertThat(PayloadCodec.DEFLATE.id()).isEqualTo(1);
        assertThat(PayloadCodec.CONTEXT.id()).isEqualTo(2);
        assertThat(PayloadCodec.PRETRAINED.id()).isEqualTo(3);
        for (PayloadCodec codec : PayloadCodec.values()) {
            assertThat(PayloadCodec.of(codec.id())).isEqualTo(codec);
        }
        assertThatThrownBy(() -> PayloadCodec.of(9))
                .hasMessage("found payload codec 9, expected 0 to 3; upgrade the reader if the writer is newer");
    }

    @Test
    void gridsOutOfRangeAreRefused() {
        assertThatThrownBy(() -> new TokenGrid(0, 1, 18)).hasMessageContaining("found a grid of 1x0 tokens of 18 bits");
        assertThatThrownBy(() -> new TokenGrid(1, 5000, 18)).hasMessageContaining("expected 1x1 to 4096x4096");
        assertThatThrownBy(() -> new TokenGrid(1, 1, 31)).hasMessageContaining("of 1 to 30 bits");
    }

    private static List<int[]> tokens(Segment segment) {
        return segment.steps().stream().map(TokenStep::tokens).toList();
    }

    private static void assertSame(List<int[]> found, List<int[]> expected) {
        assertThat(found).hasSameSizeAs(expected);
        for (int i = 0; i < expected.size(); i++) {
            assertThat(found.get(i)).isEqualTo(expected.get(i));
        }
    }

    private static byte[] fixture(PayloadCodec codec) throws IOException {
        try (InputStream in = PayloadCodecTest.class.getResourceAsStream("/fixtures/" + name(codec, 1))) {
            return in.readAllBytes();
        }
    }

    private static String name(PayloadCodec codec, int version) {
        return "payload-" + codec.id() + "-v" + version + ".bin";
    }

    /** Writes the payloads of this version: folder, version. */
    public static void main(String[] arguments) throws IOException {
        for (PayloadCodec codec : List.of(PayloadCodec.PACKED, PayloadCodec.DEFLATE, PayloadCodec.CONTEXT)) {
            Path file = Path.of(arguments[0]).resolve(name(codec, Integer.parseInt(arguments[1])));
            Files.write(file, codec.encode(GRID, 1, FIXTURE));
        }
        Files.write(
                Path.of(arguments[0]).resolve("step-table-v" + arguments[1] + ".bin"),
                StepTable.encode(TestSegments.camera(GRID, 12, 99).steps()));
        Files.write(
                Path.of(arguments[0]).resolve("payload-2-period-8-v" + arguments[1] + ".bin"),
                PayloadCodec.CONTEXT.encode(GRID, 8, ROUND));
        Files.write(
                Path.of(arguments[0]).resolve("payload-3-tables-" + PriorTables.NUMBER + ".bin"),
                PayloadCodec.PRETRAINED.encode(GRID, 8, ROUND));
    }
}
