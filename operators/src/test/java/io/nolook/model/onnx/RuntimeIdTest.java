package io.nolook.model.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Two machines whose last bits may differ have two names. */
class RuntimeIdTest {
    private static final String H100 = "Model: \t\t NVIDIA H100 80GB HBM3\nIRQ:   \t\t 12\n";

    private static final String LOADED = """
            7f00-7f01 r-xp 00000000 08:01 1 /usr/lib/x86_64-linux-gnu/libcublas.so.12.6.4.1
            7f01-7f02 r--p 00000000 08:01 1 /usr/lib/x86_64-linux-gnu/libcublasLt.so.12.6.4.1
            7f03-7f04 r-xp 00000000 08:01 2 /opt/nvidia/cudnn/lib/libcudnn.so.9.5.1
            """;

    @Test
    void namesWhatMultipliesIntegers() {
        String flags = "flags : fpu avx2 avx512f avx512_vnni\n";
        assertThat(RuntimeId.of("1", "cpu", "int8", "amd64", flags, "", List.of()))
                .endsWith("/amd64-avx512vnni/int8");
        assertThat(RuntimeId.of("1", "cpu", "int8", "amd64", "flags : avx2 avx_vnni\n", "", List.of()))
                .endsWith("/amd64-avx2vnni/int8");
        assertThat(RuntimeId.of("1", "cpu", "int8", "amd64", "flags : avx2\n", "", List.of()))
                .endsWith("/amd64-avx2/int8");
        assertThat(RuntimeId.of("1", "cpu", "fp32", "amd64", flags, "", List.of()))
                .endsWith("/amd64-avx512/fp32");
    }

    @Test
    void processorsAreNamedByTheirVectors() {
        assertThat(cpu("amd64", "flags\t\t: fpu avx avx2 fma avx512f sse\n")).endsWith("/cpu/amd64-avx512/fp32");
        assertThat(cpu("amd64", "flags\t\t: fpu avx avx2 fma\n")).endsWith("/cpu/amd64-avx2/fp32");
        assertThat(cpu("amd64", "flags\t\t: fpu avx sse\n")).endsWith("/cpu/amd64-avx/fp32");
        assertThat(cpu("amd64", "model name : avx512f\nflags\t\t: fpu sse\n")).endsWith("/cpu/amd64-base/fp32");
        assertThat(cpu("aarch64", "Features\t: fp asimd sme sme2\n")).endsWith("/cpu/aarch64-sme/fp32");
        assertThat(cpu("aarch64", "Features\t: fp asimd\n")).endsWith("/cpu/aarch64-base/fp32");
        assertThat(cpu("aarch64", "")).isEqualTo("onnxruntime-1.28.0/cpu/aarch64-base/fp32");
    }

    @Test
    void noProcessorMattersToExactArithmetic() {
        for (String flags : List.of("flags : avx512f avx512_vnni\n", "flags : avx2\n", "")) {
            assertThat(RuntimeId.of("1.28.0", "cpu", RuntimeId.EXACT, "amd64", flags, "", List.of()))
                    .isEqualTo("onnxruntime-1.28.0/cpu/any/int8");
        }
    }

    @Test
    void gpusAreNamedWithTheirPrecision() {
        assertThat(cuda("", List.of(H100, H100)))
                .isEqualTo("onnxruntime-1.28.0/cuda/cuda12-NVIDIA_H100_80GB_HBM3/fp32-tf32off");
        assertThat(cuda("", List.of(H100, "Model: NVIDIA A10\n")))
                .isEqualTo("onnxruntime-1.28.0/cuda/cuda12-NVIDIA_A10+NVIDIA_H100_80GB_HBM3/fp32-tf32off");
        assertThat(cuda("", List.of())).isEqualTo("onnxruntime-1.28.0/cuda/cuda12-unknown/fp32-tf32off");
    }

    @Test
    void librariesOfCudaAreNamedWithTheirVersions() {
        assertThat(cuda(LOADED, List.of(H100)))
                .isEqualTo("onnxruntime-1.28.0/cuda/cublas12.6.4.1-cudnn9.5.1-NVIDIA_H100_80GB_HBM3/fp32-tf32off");
    }

    /** A session of it needs what CUDA needs, the device too: it must be a model wherever it is tried. */
    @Test
    void theModelThatTriesADeviceOpens() throws OrtException {
        try (OrtSession session = OnnxSession.environment().createSession(CudaProvider.SMALLEST)) {
            assertThat(session.getInputNames()).containsExactly("x");
        }
    }

    @Test
    void aMissingDeviceIsNamedAsOne() {
        OrtException none = new OrtException("CUDA failure 100: no CUDA-capable device is detected ; GPU=3");
        assertThat(CudaProvider.missing(none, 3)).startsWith("CUDA device 3 (ONNX Runtime says: CUDA failure 100");
        OrtException library = new OrtException("cannot open libcudnn.so.9: no such file");
        assertThat(CudaProvider.missing(library, 0)).startsWith("libcudnn.so.9 (");
    }

    /** auto without CUDA is the CPU, and says so. */
    @Test
    void theProviderIsTheOneThatIsUsed() {
        SessionSettings auto = new SessionSettings(Device.AUTO, 0, 1, 64L << 20, Optional.empty());
        try (OnnxSession session = OnnxSession.open(ModelFixtures.bytes("tiny-encoder"), auto)) {
            assertThat(session.runtimeId()).matches("onnxruntime-[0-9.]+/(cpu/[a-z0-9_]+-[a-z0-9]+/fp32|cuda/.*)");
        }
    }

    private static String cpu(String architecture, String text) {
        return RuntimeId.of("1.28.0", "cpu", "fp32", architecture, text, LOADED, List.of(H100));
    }

    private static String cuda(String loaded, List<String> gpus) {
        return RuntimeId.of("1.28.0", "cuda", "fp32", "amd64", "flags : avx2\n", loaded, gpus);
    }
}
