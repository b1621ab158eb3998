package io.nolook.batch;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class BatchLimitsTest {

    @Test
    void takesTheEndsOfTheRanges() {
        assertThatCode(() -> new BatchLimits(1, 0, 1)).doesNotThrowAnyException();
        assertThatCode(() -> new BatchLimits(256, Long.MAX_VALUE, 256)).doesNotThrowAnyException();
    }

    @Test
    void saysWhatItRefuses() {
        assertThatThrownBy(() -> new BatchLimits(0, 0, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("batch.size: found 0, expected 1 to 256");
        assertThatThrownBy(() -> new BatchLimits(257, 0, 300)).hasMessage("batch.size: found 257, expected 1 to 256");
        assertThatThrownBy(() -> new BatchLimits(8, -1, 8))
                .hasMessage("batch.max-delay: found -1 ms, expected at least 0 ms");
        assertThatThrownBy(() -> new BatchLimits(8, 20, 7))
                .hasMessage("batch.queue: found 7, expected at least batch.size = 8");
    }
}
