package io.nolook.tool.export;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;

/** Writes structures as Thrift's compact protocol has them: what Parquet's metadata is written in. */
final class ThriftCompact {
    private static final int INT32 = 5;
    private static final int INT64 = 6;
    private static final int BINARY = 8;
    private static final int LIST = 9;
    private static final int STRUCT = 12;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final Deque<Integer> outer = new ArrayDeque<>();
    private int last;

    /** Bytes of a structure. */
    static byte[] struct(Consumer<ThriftCompact> fields) {
        ThriftCompact thrift = new ThriftCompact();
        thrift.inner(fields);
        return thrift.out.toByteArray();
    }

    ThriftCompact int32(int field, int value) {
        header(field, INT32);
        varint((long) value << 1 ^ value >> 31);
        return this;
    }

    ThriftCompact int64(int field, long value) {
        header(field, INT64);
        varint(value << 1 ^ value >> 63);
        return this;
    }

    ThriftCompact text(int field, String value) {
        header(field, BINARY);
        binary(value);
        return this;
    }

    ThriftCompact struct(int field, Consumer<ThriftCompact> fields) {
        header(field, STRUCT);
        inner(fields);
        return this;
    }

    ThriftCompact ints(int field, List<Integer> values) {
        list(field, values.size(), INT32);
        values.forEach(value -> varint((long) value << 1 ^ value >> 31));
        return this;
    }

    ThriftCompact texts(int field, List<String> values) {
        list(field, values.size(), BINARY);
        values.forEach(this::binary);
        return this;
    }

    ThriftCompact structs(int field, List<Consumer<ThriftCompact>> values) {
        list(field, values.size(), STRUCT);
        values.forEach(this::inner);
        return this;
    }

    private void inner(Consumer<ThriftCompact> fields) {
        outer.push(last);
        last = 0;
        fields.accept(this);
        out.write(0);
        last = outer.pop();
    }

    private void list(int field, int size, int type) {
        header(field, LIST);
        if (size < 15) {
            out.write(size << 4 | type);
        } else {
            out.write(0xf0 | type);
            varint(size);
        }
    }

    private void header(int field, int type) {
        int delta = field - last;
        if (delta < 1 || delta > 15) {
            throw new IllegalArgumentException("found field " + field + " after " + last + ", expected rising ones");
        }
        out.write(delta << 4 | type);
        last = field;
    }

    private void binary(String value) {
        byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
        varint(bytes.length);
        out.writeBytes(bytes);
    }

    private void varint(long value) {
        long left = value;
        while ((left & ~0x7fL) != 0) {
            out.write((int) (left & 0x7f | 0x80));
            left >>>= 7;
        }
        out.write((int) left);
    }
}
