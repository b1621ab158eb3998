package io.nolook.tool.size;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.nolook.flink.tokenize.TokenizeSettings;
import io.nolook.frame.FrameSize;
import io.nolook.model.ModelSpec;
import io.nolook.model.onnx.ModelFiles;
import io.nolook.model.onnx.SessionSettings;
import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.Test;

/** The formulas of the guide on operations, worked out by hand for the shipped encoders. */
class NeedsTest {
    private static final FrameSize SOURCE = new FrameSize(1280, 720);
    private static final FrameCost COST = new FrameCost(2, 3, 70_000);
    private static final long CHUNK = 4 * 128 * 128 * 3;
    private static final long MEBI = 1 << 20;

    @Test
    void theIntegerEncoderCarriesItsActivations() {
        Needs needs = needs("builtin:nolook-small", new Fleet(200, 10, SOURCE, 100_000), 0.5, Map.of());

        assertThat(needs.cores()).isCloseTo(200 * 10 * 0.005 / 0.5, within(1e-9));
        assertThat(needs.slots()).isEqualTo(20);
        assertThat(needs.heapBytes()).isEqualTo(512 * MEBI + 256 * MEBI + 64 * CHUNK);
        assertThat(needs.liveBytes() % 10).as("ten cameras a slot").isZero();
        long activations = needs.liveBytes() / 10;
        assertThat(activations).isBetween(400 * 1024L, 430 * 1024L);
        assertThat(needs.stateBytes()).isEqualTo(200 * (activations + 3 * 128 * 128 * 3));
        assertThat(needs.framesBytesPerSecond()).isEqualTo(200 * 10 * 100_000.0);
        assertThat(needs.tokenBits()).isEqualTo(200 * 10 / 4.0 * 256 * 18);
    }

    @Test
    void theFloatingPointEncoderRebuildsThemFromItsWindow() {
        Needs needs = needs(
                "builtin:nolook-small/fp32",
                new Fleet(3, 30, SOURCE, 1),
                1,
                Map.of("activations.max-bytes", "64mb", "state.held-bytes", "16mb", "batch.queue", "8"));

        assertThat(needs.cores()).isCloseTo(0.45, within(1e-9));
        assertThat(needs.slots()).isEqualTo(1);
        assertThat(needs.heapBytes()).isEqualTo(80 * MEBI + 8 * 10 * CHUNK);
        assertThat(needs.stateBytes()).isEqualTo(3 * (9 * CHUNK + 3 * 128 * 128 * 3));
    }

    @Test
    void noMoreSlotsThanCameras() {
        assertThat(needs("builtin:nolook-small", new Fleet(2, 1000, SOURCE, 1), 0.1, Map.of())
                        .slots())
                .isEqualTo(2);
    }

    @Test
    void whatCannotBeIsRefused() {
        assertThatThrownBy(() -> new Fleet(0, 10, SOURCE, 1)).hasMessage("--cameras: found 0, expected at least 1");
        assertThatThrownBy(() -> new Fleet(1, 0, SOURCE, 1)).hasMessageStartingWith("--rate: found 0.0");
        assertThatThrownBy(() -> new Fleet(1, Double.NaN, SOURCE, 1)).hasMessageStartingWith("--rate: found NaN");
        assertThatThrownBy(() -> new Fleet(1, 1, SOURCE, 0)).hasMessageStartingWith("--picture-bytes: found 0");
        assertThatThrownBy(() -> needs("builtin:nolook-small", new Fleet(1, 1, SOURCE, 1), 0, Map.of()))
                .hasMessageStartingWith("--load: found 0.0");
    }

    private static Needs needs(String encoder, Fleet fleet, double load, Map<String, String> options) {
        Configuration configuration = Configuration.fromMap(options);
        configuration.setString("model.encoder", encoder);
        configuration.setString("inference.device", "cpu");
        ModelSpec spec = ModelFiles.spec(ModelFiles.encoder(encoder, SessionSettings.cpu(1)));
        return Needs.of(fleet, spec, TokenizeSettings.of(configuration), COST, load);
    }
}
