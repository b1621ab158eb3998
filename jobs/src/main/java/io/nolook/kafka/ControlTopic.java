package io.nolook.kafka;

import io.nolook.generation.ContinuationRequest;
import io.nolook.record.ControlCommands;
import io.nolook.record.ControlReports;
import io.nolook.record.GenerateCommands;
import io.nolook.rollout.Assignment;
import io.nolook.rollout.Command;
import io.nolook.rollout.Commanded;
import io.nolook.rollout.Report;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongFunction;
import java.util.function.Predicate;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.IsolationLevel;
import org.jspecify.annotations.Nullable;

/** Gives commands to jobs, and reads what their tasks make of them; one thread. */
public final class ControlTopic {
    /** All commands are in one partition: they have an order. */
    private static final int PARTITION = 0;

    private final KafkaSettings settings;
    private final String sender;

    /**
     * Creates the two topics when they are missing.
     *
     * @param sender who gives the commands: user and host
     */
    public ControlTopic(KafkaSettings settings, String sender) {
        this.settings = settings;
        this.sender = sender;
        Topics.ofControl(settings).ensure();
    }

    /** Gives a command to tokenizing jobs; when this returns the broker has it. */
    public void give(Command command) throws InterruptedException {
        send(ControlCommands.key(command), now -> ControlCommands.encode(command, now, sender));
    }

    /** Asks generating jobs; when this returns the broker has it. */
    public void ask(ContinuationRequest request) throws InterruptedException {
        send(GenerateCommands.key(request), now -> GenerateCommands.encode(request, now, sender));
    }

    /** Takes a request away, so that no job that begins anew answers it once more. */
    public void takeAway(ContinuationRequest request) throws InterruptedException {
        send(GenerateCommands.key(request), now -> null);
    }

    private void send(byte[] key, LongFunction<byte @Nullable []> value) throws InterruptedException {
        Properties properties = settings.client();
        properties.setProperty("acks", "all");
        properties.setProperty("enable.idempotence", "true");
        properties.setProperty("max.request.size", Integer.toString(Topics.CONTROL_BYTES));
        try (KafkaProducer<byte[], byte[]> producer = RecordClients.producer(settings, properties)) {
            long now = System.currentTimeMillis();
            byte[] record = value.apply(TimeUnit.MILLISECONDS.toMicros(now));
            producer.send(new ProducerRecord<>(settings.controlTopic(), PARTITION, now, key, record))
                    .get();
        } catch (ExecutionException e) {
            throw new IllegalStateException(
                    "topic " + settings.controlTopic() + ": the command was not taken: "
                            + e.getCause().getMessage(),
                    e);
        }
    }

    /** What was commanded last. */
    public Commanded commanded() {
        AtomicReference<Commanded> last = new AtomicReference<>(Commanded.NOTHING);
        try (TopicReader reader = new TopicReader(settings, settings.controlTopic(), IsolationLevel.READ_UNCOMMITTED)) {
            reader.readToEnd(record -> {
                try {
                    Command command = ControlCommands.decode(record.value());
                    last.updateAndGet(before -> before.and(command));
                } catch (IOException e) {
                    // taken away, or the job reports it
                }
            });
        }
        return last.get();
    }

    /** Which camera uses which model by what was commanded. */
    public Assignment assignment() {
        return commanded().assignment();
    }

    /** All reports that are there. */
    public List<Report> reports() {
        List<Report> found = new ArrayList<>();
        try (TopicReader reader = reader()) {
            reader.readToEnd(record -> add(record.value(), found));
        }
        return found;
    }

    /**
     * Reads reports until there are enough.
     *
     * @param enough is asked after each time that some have come
     * @param mostMillis to wait
     * @return whether there were
     */
    public boolean await(Predicate<List<Report>> enough, long mostMillis) {
        long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(mostMillis);
        List<Report> found = new ArrayList<>();
        try (TopicReader reader = reader()) {
            while (!enough.test(found)) {
                if (System.nanoTime() > until) {
                    return false;
                }
                reader.poll(record -> add(record.value(), found));
            }
        }
        return true;
    }

    private TopicReader reader() {
        return new TopicReader(settings, settings.controlStatusTopic(), IsolationLevel.READ_UNCOMMITTED);
    }

    private static void add(byte[] value, List<Report> found) {
        try {
            found.add(ControlReports.decode(value));
        } catch (IOException e) {
            // not one of a job: says nothing
        }
    }
}
