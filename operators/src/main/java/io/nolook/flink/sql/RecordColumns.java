package io.nolook.flink.sql;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.apache.avro.Schema;
import org.apache.avro.generic.IndexedRecord;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.data.GenericArrayData;
import org.apache.flink.table.data.GenericMapData;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.types.DataType;

/**
 * The fields of a record as columns.
 *
 * <pre>
 *   firstCapturedAtMicros  long           -> first_captured_at  TIMESTAMP_LTZ(6)
 *   skippedFrom            null or long   -> skipped_from       BIGINT, may be NULL
 *   keyframeReason         null or enum   -> keyframe_reason    STRING
 *   drawn                  null or record -> drawn              ROW
 * </pre>
 */
final class RecordColumns {
    private static final Pattern WORD = Pattern.compile("(?<=[a-z0-9])(?=[A-Z])");
    private static final String INSTANT = "AtMicros";

    /** Instants whose names do not say so, and fields whose names SQL has taken. */
    private static final Map<String, String> NAMED = Map.of(
            "startMicros", "started_at", "endMicros", "ended_at", "newestMicros", "newest_at", "atMicros", "told_at");

    /**
     * One column.
     *
     * @param field index in the record
     * @param type of the column
     * @param value from what the record has to what Flink's tables have; null stays null
     */
    record Column(int field, DataType type, UnaryOperator<Object> value) {
        Object of(IndexedRecord record) {
            Object found = record.get(field);
            return found == null ? null : value.apply(found);
        }
    }

    private RecordColumns() {}

    /** The columns of a schema by name, in its order. */
    static Map<String, Column> of(Schema schema) {
        Map<String, Column> columns = new LinkedHashMap<>();
        for (Schema.Field field : schema.getFields()) {
            boolean instant = isInstant(field.name());
            Typed typed = instant ? INSTANTS : typed(field.schema());
            columns.put(name(field.name()), new Column(field.pos(), typed.type(), typed.value()));
        }
        return columns;
    }

    private static boolean isInstant(String field) {
        return field.endsWith(INSTANT) || NAMED.containsKey(field);
    }

    private static String name(String field) {
        return Optional.ofNullable(NAMED.get(field)).orElseGet(() -> {
            String plain = field.endsWith(INSTANT) ? field.substring(0, field.length() - "Micros".length()) : field;
            return WORD.matcher(plain).replaceAll("_").toLowerCase(Locale.ROOT);
        });
    }

    private record Typed(DataType type, UnaryOperator<Object> value) {}

    private static final Typed INSTANTS =
            new Typed(DataTypes.TIMESTAMP_LTZ(6).notNull(), micros -> instant((Long) micros));

    private static TimestampData instant(long micros) {
        return TimestampData.fromEpochMillis(Math.floorDiv(micros, 1000), (int) Math.floorMod(micros, 1000L) * 1000);
    }

    private static Typed typed(Schema schema) {
        return switch (schema.getType()) {
            case STRING, ENUM ->
                new Typed(DataTypes.STRING().notNull(), text -> StringData.fromString(text.toString()));
            case LONG -> new Typed(DataTypes.BIGINT().notNull(), UnaryOperator.identity());
            case INT -> new Typed(DataTypes.INT().notNull(), UnaryOperator.identity());
            case FLOAT -> new Typed(DataTypes.FLOAT().notNull(), UnaryOperator.identity());
            case DOUBLE -> new Typed(DataTypes.DOUBLE().notNull(), UnaryOperator.identity());
            case BOOLEAN -> new Typed(DataTypes.BOOLEAN().notNull(), UnaryOperator.identity());
            case BYTES -> new Typed(DataTypes.BYTES().notNull(), bytes -> bytes((ByteBuffer) bytes));
            case ARRAY -> array(typed(schema.getElementType()));
            case MAP -> map(typed(schema.getValueType()));
            case RECORD -> row(schema);
            case UNION -> optional(schema);
            case FIXED, NULL ->
                throw new IllegalArgumentException(
                        "found a field of type " + schema.getType() + ", expected one that a column can have");
        };
    }

    private static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return bytes;
    }

    private static Typed array(Typed element) {
        return new Typed(
                DataTypes.ARRAY(element.type()).notNull(),
                list -> new GenericArrayData(
                        ((List<?>) list).stream().map(element.value()).toArray()));
    }

    private static Typed map(Typed value) {
        return new Typed(
                DataTypes.MAP(DataTypes.STRING().notNull(), value.type()).notNull(), map -> {
                    Map<StringData, Object> found = new HashMap<>();
                    ((Map<?, ?>) map)
                            .forEach((key, each) -> found.put(
                                    StringData.fromString(key.toString()),
                                    value.value().apply(each)));
                    return new GenericMapData(found);
                });
    }

    private static Typed row(Schema schema) {
        Map<String, Column> columns = of(schema);
        List<DataTypes.Field> fields = new ArrayList<>();
        columns.forEach((name, column) -> fields.add(DataTypes.FIELD(name, column.type())));
        List<Column> values = List.copyOf(columns.values());
        return new Typed(DataTypes.ROW(fields).notNull(), record -> row(values, (IndexedRecord) record));
    }

    /** The values of columns. */
    static GenericRowData row(List<Column> columns, IndexedRecord record) {
        GenericRowData row = new GenericRowData(columns.size());
        for (int i = 0; i < columns.size(); i++) {
            row.setField(i, columns.get(i).of(record));
        }
        return row;
    }

    /** Null or one type. */
    private static Typed optional(Schema union) {
        Schema some = union.getTypes().stream()
                .filter(schema -> schema.getType() != Schema.Type.NULL)
                .findFirst()
                .orElseThrow();
        Typed typed = typed(some);
        return new Typed(typed.type().nullable(), typed.value());
    }
}
