package io.nolook.frame;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class FrameLimitsTest {
    @Test
    void statesItsDefaults() {
        assertThat(FrameLimits.DEFAULTS).isEqualTo(new FrameLimits(4 * 1024 * 1024, 16_777_216, 64));
    }

    @Test
    void refusesLimitsThatAdmitNothing() {
        assertThatThrownBy(() -> new FrameLimits(0, 1, 1)).hasMessage("found a byte limit of 0, expected at least 1");
        assertThatThrownBy(() -> new FrameLimits(1, 0, 1))
                .hasMessage("found a pixel limit of 0, expected 1 to 715827877");
        assertThatThrownBy(() -> new FrameLimits(1, 1, 0)).hasMessage("found a scan limit of 0, expected at least 1");
    }

    @Test
    void refusesPicturesThatFitNoArray() {
        assertThatThrownBy(() -> new FrameLimits(1, FrameLimits.MOST_PIXELS + 1, 1))
                .hasMessageContaining("expected 1 to");
    }
}
