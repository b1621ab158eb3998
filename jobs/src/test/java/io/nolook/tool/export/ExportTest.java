package io.nolook.tool.export;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.nolook.job.archive.TestTokens;
import io.nolook.record.TokenFrames;
import io.nolook.schema.TokenFrame;
import io.nolook.token.TokenFactors;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Exports hold what the token frames say; that Python reads them is tested there, with files of {@link #main}.
 *
 * <p>The files in deploy/python/tests/exports are those of this class: run it when a layout changes.
 */
class ExportTest {
    private static final TokenForm PLAIN = new TokenForm(Optional.empty(), TokenForm.Offset.NONE);
    private static final TokenForm IDS =
            new TokenForm(Optional.of(TokenFactors.NINE_NINE), TokenForm.Offset.VOCABULARY);
    private static final int ROWS = 12;

    @TempDir
    private Path folder;

    @Test
    void npzHoldsEveryTokenFrame() throws IOException {
        List<Path> files = export(ExportFormat.npz, PLAIN, folder);

        assertThat(files.stream().map(file -> file.getFileName().toString()).toList())
                .containsExactly(
                        "camera-0-00000.npz", "camera-1-00000.npz", "camera-0-00001.npz", "camera-1-00001.npz");
        Map<String, byte[]> arrays = entries(files.get(0));
        assertThat(header(arrays.get("tokens.npy")))
                .isEqualTo("{'descr': '<i4', 'fortran_order': False, 'shape': (9, 4, 4), }");
        assertThat(header(arrays.get("epoch.npy")))
                .isEqualTo("{'descr': '<i8', 'fortran_order': False, 'shape': (9,), }");
        ByteBuffer tokens = values(arrays.get("tokens.npy"));
        for (TokenFrame frame : TestTokens.camera(0, 9)) {
            for (int token : TokenFrames.tokens(frame)) {
                assertThat(tokens.getInt()).isEqualTo(token);
            }
        }
        assertThat(tokens.hasRemaining()).isFalse();
        assertThat(new String(values(arrays.get("tokenizer_id.npy")).slice().array(), StandardCharsets.UTF_8))
                .contains("codes-1");
    }

    @Test
    void numbersAreFactorsAndIdsWhereAskedFor() {
        TokenFrame frame = TestTokens.camera(0, 1).get(0);
        int token = TokenFrames.tokens(frame)[3];
        TokenForm factors = new TokenForm(Optional.of(TokenFactors.SIX_TWELVE), TokenForm.Offset.NONE);
        TokenForm ids = new TokenForm(Optional.empty(), TokenForm.Offset.VOCABULARY);

        assertThat(PLAIN.numbers(frame)[3]).isEqualTo(token);
        assertThat(ids.numbers(frame)[3]).isEqualTo(256 + token);
        assertThat(factors.numbers(frame)[6]).isEqualTo(token & 63);
        assertThat(factors.numbers(frame)[7]).isEqualTo(token >> 6);
        assertThat(IDS.numbers(frame)[6]).isEqualTo(256 + (token & 511));
        assertThat(IDS.numbers(frame)[7]).isEqualTo(256 + 512 + (token >> 9));
        assertThat(PLAIN.size(18)).isEqualTo(1 << 18);
        assertThat(ids.size(18)).isEqualTo(256 + (1 << 18));
        assertThat(factors.size(18)).isEqualTo(64 + 4096);
        assertThat(IDS.size(18)).isEqualTo(256 + 1024);
    }

    @Test
    void shardsAreTarsOfSamples() throws IOException {
        List<Path> files = export(ExportFormat.tar, IDS, folder);

        assertThat(files).hasSize(2);
        byte[] tar = Files.readAllBytes(files.get(0));
        String name = new String(tar, 0, 100, StandardCharsets.US_ASCII).trim();
        assertThat(name).isEqualTo("camera-0-7-0-0.tokens.npy");
        int size = Integer.parseInt(new String(tar, 124, 11, StandardCharsets.US_ASCII), 8);
        int json = 512 + (size + 511) / 512 * 512;
        int length = Integer.parseInt(new String(tar, json + 124, 11, StandardCharsets.US_ASCII), 8);
        JsonNode described = new ObjectMapper().readTree(tar, json + 512, length);
        assertThat(described.get("camera").asText()).isEqualTo("camera-0");
        assertThat(described.get("position")).hasSize(9);
        assertThat(described.get("phase_period").get(8).asInt()).isEqualTo(1);
        assertThat(described.get("vocabulary").asInt()).isEqualTo(1280);
        assertThat(tar.length % 512).isZero();
    }

    /** Persian, Arabic, Bengali and Nepali have digits of their own. */
    @ParameterizedTest
    @ValueSource(strings = {"fa-IR-u-nu-arabext", "ar-EG-u-nu-arab", "bn-BD-u-nu-beng", "ne-NP-u-nu-deva"})
    void exportsAreTheSameInEveryLanguage(String language) throws IOException {
        Locale before = Locale.getDefault();
        for (ExportFormat format : ExportFormat.values()) {
            TokenForm form = format == ExportFormat.oneX ? PLAIN : IDS;
            List<Path> expected = export(format, form, Files.createDirectories(folder.resolve(format + "-plain")));
            List<Path> found;
            Locale.setDefault(Locale.forLanguageTag(language));
            try {
                found = export(format, form, Files.createDirectories(folder.resolve(format + "-" + language)));
            } finally {
                Locale.setDefault(before);
            }
            assertThat(found.stream().map(Path::getFileName).toList())
                    .isEqualTo(expected.stream().map(Path::getFileName).toList());
            for (int i = 0; i < expected.size(); i++) {
                assertThat(found.get(i)).hasSameBinaryContentAs(expected.get(i));
            }
        }
    }

    @Test
    void parquetFilesBeginAndEndAsTheyMust() throws IOException {
        List<Path> files = export(ExportFormat.parquet, PLAIN, folder);

        assertThat(files).hasSize(3);
        for (Path file : files) {
            byte[] bytes = Files.readAllBytes(file);
            assertThat(new String(bytes, 0, 4, StandardCharsets.US_ASCII)).isEqualTo("PAR1");
            assertThat(new String(bytes, bytes.length - 4, 4, StandardCharsets.US_ASCII))
                    .isEqualTo("PAR1");
            int footer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt(bytes.length - 8);
            assertThat(footer).isBetween(100, bytes.length - 12);
        }
    }

    /** Names of cameras are bytes of anyone, and of any length: they never leave the folder, and never merge. */
    @ParameterizedTest
    @EnumSource
    void namesStayInsideTheFolder(ExportFormat format) throws IOException {
        List<String> cameras = List.of(
                "../../../ü/.",
                "دوربین شمال".repeat(91).substring(0, 1000),
                "دوربین شمال".repeat(91),
                "/..".repeat(333));
        Path inside = folder.resolve("inside");
        List<Path> written;
        try (ExportSink sink = format.open(inside, PLAIN, 3)) {
            for (String camera : cameras) {
                List<TokenFrame> frames = TestTokens.camera(0, 3);
                frames.forEach(frame -> frame.setCamera(camera));
                sink.add(frames);
            }
            sink.close();
            written = sink.files();
        }
        assertThat(written).hasSizeGreaterThan(3).doesNotHaveDuplicates().allSatisfy(file -> {
            assertThat(file.toRealPath()).startsWith(inside.toRealPath());
            assertThat(file.getFileName().toString()).matches("[A-Za-z0-9_=.-]{1,255}");
        });
        if (format == ExportFormat.npz) {
            assertThat(written).hasSize(4);
            for (int i = 0; i < 4; i++) {
                ByteBuffer id = values(entries(written.get(i)).get("camera.npy"));
                assertThat(StandardCharsets.UTF_8.decode(id).toString()).isEqualTo(cameras.get(i));
            }
        }
    }

    /** The name in a shard's header has 100 bytes; a longer one goes into a header of its own. */
    @Test
    void samplesOfLongCamerasHaveKeysOfAFileNamesLength() throws IOException {
        String camera = "دوربین".repeat(166);
        List<TokenFrame> frames = TestTokens.camera(0, 3);
        frames.forEach(frame -> frame.setCamera(camera));
        try (ExportSink sink = ExportFormat.tar.open(folder, PLAIN, 3)) {
            sink.add(frames);
        }
        try (TarArchiveInputStream tar =
                new TarArchiveInputStream(Files.newInputStream(folder.resolve("shard-00000.tar")))) {
            assertThat(tar.getNextEntry().getName()).matches("=D8=AF[A-Z0-9=]*==[0-9a-f]{64}-7-0-0\\.tokens\\.npy");
            assertThat(tar.getNextEntry().getName()).hasSizeLessThan(256).endsWith("-7-0-0.json");
            assertThat(new ObjectMapper().readTree(tar).get("camera").asText()).isEqualTo(camera);
        }
    }

    /** Clips of nine of two cameras, by turns. */
    private static List<Path> export(ExportFormat format, TokenForm form, Path to) throws IOException {
        ExportSink sink = format.open(to, form, ROWS);
        for (int clip = 0; clip < 2; clip++) {
            for (int camera = 0; camera < 2; camera++) {
                sink.add(TestTokens.camera(camera, 18).subList(9 * clip, 9 * clip + 9));
            }
        }
        sink.close();
        return sink.files();
    }

    private static Map<String, byte[]> entries(Path file) throws IOException {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        try (InputStream in = Files.newInputStream(file);
                ZipInputStream zip = new ZipInputStream(in)) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                entries.put(entry.getName(), zip.readAllBytes());
            }
        }
        return entries;
    }

    private static String header(byte[] npy) {
        int length = npy[8] & 0xff | (npy[9] & 0xff) << 8;
        assertThat((10 + length) % 64).isZero();
        return new String(npy, 10, length, StandardCharsets.US_ASCII).trim();
    }

    private static ByteBuffer values(byte[] npy) {
        int length = npy[8] & 0xff | (npy[9] & 0xff) << 8;
        return ByteBuffer.wrap(npy, 10 + length, npy.length - 10 - length).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Writes the exports that Python's tests read: folder. */
    public static void main(String[] arguments) throws IOException {
        Path to = Path.of(arguments[0]);
        List<Path> files = new ArrayList<>(export(ExportFormat.npz, PLAIN, to.resolve("npz")));
        files.addAll(export(ExportFormat.npz, IDS, to.resolve("npz-ids")));
        files.addAll(export(ExportFormat.tar, IDS, to.resolve("tar-ids")));
        files.addAll(export(ExportFormat.parquet, PLAIN, to.resolve("parquet")));
        files.addAll(export(ExportFormat.parquet, IDS, to.resolve("parquet-ids")));
        files.addAll(export(ExportFormat.hf, PLAIN, to.resolve("hf")));
        files.addAll(export(ExportFormat.oneX, PLAIN, to.resolve("1x")));
        files.addAll(export(ExportFormat.megatron, PLAIN, to.resolve("megatron")));
        files.addAll(export(ExportFormat.megatron, IDS, to.resolve("megatron-ids")));
        StringBuilder text = new StringBuilder();
        for (int camera = 0; camera < 2; camera++) {
            for (TokenFrame frame : TestTokens.camera(camera, 18)) {
                text.append(frame.getCamera()).append('\t').append(frame.getClip());
                text.append('\t').append(frame.getPosition()).append('\t').append(frame.getFirstCapturedAtMicros());
                for (int token : TokenFrames.tokens(frame)) {
                    text.append('\t').append(token);
                }
                text.append('\n');
            }
        }
        Files.writeString(to.resolve("tokens.tsv"), text.toString());
        System.out.println(files.size() + " files");
    }
}
