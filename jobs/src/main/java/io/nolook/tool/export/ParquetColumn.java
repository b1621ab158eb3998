package io.nolook.tool.export;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;

/**
 * The values of one column of a row group, as one plain page.
 *
 * @param path of the leaf, from the root
 * @param type Parquet's number of its type
 * @param schema elements that declare it, in order
 * @param values how many, over all rows
 * @param page repetition and definition levels, then values
 */
record ParquetColumn(List<String> path, int type, List<Consumer<ThriftCompact>> schema, int values, byte[] page) {
    static final int INT32 = 1;
    static final int INT64 = 2;
    static final int BYTES = 6;

    private static final int REQUIRED = 0;
    private static final int REPEATED = 2;
    private static final int UTF8 = 0;
    private static final int LIST = 3;

    static ParquetColumn ofLongs(String name, long[] values) {
        return new ParquetColumn(
                List.of(name),
                INT64,
                List.of(thrift -> thrift.int32(1, INT64).int32(3, REQUIRED).text(4, name)),
                values.length,
                LittleEndian.longs(values));
    }

    static ParquetColumn ofTexts(String name, List<String> values) {
        ByteArrayOutputStream page = new ByteArrayOutputStream();
        for (String value : values) {
            byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
            page.writeBytes(LittleEndian.ints(bytes.length));
            page.writeBytes(bytes);
        }
        return new ParquetColumn(
                List.of(name),
                BYTES,
                List.of(thrift ->
                        thrift.int32(1, BYTES).int32(3, REQUIRED).text(4, name).int32(6, UTF8)),
                values.size(),
                page.toByteArray());
    }

    /** A list of numbers for each row, none of them empty. */
    static ParquetColumn ofLists(String name, List<int[]> values) {
        int count = values.stream().mapToInt(row -> row.length).sum();
        ByteArrayOutputStream repetitions = new ByteArrayOutputStream();
        ByteBuffer numbers = ByteBuffer.allocate(count * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (int[] row : values) {
            run(repetitions, 1, 0);
            if (row.length > 1) {
                run(repetitions, row.length - 1, 1);
            }
            for (int number : row) {
                numbers.putInt(number);
            }
        }
        ByteArrayOutputStream definitions = new ByteArrayOutputStream();
        run(definitions, count, 1);
        ByteArrayOutputStream page = new ByteArrayOutputStream();
        for (ByteArrayOutputStream levels : List.of(repetitions, definitions)) {
            page.writeBytes(LittleEndian.ints(levels.size()));
            page.writeBytes(levels.toByteArray());
        }
        page.writeBytes(numbers.array());
        return new ParquetColumn(
                List.of(name, "list", "element"),
                INT32,
                List.of(
                        thrift -> thrift.int32(3, REQUIRED)
                                .text(4, name)
                                .int32(5, 1)
                                .int32(6, LIST),
                        thrift -> thrift.int32(3, REPEATED).text(4, "list").int32(5, 1),
                        thrift -> thrift.int32(1, INT32).int32(3, REQUIRED).text(4, "element")),
                count,
                page.toByteArray());
    }

    /** A run of one level, which has one bit. */
    private static void run(ByteArrayOutputStream out, int length, int level) {
        int left = length << 1;
        while ((left & ~0x7f) != 0) {
            out.write(left & 0x7f | 0x80);
            left >>>= 7;
        }
        out.write(left);
        out.write(level);
    }
}
