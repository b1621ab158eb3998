package io.nolook.kafka;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TransactionDescription;
import org.apache.kafka.clients.admin.TransactionListing;
import org.apache.kafka.clients.admin.TransactionState;

/**
 * Whether a running job uses a transaction prefix: its transactions begin, or are committed, while they are watched.
 *
 * <p>What a crashed job left open does neither: it stays, or the broker aborts it. A job that writes nothing meanwhile
 * is not seen.
 */
public final class TransactionWatch {
    private static final long TIMEOUT_SECONDS = 30;
    private static final long LOOK_MILLIS = 500;

    /** Of one transactional id: its last transaction. */
    record Seen(TransactionState state, long producer, int epoch, long beganMillis) {

        static Seen of(TransactionDescription told) {
            return new Seen(
                    told.state(),
                    told.producerId(),
                    told.producerEpoch(),
                    told.transactionStartTimeMs().orElse(-1));
        }

        private boolean isCommitted() {
            return state == TransactionState.PREPARE_COMMIT || state == TransactionState.COMPLETE_COMMIT;
        }
    }

    private final KafkaSettings settings;
    private final String prefix;
    private final Pattern ids;

    public TransactionWatch(KafkaSettings settings) {
        this.settings = settings;
        prefix = settings.configuration().get(KafkaOptions.TRANSACTION_PREFIX);
        ids = ids(prefix);
    }

    /** The ids of a prefix as {@link KafkaEnds} and the connector make them: PREFIX-ROLE-TASK-NUMBER. */
    static Pattern ids(String prefix) {
        return Pattern.compile(Pattern.quote(prefix) + "-(?:" + String.join("|", KafkaEnds.ROLES) + ")-\\d+-\\d+");
    }

    /**
     * Refuses a prefix that is in use; returns at once where nothing on the broker ever used it.
     *
     * @param said takes a line when it takes its time: {@code delivery.transaction-watch}
     * @throws IllegalStateException naming the prefix and what was seen, or when the broker does not answer
     */
    public void requireUnused(Consumer<String> said) throws InterruptedException {
        Duration most = duration();
        if (settings.delivery() != KafkaOptions.Delivery.EXACTLY_ONCE || most.isZero()) {
            return;
        }
        try (Admin admin = Admin.create(settings.client())) {
            Map<String, Seen> first = look(admin);
            if (first.isEmpty()) {
                return;
            }
            said.accept("watching for " + most.toMillis() / 1000.0 + " s whether another job writes with "
                    + KafkaOptions.TRANSACTION_PREFIX.key() + " = " + prefix);
            long began = System.nanoTime();
            while (System.nanoTime() - began < most.toNanos()) {
                TimeUnit.MILLISECONDS.sleep(Math.min(LOOK_MILLIS, most.toMillis()));
                Optional<String> moved = moved(first, look(admin));
                if (moved.isPresent()) {
                    throw new IllegalStateException(KafkaOptions.TRANSACTION_PREFIX.key() + ": found " + prefix
                            + " in use on this broker: " + moved.get() + ", expected a prefix that no running job has;"
                            + " stop that job, or set another prefix");
                }
            }
        } catch (ExecutionException e) {
            throw untold(e.getMessage(), e);
        } catch (TimeoutException e) {
            throw untold("no answer in time", e);
        }
    }

    private static IllegalStateException untold(String why, Exception cause) {
        return new IllegalStateException(
                KafkaOptions.TRANSACTION_WATCH.key() + ": the broker did not tell of transactions: " + why
                        + "; 0 s asks nothing",
                cause);
    }

    private Duration duration() {
        return settings.configuration()
                .getOptional(KafkaOptions.TRANSACTION_WATCH)
                .orElseGet(() -> settings.configuration()
                        .get(CheckpointingOptions.CHECKPOINTING_INTERVAL)
                        .multipliedBy(2));
    }

    private Map<String, Seen> look(Admin admin) throws ExecutionException, TimeoutException, InterruptedException {
        List<String> found = admin.listTransactions().all().get(TIMEOUT_SECONDS, TimeUnit.SECONDS).stream()
                .map(TransactionListing::transactionalId)
                .filter(id -> ids.matcher(id).matches())
                .toList();
        Map<String, Seen> seen = new TreeMap<>();
        admin.describeTransactions(found)
                .all()
                .get(TIMEOUT_SECONDS, TimeUnit.SECONDS)
                .forEach((id, told) -> seen.put(id, Seen.of(told)));
        return seen;
    }

    /** What a running job did between two looks, for people; empty when nothing shows one. */
    static Optional<String> moved(Map<String, Seen> before, Map<String, Seen> now) {
        for (Map.Entry<String, Seen> entry : now.entrySet()) {
            Seen was = before.get(entry.getKey());
            Seen is = entry.getValue();
            if (was == null || is.beganMillis >= 0 && is.beganMillis != was.beganMillis && !is.isCommitted()) {
                return Optional.of("transaction " + entry.getKey() + " began while it was watched");
            }
            boolean sameCommit = was.state == TransactionState.PREPARE_COMMIT // it ends by itself, with another epoch
                    || was.isCommitted() && was.producer == is.producer && was.epoch == is.epoch;
            if (is.isCommitted() && !sameCommit) {
                return Optional.of("transaction " + entry.getKey() + " was committed while it was watched");
            }
        }
        return Optional.empty();
    }
}
