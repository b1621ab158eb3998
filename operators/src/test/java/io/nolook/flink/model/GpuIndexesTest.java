package io.nolook.flink.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nolook.flink.tokenize.OnnxTokenizerLoader;
import io.nolook.flink.tokenize.TokenizeSettings;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.apache.flink.api.common.externalresource.ExternalResourceInfo;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.Test;

/** Tasks take the GPUs of their TaskManager by turns. */
class GpuIndexesTest {

    private record Gpu(String index) implements ExternalResourceInfo {
        @Override
        public Optional<String> getProperty(String key) {
            return key.equals("index") ? Optional.of(index) : Optional.empty();
        }

        @Override
        public Collection<String> getKeys() {
            return List.of("index");
        }
    }

    @Test
    void tasksTakeTurns() {
        Set<ExternalResourceInfo> two = Set.of(new Gpu("5"), new Gpu("2"));
        assertThat(GpuIndexes.of(two, 0)).isEqualTo(OptionalInt.of(2));
        assertThat(GpuIndexes.of(two, 1)).isEqualTo(OptionalInt.of(5));
        assertThat(GpuIndexes.of(two, 2)).isEqualTo(OptionalInt.of(2));
    }

    @Test
    void withoutGpusTheOptionStands() {
        assertThat(GpuIndexes.of(Set.of(), 3)).isEmpty();
    }

    @Test
    void theModelOfAnotherGpuIsAnotherOne() {
        OnnxTokenizerLoader loader = new OnnxTokenizerLoader(TokenizeSettings.of(new Configuration()));
        assertThat(loader.onGpu(3).key()).contains("gpu=3").isNotEqualTo(loader.key());
        assertThat(loader.onGpu(0).key()).isEqualTo(loader.key());
    }

    @Test
    void whatIsNoNumberIsRefused() {
        assertThatThrownBy(() -> GpuIndexes.of(Set.of(new Gpu("GPU-1f")), 0))
                .hasMessageContaining("found a GPU with the index 'GPU-1f', expected the number of a CUDA device");
    }
}
