package io.nolook.flink.sql;

import io.nolook.registry.WireFormat;
import io.nolook.schema.SingleObject;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.flink.api.common.serialization.DeserializationSchema;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.metrics.Counter;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.RowType;
import org.jspecify.annotations.Nullable;

/** Records to rows of those of their columns that are asked for. */
final class RecordDeserializer implements DeserializationSchema<RowData> {
    private static final long serialVersionUID = 1;

    private final TopicTable table;
    private final WireFormat wire;
    private final List<String> names;
    private final TypeInformation<RowData> type;
    private final boolean ignoresErrors;

    private transient SingleObject<? extends SpecificRecordBase> format;
    private transient List<RecordColumns.Column> columns;
    private transient Counter unreadable;

    /**
     * @param wanted names and types of columns
     * @throws ValidationException naming a column that records do not have, or have of another type
     */
    RecordDeserializer(
            TopicTable table, WireFormat wire, RowType wanted, TypeInformation<RowData> type, boolean ignoresErrors) {
        this.table = table;
        this.wire = wire;
        this.type = type;
        this.ignoresErrors = ignoresErrors;
        names = List.copyOf(wanted.getFieldNames());
        Map<String, RecordColumns.Column> known = RecordColumns.of(table.schema());
        wanted.getFields().forEach(field -> require(known, field));
    }

    private void require(Map<String, RecordColumns.Column> known, RowType.RowField field) {
        RecordColumns.Column column = known.get(field.getName());
        if (column == null) {
            throw new ValidationException("column " + field.getName() + ": found none in "
                    + table.schema().getName() + ", expected one of " + known.keySet());
        }
        LogicalType expected = column.type().getLogicalType();
        if (!expected.copy(true).equals(field.getType().copy(true))
                || expected.isNullable() && !field.getType().isNullable()) {
            throw new ValidationException("column " + field.getName() + ": found " + field.getType() + ", expected "
                    + expected + ", or the same that may be NULL");
        }
    }

    @Override
    public void open(InitializationContext context) {
        format = table.format();
        Map<String, RecordColumns.Column> known = RecordColumns.of(table.schema());
        columns = names.stream().map(known::get).toList();
        unreadable = context.getMetricGroup().counter("recordsUnreadable");
    }

    /** Null for what has no value, such as what was taken away from a compacted topic. */
    @Override
    public @Nullable RowData deserialize(byte @Nullable [] message) throws IOException {
        if (message == null) {
            return null;
        }
        try {
            return RecordColumns.row(columns, format.decode(wire.incoming(message)));
        } catch (IOException e) {
            unreadable.inc();
            if (ignoresErrors) {
                return null;
            }
            throw new IOException(
                    table.schema().getName() + ": " + e.getMessage() + "; to leave such records out set "
                            + RecordFormatFactory.IDENTIFIER + "." + RecordFormatFactory.IGNORE_PARSE_ERRORS.key()
                            + " = true",
                    e);
        }
    }

    @Override
    public boolean isEndOfStream(RowData row) {
        return false;
    }

    @Override
    public TypeInformation<RowData> getProducedType() {
        return type;
    }
}
