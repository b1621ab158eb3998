package io.nolook.window;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class WindowSpecTest {

    @Test
    void takesTheSmallest() {
        assertThatCode(() -> new WindowSpec("m", 1, 0, 1, 0, 0)).doesNotThrowAnyException();
    }

    @Test
    void saysWhatItRefuses() {
        refuses(() -> new WindowSpec("m", 0, 0, 1, 0, 0), "chunkFrames: found 0, expected at least 1");
        refuses(() -> new WindowSpec("m", 1, -1, 1, 0, 0), "history: found -1, expected at least 0");
        refuses(() -> new WindowSpec("m", 1, 0, 0, 0, 0), "keyframe.interval: found 0, expected at least 1");
        refuses(
                () -> new WindowSpec("m", 1, 0, 1, -1, 0),
                "frame.rate: found -1, expected an interval of at least 0 us");
        refuses(() -> new WindowSpec("m", 1, 0, 1, 0, -1), "epoch.reset-after: found -1, expected at least 0 ms");
    }

    private static void refuses(ThrowingCallable made, String message) {
        assertThatThrownBy(made).isInstanceOf(IllegalArgumentException.class).hasMessage(message);
    }
}
