package io.nolook.kafka;

import io.nolook.registry.WireFormat;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.errors.RecordDeserializationException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Kafka's own clients for records' bytes, whose values are Avro single objects here, however they travel. */
final class RecordClients {

    private RecordClients() {}

    /**
     * Opens a consumer, which the caller closes.
     *
     * @param properties all of it but for how bytes are read
     */
    static KafkaConsumer<byte[], byte[]> consumer(KafkaSettings settings, Properties properties) {
        WireFormat format = settings.wireFormat();
        return new KafkaConsumer<>(properties, new ByteArrayDeserializer(), (topic, value) -> format.incoming(value));
    }

    /**
     * What has arrived.
     *
     * @throws UncheckedIOException when the schema registry cannot be reached; Kafka's own would say to leave the record out
     */
    static ConsumerRecords<byte[], byte[]> poll(KafkaConsumer<byte[], byte[]> consumer, Duration patience) {
        try {
            return consumer.poll(patience);
        } catch (RecordDeserializationException e) {
            throw e.getCause() instanceof UncheckedIOException cause ? cause : e;
        }
    }

    /**
     * Opens a producer, which the caller closes.
     *
     * @param properties all of it but for how bytes are written
     */
    static KafkaProducer<byte[], byte[]> producer(KafkaSettings settings, Properties properties) {
        return new KafkaProducer<>(properties, new ByteArraySerializer(), settings.wireFormat()::outgoing);
    }
}
