package io.nolook.kafka;

import io.nolook.schema.ArchiveDeletion;
import io.nolook.schema.SingleObject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;

/**
 * Says what is deleted from the archive, all or nothing.
 *
 * <p>One thread; closed by who made it. The newest one for an archive is the only one that can say anything.
 */
public final class DeletionProducer implements AutoCloseable {
    private final KafkaProducer<byte[], byte[]> producer;
    private final String topic;
    private final SingleObject<ArchiveDeletion> format = SingleObject.archiveDeletions();

    /**
     * Makes the topic where it is missing, and ends what an earlier one left open.
     *
     * @throws IllegalStateException naming the topic and the setting, when it may forget what it is told
     */
    public DeletionProducer(KafkaSettings settings) {
        topic = settings.archiveDeletionsTopic();
        new Topics(settings, Map.of(topic, new TopicNeeds(0, TopicNeeds.Retention.UNLIMITED, "nothing"))).ensure();
        Properties properties = settings.client();
        // not below the prefix of any job, whose starts watch what is written under theirs
        properties.setProperty("transactional.id", "nolook-expire-" + settings.archiveTopic());
        producer = RecordClients.producer(settings, properties);
        try {
            producer.initTransactions();
        } catch (KafkaException e) {
            producer.close(Duration.ZERO); // nobody else will
            throw e;
        }
    }

    /**
     * Sends all of them in one transaction; they are on the broker when this returns.
     *
     * @throws IllegalStateException when they could not be sent; then none is there
     */
    public void send(List<ArchiveDeletion> deletions) {
        try {
            producer.beginTransaction();
            for (ArchiveDeletion deletion : deletions) {
                byte[] key = deletion.getCamera().getBytes(StandardCharsets.UTF_8);
                producer.send(new ProducerRecord<>(topic, key, format.encode(deletion)));
            }
            producer.commitTransaction();
        } catch (KafkaException e) {
            throw new IllegalStateException(
                    "topic " + topic + ": what is to be deleted could not be told, so nothing was deleted: "
                            + e.getMessage() + "; expected no other archive expire at the same time",
                    e);
        }
    }

    @Override
    public void close() {
        producer.close();
    }
}
