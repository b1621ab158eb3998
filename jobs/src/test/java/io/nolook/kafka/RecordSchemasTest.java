package io.nolook.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RecordSchemasTest {

    @Test
    void timesOfSegmentsAreThoseThatABrokerAccepts() {
        long now = 1_700_000_000_000L;

        assertThat(RecordSchemas.clamped(1_600_000_000_123_456L, now)).isEqualTo(1_600_000_000_123L);
        assertThat(RecordSchemas.clamped(-1, now)).isZero();
        assertThat(RecordSchemas.clamped(Long.MAX_VALUE, now)).isEqualTo(now);
        assertThat(RecordSchemas.clamped(0, now)).isZero();
    }
}
