package io.nolook.tool.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.nolook.job.archive.TestTokens;
import io.nolook.record.TokenFrames;
import io.nolook.schema.TokenFrame;
import io.nolook.token.TokenFactors;
import io.nolook.token.TokenPacking;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Layouts that know clips only: what arrives in pieces and by turns stands together, and nothing else does. */
class ClipSinkTest {
    private static final TokenForm PLAIN = new TokenForm(Optional.empty(), TokenForm.Offset.NONE);
    private static final TokenForm IDS = new TokenForm(Optional.empty(), TokenForm.Offset.VOCABULARY);
    private static final TokenForm FACTORS = new TokenForm(Optional.of(TokenFactors.NINE_NINE), TokenForm.Offset.NONE);
    private static final int MANY = 100;

    @TempDir
    private Path folder;

    @Test
    void clipsThatCameInPiecesByTurnsStandTogether() throws IOException {
        List<TokenFrame> first = TestTokens.camera(0, 18);
        List<TokenFrame> second = TestTokens.camera(1, 9);
        export(
                ExportFormat.oneX,
                PLAIN,
                MANY,
                List.of(
                        first.subList(0, 5),
                        second.subList(0, 4),
                        first.subList(5, 9),
                        second.subList(4, 9),
                        first.subList(9, 18)));

        List<TokenFrame> whole = Stream.of(first, second).flatMap(List::stream).toList();
        assertThat(ints("video.bin"))
                .containsExactly(whole.stream()
                        .flatMapToInt(frame -> Arrays.stream(TokenFrames.tokens(frame)))
                        .toArray());
        assertThat(ints("segment_ids.bin")).containsExactly(segments(9, 9, 9));
        JsonNode metadata = json(Files.readString(folder.resolve("metadata.json")));
        assertThat(metadata.get("num_images").asInt()).isEqualTo(27);
        assertThat(metadata.get("s").asInt()).isEqualTo(4);
        assertThat(metadata.get("token_dtype").asText()).isEqualTo("uint32");
        assertThat(metadata.get("vocab_size").asInt()).isEqualTo(1 << 18);
        assertThat(metadata.get("hz").asDouble()).isEqualTo(6.25); // four frames of 40 ms
        List<String> clips = Files.readAllLines(folder.resolve("clips.jsonl"));
        assertThat(clips).hasSize(3);
        assertThat(json(clips.get(2)).get("camera").asText()).isEqualTo("camera-1");
        assertThat(json(clips.get(1)).get("clip").asLong())
                .isEqualTo(first.get(9).getClip());
    }

    @Test
    void aHoleAndALongClipBeginAnother() throws IOException {
        List<TokenFrame> clip = TestTokens.camera(0, 9);
        export(
                ExportFormat.oneX,
                PLAIN,
                4,
                List.of(clip.subList(0, 2), clip.subList(3, 5), clip.subList(5, 7), clip.subList(7, 9)));

        assertThat(ints("segment_ids.bin")).containsExactly(segments(2, 4, 2));
    }

    @Test
    void aGridThatIsNotSquareIsRefused() {
        List<TokenFrame> wide = TestTokens.camera(0, 1);
        wide.forEach(frame -> frame.setHeight(2));
        wide.forEach(frame -> frame.setWidth(8));

        assertThatThrownBy(() -> export(ExportFormat.oneX, PLAIN, MANY, List.of(wide)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("found token frames of 2x8, expected square ones for --format 1x: tokenize at a square"
                        + " frame.size, or export as npz, webdataset or parquet");
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void formsThatTheLoaderDoesNotKnowAreRefused() {
        for (TokenForm form : List.of(IDS, FACTORS)) {
            assertThatThrownBy(() -> ExportFormat.oneX.open(folder, form, MANY))
                    .hasMessageStartingWith("found --factors or --vocabulary with --format 1x, expected neither");
        }
    }

    @Test
    void tokensOfAnotherKindAreRefused() throws IOException {
        List<TokenFrame> others = TestTokens.camera(1, 1);
        others.forEach(frame -> frame.setTokenizerId("codes-2"));

        try (ExportSink sink = ExportFormat.megatron.open(folder, PLAIN, MANY)) {
            sink.add(TestTokens.camera(0, 1));
            assertThatThrownBy(() -> sink.add(others))
                    .hasMessageStartingWith(
                            "found tokens of kind codes-2|4x4x18 after codes-1|4x4x18, expected one kind");
        }
    }

    @Test
    void megatronsIndexSaysWhereDocumentsAre() throws IOException {
        List<TokenFrame> frames = TestTokens.camera(0, 12);
        export(ExportFormat.megatron, PLAIN, MANY, List.of(frames.subList(0, 9), frames.subList(9, 12)));

        ByteBuffer index = bytes("tokens.idx");
        byte[] magic = new byte[9];
        index.get(magic);
        assertThat(magic).containsExactly('M', 'M', 'I', 'D', 'I', 'D', 'X', 0, 0);
        assertThat(index.getLong()).isEqualTo(1);
        assertThat(index.get()).isEqualTo((byte) 4);
        assertThat(index.getLong()).isEqualTo(2);
        assertThat(index.getLong()).isEqualTo(3);
        assertThat(List.of(index.getInt(), index.getInt())).containsExactly(9 * 16, 3 * 16);
        assertThat(List.of(index.getLong(), index.getLong())).containsExactly(0L, 9L * 16 * 4);
        assertThat(List.of(index.getLong(), index.getLong(), index.getLong())).containsExactly(0L, 1L, 2L);
        assertThat(index.hasRemaining()).isFalse();
        assertThat(ints("tokens.bin")).hasSize(12 * 16);
    }

    @Test
    void idsOfTheVocabularyHaveItsMarks() throws IOException {
        List<TokenFrame> frames = TestTokens.camera(0, 2);
        frames.forEach(frame -> frame.setHeight(1));
        frames.forEach(frame -> frame.setWidth(1));
        frames.get(0).setSkippedFrom(3L);
        for (int i = 0; i < 2; i++) {
            frames.get(i).setTokens(ByteBuffer.wrap(TokenPacking.pack(new int[] {10 + i}, 18)));
        }
        export(ExportFormat.megatron, IDS, MANY, List.of(frames));

        assertThat(ints("tokens.bin")).containsExactly(1, 5, 4, 266, 3, 267, 2);
    }

    @Test
    void anEmptyExportIsNoFile() throws IOException {
        export(ExportFormat.megatron, PLAIN, MANY, List.of());

        assertThat(folder).isEmptyDirectory();
    }

    private void export(ExportFormat format, TokenForm form, int rows, List<List<TokenFrame>> runs) throws IOException {
        try (ExportSink sink = format.open(folder, form, rows)) {
            for (List<TokenFrame> run : runs) {
                sink.add(run);
            }
        }
    }

    private static int[] segments(int... lengths) {
        return IntStream.range(0, lengths.length)
                .flatMap(i -> IntStream.generate(() -> i).limit(lengths[i]))
                .toArray();
    }

    private static JsonNode json(String text) throws IOException {
        return new ObjectMapper().readTree(text);
    }

    private ByteBuffer bytes(String name) throws IOException {
        return ByteBuffer.wrap(Files.readAllBytes(folder.resolve(name))).order(ByteOrder.LITTLE_ENDIAN);
    }

    private int[] ints(String name) throws IOException {
        IntBuffer values = bytes(name).asIntBuffer();
        return IntStream.generate(values::get).limit(values.remaining()).toArray();
    }
}
