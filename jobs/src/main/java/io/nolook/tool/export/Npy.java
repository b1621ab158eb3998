package io.nolook.tool.export;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * A NumPy array as its file format 1.0 has it: C order, little-endian.
 *
 * @param kind NumPy's name of the element type
 * @param shape of the array
 * @param values its elements
 */
record Npy(String kind, int[] shape, ByteBuffer values) {
    private static final int ALIGNMENT = 64;

    static Npy ofInts(int[] values, int... shape) {
        return new Npy("<i4", shape, ByteBuffer.wrap(LittleEndian.ints(values)));
    }

    static Npy ofLongs(long[] values) {
        return new Npy("<i8", new int[] {values.length}, ByteBuffer.wrap(LittleEndian.longs(values)));
    }

    void write(OutputStream out) throws IOException {
        String dimensions = Arrays.stream(shape).mapToObj(Integer::toString).collect(Collectors.joining(", "));
        String header = String.format(
                Locale.ROOT,
                "{'descr': '%s', 'fortran_order': False, 'shape': (%s%s), }",
                kind,
                dimensions,
                shape.length == 1 ? "," : "");
        int unpadded = 10 + header.length() + 1;
        header = header + " ".repeat((ALIGNMENT - unpadded % ALIGNMENT) % ALIGNMENT) + "\n";
        ByteBuffer start = ByteBuffer.allocate(10 + header.length()).order(ByteOrder.LITTLE_ENDIAN);
        start.put((byte) 0x93)
                .put("NUMPY".getBytes(StandardCharsets.US_ASCII))
                .put((byte) 1)
                .put((byte) 0);
        start.putShort((short) header.length()).put(header.getBytes(StandardCharsets.US_ASCII));
        out.write(start.array());
        out.write(values.array());
    }
}
