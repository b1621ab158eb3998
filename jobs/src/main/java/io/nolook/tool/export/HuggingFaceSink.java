package io.nolook.tool.export;

import io.nolook.schema.TokenFrame;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * A folder that {@code datasets.load_dataset} opens: {@code data/tokens-00000.parquet} and so on, and a card.
 *
 * <p>The card, README.md, declares the files in YAML. Source: Hugging Face Hub, "Data files configuration".
 */
final class HuggingFaceSink implements ExportSink {
    private static final String CARD = """
            ---
            pretty_name: Visual tokens
            tags:
            - video
            - nolook
            configs:
            - config_name: default
              data_files:
              - split: train
                path: data/*.parquet
            ---

            # Visual tokens

            A row is a token frame, exported by nolook. `tokens` is a list in raster order: %s.
            `height` x `width` is the grid, `bits` the bits of a token. Rows of one `camera`, `epoch` and `clip` belong together,
            in the order of `position`. Tokens of two `tokenizer_id`s do not mix.
            """;

    private final Path card;
    private final TokenForm form;
    private final ParquetSink tables;

    /**
     * @param rows most token frames of a file
     */
    HuggingFaceSink(Path folder, TokenForm form, int rows) throws IOException {
        card = folder.resolve("README.md");
        this.form = form;
        tables = new ParquetSink(Files.createDirectories(folder.resolve("data")), form, rows);
    }

    @Override
    public void add(List<TokenFrame> frames) throws IOException {
        tables.add(frames);
    }

    @Override
    public List<Path> files() {
        return Stream.concat(Stream.of(card).filter(Files::exists), tables.files().stream())
                .toList();
    }

    @Override
    public void close() throws IOException {
        tables.close();
        String numbers = form.width() == 1 ? "a number a token" : "two numbers a token, one after the other";
        String begin = form.offset() == TokenForm.Offset.NONE ? "from 0" : "visual ids from 256";
        Files.writeString(card, String.format(Locale.ROOT, CARD, numbers + ", " + begin));
    }
}
