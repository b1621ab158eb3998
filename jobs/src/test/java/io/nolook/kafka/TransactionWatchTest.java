package io.nolook.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.nolook.kafka.TransactionWatch.Seen;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.TransactionState;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class TransactionWatchTest {
    private static final Seen OPEN = new Seen(TransactionState.ONGOING, 7, 3, 1000);
    private static final Seen COMMITTED = new Seen(TransactionState.COMPLETE_COMMIT, 7, 3, -1);

    static Stream<Seen> ofARunningJob() {
        return Stream.of(
                new Seen(TransactionState.ONGOING, 7, 3, 2000), // the next one
                new Seen(TransactionState.COMPLETE_COMMIT, 7, 4, -1),
                new Seen(TransactionState.PREPARE_COMMIT, 7, 3, 1000));
    }

    @ParameterizedTest
    @MethodSource("ofARunningJob")
    void whatBeginsOrIsCommittedHasARunningJob(Seen now) {
        assertThat(TransactionWatch.moved(Map.of("a-tokens-0-0", OPEN), Map.of("a-tokens-0-0", now)))
                .hasValueSatisfying(said -> assertThat(said).contains("a-tokens-0-0", "while it was watched"));
    }

    @Test
    void anIdThatAppearsHasARunningJob() {
        assertThat(TransactionWatch.moved(Map.of("a-tokens-0-0", COMMITTED), Map.of("a-tokens-1-0", OPEN)))
                .isPresent();
    }

    /** Open, until the broker aborts it by its time; or ended long ago. */
    @Test
    void whatACrashedJobLeftIsNotInUse() {
        Seen aborted = new Seen(TransactionState.COMPLETE_ABORT, 7, 4, 1000);

        assertThat(TransactionWatch.moved(Map.of("id", OPEN), Map.of("id", OPEN)))
                .isEmpty();
        assertThat(TransactionWatch.moved(Map.of("id", OPEN), Map.of("id", aborted)))
                .isEmpty();
        assertThat(TransactionWatch.moved(Map.of("id", COMMITTED), Map.of("id", COMMITTED)))
                .isEmpty();
    }

    @Test
    void aCommitThatWasOnItsWayEnds() {
        Seen ending = new Seen(TransactionState.PREPARE_COMMIT, 7, 3, 1000);

        assertThat(TransactionWatch.moved(Map.of("id", ending), Map.of("id", new Seen(COMMITTED.state(), 7, 4, -1))))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"nolook-tokenize-tokens-0-0", "nolook-tokenize-dead-letters-11-4"})
    void idsOfAPrefix(String id) {
        assertThat(TransactionWatch.ids("nolook-tokenize").matcher(id).matches())
                .isTrue();
    }

    /** A bounded job beside the live one has the same beginning. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "nolook-tokenize-bounded-tokens-0-0",
                "nolook-tokenize-b-tokens-0-0",
                "my-nolook-tokenize-tokens-0-0"
            })
    void idsOfOtherPrefixes(String id) {
        assertThat(TransactionWatch.ids("nolook-tokenize").matcher(id).matches())
                .isFalse();
    }
}
