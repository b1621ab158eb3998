package io.nolook.page;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RecordLimitsTest {
    private static final long NOW = 1_790_000_000_000L;

    @Test
    void timesOfCamerasAreTaken() throws IOException {
        assertThatCode(() -> RecordLimits.captured(0, 0, NOW)).doesNotThrowAnyException();
        RecordLimits.captured(NOW * 1000, (NOW + RecordLimits.MOST_AHEAD_MILLIS) * 1000, NOW);
    }

    @ParameterizedTest
    @CsvSource({
        "-1, 5",
        "9, 8",
        "0, 9000000000000000000",
        "-9223372036854775808, 9223372036854775807",
        "0, 1790086400001000"
    })
    void othersAreRefused(long from, long to) {
        assertThatThrownBy(() -> RecordLimits.captured(from, to, NOW))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("expected them in order");
    }
}
