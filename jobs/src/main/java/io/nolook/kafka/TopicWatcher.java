package io.nolook.kafka;

import io.nolook.schema.SingleObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.Consumer;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.IsolationLevel;
import org.jspecify.annotations.Nullable;

/**
 * Reads a topic as it grows, on a thread of its own, until it is closed.
 *
 * @param <T> its records
 */
public final class TopicWatcher<T extends SpecificRecordBase> implements AutoCloseable {
    private final SingleObject<T> format;
    private final Consumer<T> each;
    private final TopicReader reader;
    private final Thread thread;
    private volatile boolean running = true;
    private volatile @Nullable RuntimeException failure;

    /**
     * @param each takes the records, on the watcher's thread
     */
    public TopicWatcher(
            KafkaSettings settings, String topic, IsolationLevel isolation, SingleObject<T> format, Consumer<T> each) {
        this.format = format;
        this.each = each;
        reader = new TopicReader(settings, topic, isolation);
        thread = new Thread(this::run, topic + "-watcher-" + isolation);
        thread.setDaemon(true);
        thread.start();
    }

    private void run() {
        try {
            while (running) {
                reader.poll(this::take);
            }
            reader.readToEnd(this::take);
        } catch (RuntimeException e) {
            failure = e;
        } finally {
            reader.close();
        }
    }

    private void take(ConsumerRecord<byte[], byte[]> record) {
        try {
            each.accept(format.decode(record.value()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Throws what stopped the reading, if anything did. */
    public void check() {
        if (failure != null) {
            throw failure;
        }
    }

    /** Reads to the end of what is there now and stops. */
    @Override
    public void close() {
        running = false;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        check();
    }
}
