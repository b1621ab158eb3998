package io.nolook.model.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtProvider;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The provider is the second part of a runtime's id. */
class ProvidersTest {

    @Test
    void theIdNamesIt() {
        assertThat(Providers.of("onnxruntime-1.28.0/cpu/any/int8")).isEqualTo("cpu");
        assertThat(Providers.of("onnxruntime-1.28.0/cuda/cublas12-NVIDIA_H100/fp32-tf32off"))
                .isEqualTo("cuda");
        assertThat(Providers.of("fake")).isEqualTo("unknown");
    }

    /** Who asked for the CPU, or has CUDA, has lost nothing; nor has a build that knows no CUDA. */
    @Test
    void fallingBackNeedsSomethingToFallFrom() {
        boolean built = OrtEnvironment.getAvailableProviders().contains(OrtProvider.CUDA);
        assertThat(Providers.fellBack(asked(Device.AUTO), "cpu")).isEqualTo(built);
        assertThat(Providers.fellBack(asked(Device.AUTO), "cuda")).isFalse();
        assertThat(Providers.fellBack(asked(Device.CPU), "cpu")).isFalse();
    }

    private static SessionSettings asked(Device device) {
        return new SessionSettings(device, 0, 1, 1L << 30, Optional.empty());
    }
}
