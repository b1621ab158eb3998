package io.nolook.notify;

import io.nolook.kafka.GroupReader;
import io.nolook.kafka.KafkaSettings;
import io.nolook.record.ReceivedRecord;
import io.nolook.schema.ActionEvent;
import io.nolook.schema.SingleObject;
import java.io.IOException;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Tells each action that the settings take, in order, until it is stopped.
 *
 * <p>One that is not taken is tried again, after a second, then two, and at most a minute, for as long as it takes: those
 * behind it wait. One that is refused is left out, and said so. What was told right before the process ended may be told
 * again.
 */
public final class Notifier {
    private static final long FIRST_PAUSE_MILLIS = 1_000;
    private static final long LONGEST_PAUSE_MILLIS = 60_000;
    private static final long STAY_MILLIS = 500;

    private final NotifySettings settings;
    private final KafkaSettings kafka;
    private final Webhook webhook;
    private final SingleObject<ActionEvent> format = SingleObject.actionEvents();
    private final Consumer<String> said;
    private long told;
    private long refused;

    /**
     * @param said takes a line for each trouble
     */
    public Notifier(NotifySettings settings, KafkaSettings kafka, Consumer<String> said) {
        this.settings = settings;
        this.kafka = kafka;
        this.said = said;
        webhook = new Webhook(settings);
    }

    /** Runs for as long as it may. */
    public void run(BooleanSupplier goesOn) throws InterruptedException {
        try (GroupReader reader = new GroupReader(kafka, kafka.actionsTopic(), settings.group())) {
            while (goesOn.getAsBoolean()) {
                boolean all = true;
                for (ReceivedRecord record : reader.poll()) {
                    all &= tell(record, reader, goesOn);
                }
                if (all) {
                    reader.done().ifPresent(why -> said.accept("not remembered, and may be told again: " + why));
                }
            }
        }
    }

    /** Whether it is done. */
    private boolean tell(ReceivedRecord record, GroupReader reader, BooleanSupplier goesOn)
            throws InterruptedException {
        Notice notice;
        try {
            notice = Notice.of(format.decode(record.value()));
        } catch (IOException | RuntimeException e) {
            refused++;
            said.accept("left out: record " + record.partition() + "/" + record.offset() + " of " + record.topic()
                    + ": " + e.getMessage());
            return true;
        }
        if (!settings.takes(notice)) {
            return true;
        }
        long pause = FIRST_PAUSE_MILLIS;
        while (goesOn.getAsBoolean()) {
            Webhook.Answer answer = webhook.post(notice);
            switch (answer.outcome()) {
                case TOLD -> {
                    told++;
                    return true;
                }
                case REFUSED -> {
                    refused++;
                    said.accept("refused: " + notice.key() + ": " + answer.reason());
                    return true;
                }
                default -> {
                    said.accept("not taken yet: " + notice.key() + ": " + answer.reason() + "; again in " + pause / 1000
                            + " s");
                    pause(pause, reader, goesOn);
                    pause = Math.min(LONGEST_PAUSE_MILLIS, 2 * pause);
                }
            }
        }
        return false;
    }

    private static void pause(long millis, GroupReader reader, BooleanSupplier goesOn) {
        for (long left = millis; left > 0 && goesOn.getAsBoolean(); left -= STAY_MILLIS) {
            reader.stay(Math.min(left, STAY_MILLIS));
        }
    }

    /** How many were taken. */
    public long told() {
        return told;
    }

    /** How many were refused, or could not be read. */
    public long refused() {
        return refused;
    }
}
