package io.nolook.kafka;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.apache.flink.connector.kafka.sink.internal.FlinkKafkaInternalProducer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Transactional ids of the job's sinks that have days of checkpoints behind them.
 *
 * <p>A sink begins each transaction by a call that raises the epoch of its id, and under transactions of version 2 the
 * commit raises it too. At 32,766 the broker gives the id another producer. Here that call is made over and over, with no
 * record, by a thread for each sink's task.
 */
public final class AgedTransactions {
    /** A dozen epochs before the last one. */
    public static final int EPOCHS = 32_752;

    private static final List<String> ROLES = List.of("tokens", "dead-letters");
    private static final int TASKS = 2;

    private final KafkaSettings kafka;

    /** @param kafka of the job whose sinks they are */
    public AgedTransactions(KafkaSettings kafka) {
        this.kafka = kafka;
    }

    /** Ages the first two ids of each sink's task, which take turns. */
    public void age() throws ExecutionException, InterruptedException {
        List<FutureTask<Void>> ageing = new ArrayList<>();
        for (String role : ROLES) {
            for (int task = 0; task < TASKS; task++) {
                String id = id(role, task, "");
                FutureTask<Void> one = new FutureTask<>(() -> age(id), null);
                ageing.add(one);
                new Thread(one, "aged-" + id).start();
            }
        }
        for (FutureTask<Void> one : ageing) {
            one.get();
        }
    }

    private void age(String id) {
        Properties properties = kafka.client();
        properties.put("retry.backoff.ms", "1");
        properties.put("key.serializer", ByteArraySerializer.class.getName());
        properties.put("value.serializer", ByteArraySerializer.class.getName());
        try (var producer = new FlinkKafkaInternalProducer<byte[], byte[]>(properties, id + 0)) {
            producer.initTransactions();
            for (int turn = 1; turn < 2 * EPOCHS; turn++) {
                producer.setTransactionId(id + turn % 2);
                producer.initTransactions();
            }
        }
    }

    private String id(String role, int task, String last) {
        return kafka.configuration().get(KafkaOptions.TRANSACTION_PREFIX) + "-" + role + "-" + task + "-" + last;
    }

    /** How many ids have another producer than before. */
    public long renewed(Map<String, Long> before) throws ExecutionException, InterruptedException {
        Map<String, Long> now = producers();
        return before.keySet().stream()
                .filter(id -> !now.get(id).equals(before.get(id)))
                .count();
    }

    /** The producer that each id has now. */
    public Map<String, Long> producers() throws ExecutionException, InterruptedException {
        List<String> ids = new ArrayList<>();
        for (String role : ROLES) {
            for (int task = 0; task < TASKS; task++) {
                ids.add(id(role, task, "0"));
                ids.add(id(role, task, "1"));
            }
        }
        Map<String, Long> producers = new TreeMap<>();
        try (Admin admin = Admin.create(kafka.client())) {
            admin.describeTransactions(ids).all().get().forEach((id, told) -> producers.put(id, told.producerId()));
        }
        return producers;
    }
}
