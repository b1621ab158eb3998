package org.apache.flink.connector.kafka.sink;

import static org.apache.flink.util.IOUtils.closeAll;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.Collection;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.kafka.clients.admin.AdminClient;

/**
 * An exactly-once sink whose writers close their admin client.
 *
 * <p>A writer of flink-connector-kafka 5.0 opens one to look for open transactions, and never closes it. At each start of
 * a task a thread stayed for good, with a connection and the job's class loader; it asks without a pause when its brokers
 * are gone. This class can go with the first connector whose {@code ExactlyOnceKafkaWriter.close()} closes
 * {@code adminClient}.
 *
 * <p>It is in the connector's package because a writer that cannot start closes itself and is handed to nobody. All but
 * that is the connector's: state, committables and topology are those of {@link KafkaSink}, and so are savepoints.
 *
 * @param <T> what is written
 */
public final class AdminClosingKafkaSink<T> extends KafkaSink<T> {
    private static final long serialVersionUID = 1;

    private final String prefix;
    private final KafkaRecordSerializationSchema<T> schema;
    private final TransactionNamingStrategy naming;

    /**
     * @param plain what it is in all else, made with the other arguments
     * @param prefix of its transactional ids
     */
    public AdminClosingKafkaSink(
            KafkaSink<T> plain,
            String prefix,
            KafkaRecordSerializationSchema<T> schema,
            TransactionNamingStrategy naming) {
        super(DeliveryGuarantee.EXACTLY_ONCE, plain.getKafkaProducerConfig(), prefix, schema, naming);
        this.prefix = prefix;
        this.schema = schema;
        this.naming = naming;
    }

    @Override
    public KafkaWriter<T> restoreWriter(WriterInitContext context, Collection<KafkaWriterState> recovered) {
        KafkaWriter<T> writer = new Writer(context, recovered);
        writer.initialize();
        return writer;
    }

    private final class Writer extends ExactlyOnceKafkaWriter<T> {
        private static final VarHandle ADMIN = admin();

        Writer(WriterInitContext context, Collection<KafkaWriterState> recovered) {
            super(
                    DeliveryGuarantee.EXACTLY_ONCE,
                    getKafkaProducerConfig(),
                    prefix,
                    context,
                    schema,
                    context.asSerializationSchemaInitializationContext(),
                    naming.getAbortImpl(),
                    naming.getImpl(),
                    recovered);
        }

        private static VarHandle admin() {
            Class<?> writer = ExactlyOnceKafkaWriter.class;
            try {
                return MethodHandles.privateLookupIn(writer, MethodHandles.lookup())
                        .findVarHandle(writer, "adminClient", AdminClient.class);
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException(
                        "found no adminClient in " + writer + ", expected that of flink-connector-kafka 5.0", e);
            }
        }

        /** Also called when it cannot start; nobody waits for what the client asks then. */
        @Override
        public void close() throws Exception {
            AdminClient admin = (AdminClient) ADMIN.get(this);
            closeAll(super::close, admin == null ? null : () -> admin.close(Duration.ZERO));
        }
    }
}
