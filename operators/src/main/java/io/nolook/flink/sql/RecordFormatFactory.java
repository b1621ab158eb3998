package io.nolook.flink.sql;

import io.nolook.registry.WireFormat;
import java.util.Set;
import org.apache.flink.api.common.serialization.DeserializationSchema;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.table.connector.ChangelogMode;
import org.apache.flink.table.connector.format.DecodingFormat;
import org.apache.flink.table.connector.source.DynamicTableSource;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.factories.DeserializationFormatFactory;
import org.apache.flink.table.factories.DynamicTableFactory;
import org.apache.flink.table.factories.FactoryUtil;
import org.apache.flink.table.types.DataType;
import org.apache.flink.table.types.logical.RowType;

/** {@code 'format' = 'nolook'}: reads records of any released version of their schema; writes nothing. */
public final class RecordFormatFactory implements DeserializationFormatFactory {
    static final String IDENTIFIER = "nolook";

    static final ConfigOption<String> RECORD = ConfigOptions.key("record")
            .stringType()
            .noDefaultValue()
            .withDescription("Name of the records' schema, such as TokenFrame.");

    static final ConfigOption<Boolean> IGNORE_PARSE_ERRORS = ConfigOptions.key("ignore-parse-errors")
            .booleanType()
            .defaultValue(false)
            .withDescription("Whether what cannot be read is left out; else the query fails.");

    static final ConfigOption<String> REGISTRY_URL = ConfigOptions.key("registry.url")
            .stringType()
            .noDefaultValue()
            .withDescription("The schema registry, where records are in the wire format of Confluent's.");

    static final ConfigOption<String> REGISTRY_AUTHORIZATION = ConfigOptions.key("registry.authorization-secret")
            .stringType()
            .noDefaultValue()
            .withDescription("The header Authorization for the schema registry.");

    @Override
    public String factoryIdentifier() {
        return IDENTIFIER;
    }

    @Override
    public Set<ConfigOption<?>> requiredOptions() {
        return Set.of(RECORD);
    }

    @Override
    public Set<ConfigOption<?>> optionalOptions() {
        return Set.of(IGNORE_PARSE_ERRORS, REGISTRY_URL, REGISTRY_AUTHORIZATION);
    }

    @Override
    public DecodingFormat<DeserializationSchema<RowData>> createDecodingFormat(
            DynamicTableFactory.Context context, ReadableConfig options) {
        FactoryUtil.validateFactoryOptions(this, options);
        WireFormat wire = options.getOptional(REGISTRY_URL)
                .map(url -> WireFormat.confluent(url, options.get(REGISTRY_AUTHORIZATION), false))
                .orElse(WireFormat.SINGLE_OBJECT);
        return new Decoding(TopicTable.ofRecord(options.get(RECORD)), wire, options.get(IGNORE_PARSE_ERRORS));
    }

    private record Decoding(TopicTable table, WireFormat wire, boolean ignoresErrors)
            implements DecodingFormat<DeserializationSchema<RowData>> {

        @Override
        public DeserializationSchema<RowData> createRuntimeDecoder(
                DynamicTableSource.Context context, DataType produced) {
            RowType type = (RowType) produced.getLogicalType();
            return new RecordDeserializer(table, wire, type, context.createTypeInformation(produced), ignoresErrors);
        }

        @Override
        public ChangelogMode getChangelogMode() {
            return ChangelogMode.insertOnly();
        }
    }
}
