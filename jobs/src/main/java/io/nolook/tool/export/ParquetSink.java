package io.nolook.tool.export;

import io.nolook.schema.TokenFrame;
import io.nolook.sequence.Vocabulary;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;
import java.util.zip.GZIPOutputStream;

/**
 * Parquet files, a row a token frame: {@code tokens-00000.parquet} and so on, each of one row group.
 *
 * <p>Plain pages, gzipped; numbers are int64, tokens a list of int32 in raster order. Written here, since Parquet's own
 * library asks for Hadoop. Source of the layout: Apache Parquet format 2.10.
 */
final class ParquetSink implements ExportSink {
    private static final byte[] MAGIC = "PAR1".getBytes(StandardCharsets.US_ASCII);
    private static final int PLAIN = 0;
    private static final int RLE = 3;
    private static final int GZIP = 2;

    /** A column that has been written, and where. */
    private record Chunk(ParquetColumn column, long offset, int uncompressed, int compressed) {}

    private final Path folder;
    private final TokenForm form;
    private final int rows;
    private final List<TokenFrame> pending = new ArrayList<>();
    private final List<Path> files = new ArrayList<>();

    /**
     * @param rows most token frames of a file
     */
    ParquetSink(Path folder, TokenForm form, int rows) {
        this.folder = folder;
        this.form = form;
        this.rows = rows;
    }

    @Override
    public void add(List<TokenFrame> frames) throws IOException {
        for (TokenFrame frame : frames) {
            pending.add(frame);
            if (pending.size() == rows) {
                flush();
            }
        }
    }

    private void flush() throws IOException {
        Path file = folder.resolve(String.format(Locale.ROOT, "tokens-%05d.parquet", files.size()));
        try (OutputStream out = Files.newOutputStream(file)) {
            out.write(MAGIC);
            long at = MAGIC.length;
            List<Chunk> chunks = new ArrayList<>();
            for (ParquetColumn column : columns()) {
                byte[] page = gzip(column.page());
                byte[] header = header(column, page.length);
                out.write(header);
                out.write(page);
                chunks.add(new Chunk(column, at, header.length + column.page().length, header.length + page.length));
                at += header.length + page.length;
            }
            byte[] footer = footer(chunks);
            out.write(footer);
            out.write(LittleEndian.ints(footer.length));
            out.write(MAGIC);
        }
        files.add(file);
        pending.clear();
    }

    private List<ParquetColumn> columns() {
        List<ParquetColumn> columns = new ArrayList<>();
        columns.add(ParquetColumn.ofTexts(
                "camera", pending.stream().map(TokenFrame::getCamera).toList()));
        columns.add(ParquetColumn.ofTexts(
                "tokenizer_id", pending.stream().map(TokenFrame::getTokenizerId).toList()));
        for (Map.Entry<String, ToLongFunction<TokenFrame>> number : TokenColumns.NUMBERS.entrySet()) {
            columns.add(longs(number.getKey(), number.getValue()));
        }
        columns.add(longs("height", TokenFrame::getHeight));
        columns.add(longs("width", TokenFrame::getWidth));
        columns.add(longs("bits", TokenFrame::getBits));
        columns.add(ParquetColumn.ofLists(
                "tokens", pending.stream().map(form::numbers).toList()));
        return columns;
    }

    private ParquetColumn longs(String name, ToLongFunction<TokenFrame> value) {
        return ParquetColumn.ofLongs(name, pending.stream().mapToLong(value).toArray());
    }

    private static byte[] header(ParquetColumn column, int compressed) {
        return ThriftCompact.struct(thrift -> thrift.int32(1, 0)
                .int32(2, column.page().length)
                .int32(3, compressed)
                .struct(
                        5,
                        page -> page.int32(1, column.values())
                                .int32(2, PLAIN)
                                .int32(3, RLE)
                                .int32(4, RLE)));
    }

    private byte[] footer(List<Chunk> chunks) {
        List<Consumer<ThriftCompact>> schema = new ArrayList<>();
        schema.add(root -> root.text(4, "token_frame").int32(5, chunks.size()));
        chunks.forEach(chunk -> schema.addAll(chunk.column().schema()));
        long bytes = chunks.stream().mapToLong(Chunk::uncompressed).sum();
        Consumer<ThriftCompact> group = thrift -> thrift.structs(
                        1, chunks.stream().map(ParquetSink::described).toList())
                .int64(2, bytes)
                .int64(3, pending.size());
        Consumer<ThriftCompact> numbers = told("nolook.numbers_a_token", form.width());
        Consumer<ThriftCompact> first =
                told("nolook.first_number", form.offset() == TokenForm.Offset.NONE ? 0 : Vocabulary.FIRST_VISUAL);
        return ThriftCompact.struct(thrift -> thrift.int32(1, 1)
                .structs(2, schema)
                .int64(3, pending.size())
                .structs(4, List.of(group))
                .structs(5, List.of(numbers, first))
                .text(6, "nolook"));
    }

    private static Consumer<ThriftCompact> told(String key, int value) {
        return thrift -> thrift.text(1, key).text(2, Integer.toString(value));
    }

    private static Consumer<ThriftCompact> described(Chunk chunk) {
        return thrift -> thrift.int64(2, chunk.offset())
                .struct(
                        3,
                        meta -> meta.int32(1, chunk.column().type())
                                .ints(2, List.of(PLAIN, RLE))
                                .texts(3, chunk.column().path())
                                .int32(4, GZIP)
                                .int64(5, chunk.column().values())
                                .int64(6, chunk.uncompressed())
                                .int64(7, chunk.compressed())
                                .int64(9, chunk.offset()));
    }

    private static byte[] gzip(byte[] bytes) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(bytes);
        }
        return out.toByteArray();
    }

    @Override
    public List<Path> files() {
        return List.copyOf(files);
    }

    @Override
    public void close() throws IOException {
        if (!pending.isEmpty()) {
            flush();
        }
    }
}
