package io.nolook.tool.verify;

import io.nolook.kafka.KafkaSettings;
import io.nolook.kafka.TopicReader;
import io.nolook.schema.FailedFrame;
import io.nolook.schema.SingleObject;
import io.nolook.verification.Digest;
import io.nolook.verification.Fault;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.apache.kafka.common.IsolationLevel;

/** The dead letters of a topic by the record that they are of, as digests. */
final class DeadLetterIndex {
    /** About 150 bytes of heap each. */
    static final int MOST_LETTERS = 2_000_000;

    /** Where the original stands. */
    record Place(int partition, long offset) {}

    private static final class Letter {
        final String camera;
        final Digest digest;
        int times;
        boolean taken;

        Letter(String camera, Digest digest) {
            this.camera = camera;
            this.digest = digest;
        }
    }

    private final Map<Place, Letter> letters = new HashMap<>();
    private long tombstones;

    /** Reads those of the frames topic; unreadable ones are handed over as text. */
    DeadLetterIndex(KafkaSettings settings, BiConsumer<String, String> unreadable) {
        SingleObject<FailedFrame> format = SingleObject.failedFrames();
        try (TopicReader reader =
                new TopicReader(settings, settings.deadLettersTopic(), IsolationLevel.READ_COMMITTED)) {
            reader.readToEnd(record -> {
                if (record.value() == null) {
                    tombstones++;
                    return;
                }
                try {
                    FailedFrame letter = format.decode(record.value());
                    if (letter.getTopic().equals(settings.framesTopic())) {
                        add(letter, record.value());
                    }
                } catch (IOException e) {
                    unreadable.accept("dead letter at " + record.partition() + "/" + record.offset(), e.getMessage());
                }
            });
        }
    }

    /** Records without a value: no letters. */
    long tombstones() {
        return tombstones;
    }

    private void add(FailedFrame letter, byte[] bytes) {
        if (letters.size() >= MOST_LETTERS) {
            throw new IllegalStateException("found more than " + MOST_LETTERS
                    + " dead letters, expected fewer: verify topics of a shorter time");
        }
        letters.computeIfAbsent(
                        new Place(letter.getPartition(), letter.getOffset()),
                        place -> new Letter(letter.getCamera(), Digest.of(bytes)))
                .times++;
    }

    /** What is wrong with the dead letter of a record, which should be exactly this; empty when nothing. */
    Optional<Fault> take(Place place, byte[] expected) {
        Letter letter = letters.get(place);
        if (letter == null) {
            return Optional.of(Fault.MISSING);
        }
        letter.taken = true;
        if (!letter.digest.equals(Digest.of(expected))) {
            return Optional.of(Fault.DIFFERING);
        }
        return letter.times > 1 ? Optional.of(Fault.REPEATED) : Optional.empty();
    }

    /** Hands over camera and place of the letters that no record below these offsets asked for. */
    void leftOver(Map<Integer, Long> ends, BiConsumer<String, Place> each) {
        letters.forEach((place, letter) -> {
            if (!letter.taken && place.offset() < ends.getOrDefault(place.partition(), 0L)) {
                each.accept(letter.camera, place);
            }
        });
    }
}
