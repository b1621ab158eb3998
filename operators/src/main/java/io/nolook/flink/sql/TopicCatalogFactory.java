package io.nolook.flink.sql;

import io.nolook.registry.WireFormat;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.api.Schema;
import org.apache.flink.table.catalog.Catalog;
import org.apache.flink.table.catalog.CatalogFunctionImpl;
import org.apache.flink.table.catalog.CatalogTable;
import org.apache.flink.table.catalog.GenericInMemoryCatalog;
import org.apache.flink.table.catalog.ObjectPath;
import org.apache.flink.table.catalog.exceptions.CatalogException;
import org.apache.flink.table.catalog.exceptions.DatabaseNotExistException;
import org.apache.flink.table.catalog.exceptions.FunctionAlreadyExistException;
import org.apache.flink.table.catalog.exceptions.TableAlreadyExistException;
import org.apache.flink.table.factories.CatalogFactory;
import org.apache.flink.table.factories.FactoryUtil;

/**
 * {@code CREATE CATALOG nolook WITH ('type' = 'nolook', ...)}: a table for each topic, and functions on tokens.
 *
 * <p>Flink's catalog in memory, filled. What a session adds or drops is gone with it; the topics are only read.
 */
public final class TopicCatalogFactory implements CatalogFactory {
    /** The one database. */
    static final String DATABASE = "nolook";

    private static final Map<String, Class<?>> FUNCTIONS = Map.of(
            "tokens", TokensFunction.class,
            "token_factors", TokenFactorsFunction.class,
            "octets", OctetsFunction.class);

    private static final String KAFKA = "kafka.";
    private static final String TOPICS = "topics.";
    private static final String REGISTRY = "record.registry.";
    private static final String REGISTRY_URL = REGISTRY + "url";
    private static final String REGISTRY_AUTHORIZATION = REGISTRY + "authorization-secret";
    private static final String SCAN = "scan.";

    private static final ConfigOption<String> BOOTSTRAP_SERVERS = ConfigOptions.key("kafka.bootstrap.servers")
            .stringType()
            .noDefaultValue()
            .withDescription(
                    "Brokers, host:port separated by commas. Other settings of Kafka's clients in the same way.");

    private static final String TIME = "record_time";

    @Override
    public String factoryIdentifier() {
        return DATABASE;
    }

    @Override
    public Set<ConfigOption<?>> requiredOptions() {
        return Set.of(BOOTSTRAP_SERVERS);
    }

    @Override
    public Set<ConfigOption<?>> optionalOptions() {
        return Set.of();
    }

    @Override
    public Catalog createCatalog(Context context) {
        FactoryUtil.createCatalogFactoryHelper(this, context).validateExcept(KAFKA, TOPICS, SCAN, REGISTRY);
        Map<String, String> options = context.getOptions();
        requireTopics(options);
        requireRegistry(options);
        GenericInMemoryCatalog catalog = new GenericInMemoryCatalog(context.getName(), DATABASE);
        try {
            for (TopicTable table : TopicTable.values()) {
                catalog.createTable(new ObjectPath(DATABASE, table.table()), table(table, options), false);
            }
            for (Map.Entry<String, Class<?>> function : FUNCTIONS.entrySet()) {
                catalog.createFunction(
                        new ObjectPath(DATABASE, function.getKey()),
                        new CatalogFunctionImpl(function.getValue().getName()),
                        false);
            }
        } catch (TableAlreadyExistException | FunctionAlreadyExistException | DatabaseNotExistException e) {
            throw new CatalogException("found a catalog that is not new", e);
        }
        return catalog;
    }

    private static void requireRegistry(Map<String, String> options) {
        for (String key : options.keySet()) {
            if (key.startsWith(REGISTRY) && !key.equals(REGISTRY_URL) && !key.equals(REGISTRY_AUTHORIZATION)) {
                throw new CatalogException(
                        key + ": found no such option, expected " + REGISTRY_URL + " or " + REGISTRY_AUTHORIZATION);
            }
        }
        if (options.containsKey(REGISTRY_URL)) {
            try {
                WireFormat.confluent(options.get(REGISTRY_URL), options.get(REGISTRY_AUTHORIZATION), false);
            } catch (IllegalArgumentException e) {
                throw new CatalogException(REGISTRY_URL + ": " + e.getMessage(), e);
            }
        }
    }

    private static void requireTopics(Map<String, String> options) {
        options.keySet().stream().filter(key -> key.startsWith(TOPICS)).forEach(key -> {
            boolean known = Arrays.stream(TopicTable.values()).anyMatch(table -> key.equals(TOPICS + table.topic()));
            if (!known) {
                throw new CatalogException(
                        key + ": found no such topic, expected topics.tokens or another of nolook's");
            }
        });
    }

    private static CatalogTable table(TopicTable table, Map<String, String> options) {
        Schema.Builder schema = Schema.newBuilder();
        RecordColumns.of(table.schema()).forEach((name, column) -> schema.column(name, column.type()));
        schema.columnByMetadata(TIME, DataTypes.TIMESTAMP_LTZ(3).notNull(), "timestamp", true);
        schema.watermark(TIME, "`" + TIME + "` - INTERVAL '5' SECOND");
        Map<String, String> told = new HashMap<>();
        told.put("connector", "kafka");
        told.put("topic", options.getOrDefault(TOPICS + table.topic(), table.topic()));
        told.put("format", RecordFormatFactory.IDENTIFIER);
        told.put(
                RecordFormatFactory.IDENTIFIER + "." + RecordFormatFactory.RECORD.key(),
                table.schema().getName());
        told.put("scan.startup.mode", "earliest-offset");
        told.put("properties.isolation.level", "read_committed");
        options.forEach((key, value) -> {
            if (key.startsWith(KAFKA)) {
                told.put("properties." + key.substring(KAFKA.length()), value);
            } else if (key.startsWith(REGISTRY)) {
                told.put(RecordFormatFactory.IDENTIFIER + key.substring("record".length()), value);
            } else if (key.startsWith(SCAN)) {
                told.put(key, value);
            }
        });
        return CatalogTable.newBuilder()
                .schema(schema.build())
                .comment(table.schema().getDoc())
                .options(told)
                .build();
    }
}
