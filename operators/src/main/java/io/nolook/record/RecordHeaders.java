package io.nolook.record;

import io.nolook.record.ReceivedRecord.Header;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

/**
 * Headers of a frame's record that travel on to its token frame's.
 *
 * <pre>
 *   headers = none | version, count, header*       version, count: a byte, an int
 *   header  = length, key, length or -1, value     lengths: ints
 * </pre>
 *
 * <p>At most {@value #MOST_BYTES} bytes in all: they are part of a camera's state. The trace context comes first, then the
 * others in order; what does not fit stays behind.
 */
public final class RecordHeaders {
    /** Most bytes of a frame's headers, as they are encoded. */
    public static final int MOST_BYTES = 4096;

    private static final byte VERSION = 1;
    private static final Set<String> TRACE_CONTEXT = Set.of("traceparent", "tracestate");

    private RecordHeaders() {}

    /** As bytes; empty when there are none. */
    public static byte[] encode(List<Header> headers) {
        if (headers.isEmpty()) {
            return new byte[0];
        }
        List<Header> traceFirst = headers.stream()
                .sorted(Comparator.comparing(header -> !TRACE_CONTEXT.contains(header.key())))
                .toList();
        List<Header> fitting = new ArrayList<>();
        int left = MOST_BYTES - 1 - Integer.BYTES;
        for (Header header : traceFirst) {
            int bytes = bytes(header);
            if (bytes <= left) {
                fitting.add(header);
                left -= bytes;
            }
        }
        return written(fitting);
    }

    private static int bytes(Header header) {
        byte[] value = header.value();
        return 2 * Integer.BYTES
                + header.key().getBytes(StandardCharsets.UTF_8).length
                + (value == null ? 0 : value.length);
    }

    private static byte[] written(List<Header> headers) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeByte(VERSION);
            out.writeInt(headers.size());
            for (Header header : headers) {
                byte[] key = header.key().getBytes(StandardCharsets.UTF_8);
                out.writeInt(key.length);
                out.write(key);
                byte[] value = header.value();
                out.writeInt(value == null ? -1 : value.length);
                if (value != null) {
                    out.write(value);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /**
     * The headers of such bytes.
     *
     * @throws IllegalArgumentException when they are not
     */
    public static List<Header> decode(byte[] bytes) {
        if (bytes.length == 0) {
            return List.of();
        }
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            int version = in.readUnsignedByte();
            if (version != VERSION) {
                throw new IllegalArgumentException("found headers of version " + version + ", expected " + VERSION
                        + ": restore with the release that wrote them, or a newer one");
            }
            int count = in.readInt();
            List<Header> headers = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                String key = new String(read(in, in.readInt()), StandardCharsets.UTF_8);
                int length = in.readInt();
                headers.add(new Header(key, length < 0 ? null : read(in, length)));
            }
            return headers;
        } catch (IOException e) {
            throw new IllegalArgumentException("found headers that end early at " + bytes.length + " bytes", e);
        }
    }

    private static byte[] read(DataInputStream in, int length) throws IOException {
        if (length < 0 || length > in.available()) {
            throw new IOException("found a length of " + length + ", expected at most " + in.available());
        }
        return in.readNBytes(length);
    }
}
