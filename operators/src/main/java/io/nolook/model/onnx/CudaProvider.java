package io.nolook.model.onnx;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import ai.onnxruntime.providers.OrtCUDAProviderOptions;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Whether CUDA can be had on this machine, and the options it runs with. */
final class CudaProvider {
    /** Whether CUDA may round the factors of a product to 10 bits: never, results would depend on the GPU. */
    static final boolean TF32 = false;

    /** An ONNX model of one Identity: a session of it needs all that CUDA needs, and takes no memory. */
    static final byte[] SMALLEST = HexFormat.of()
            .parseHex("08083a370a100a017812017922084964656e746974791201705a0f0a0178120a0a0808011204"
                    + "0a020801620f0a0179120a0a08080112040a0208014202100d");

    private static final Pattern LIBRARY = Pattern.compile("lib[\\w+-]+\\.so(\\.\\d+)*");
    private static final Map<Integer, Optional<Throwable>> FOUND = new ConcurrentHashMap<>();

    private CudaProvider() {}

    /**
     * Why a GPU cannot be used: its libraries or the device itself are missing; empty when it can.
     *
     * <p>Only a session tells: the list of providers promises too much, and its options are made without a device. What
     * was found once stands as long as the process.
     */
    static Optional<Throwable> failure(OrtEnvironment environment, SessionSettings settings) {
        return FOUND.computeIfAbsent(settings.gpu(), gpu -> tried(environment, settings));
    }

    private static Optional<Throwable> tried(OrtEnvironment environment, SessionSettings settings) {
        try (SessionOptions options = new SessionOptions()) {
            add(options, settings);
            try (OrtSession session = environment.createSession(SMALLEST, options)) {
                return session.getNumInputs() == 1 ? Optional.empty() : Optional.of(new OrtException("no input"));
            }
        } catch (OrtException | LinkageError e) {
            // a device without room now is one: the model's own session says so, and can be tried again
            return String.valueOf(e.getMessage()).contains("out of memory") ? Optional.empty() : Optional.of(e);
        }
    }

    static void add(SessionOptions options, SessionSettings settings) throws OrtException {
        try (OrtCUDAProviderOptions cuda = new OrtCUDAProviderOptions(settings.gpu())) {
            cuda.add("cudnn_conv_algo_search", "HEURISTIC");
            cuda.add("use_tf32", TF32 ? "1" : "0");
            cuda.add("gpu_mem_limit", Long.toString(settings.gpuMemoryBytes()));
            options.addCUDA(cuda);
        }
    }

    /** The library that the error names, the device, or the provider's own library when there is no CUDA in the build. */
    static String missing(Throwable failure, int gpu) {
        String message = String.valueOf(failure.getMessage()).strip();
        Matcher named = LIBRARY.matcher(message);
        String last = message.contains("CUDA failure") ? "CUDA device " + gpu : "libonnxruntime_providers_cuda.so";
        while (named.find()) {
            last = named.group();
        }
        return last + " (ONNX Runtime says: " + message + ")";
    }
}
