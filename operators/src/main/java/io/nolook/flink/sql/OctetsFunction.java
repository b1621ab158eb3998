package io.nolook.flink.sql;

import org.apache.flink.table.functions.ScalarFunction;
import org.jspecify.annotations.Nullable;

/** {@code OCTETS(bytes)}: how many bytes; Flink's own {@code OCTET_LENGTH} does not take BYTES. */
public final class OctetsFunction extends ScalarFunction {
    private static final long serialVersionUID = 1;

    /** Null for null. */
    public @Nullable Integer eval(byte @Nullable [] bytes) {
        return bytes == null ? null : bytes.length;
    }
}
