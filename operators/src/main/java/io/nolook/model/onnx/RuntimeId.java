package io.nolook.model.onnx;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What computes, as records name it: all that may change the last bit of a result.
 *
 * <pre>
 * onnxruntime-VERSION/cpu/ARCHITECTURE-VECTORS/PRECISION    such as onnxruntime-1.28.0/cpu/amd64-avx512/fp32
 * onnxruntime-VERSION/cpu/any/int8                         of a model whose arithmetic is exact: no processor matters
 * onnxruntime-VERSION/cuda/LIBRARIES-GPU/fp32-tf32off       such as onnxruntime-1.28.0/cuda/cublas12.6.4.1-cudnn9.5.1-NVIDIA_H100/fp32-tf32off
 * </pre>
 *
 * The provider is the one that is used, not the one that was asked for. Vectors are those for which ONNX Runtime has
 * kernels of its own; VNNI matters to integers alone. Libraries are those of CUDA that the process has loaded, as far as
 * the system tells. GPUs of several models are all named: which of them runs is not known here.
 */
final class RuntimeId {
    /** Of a model with integer convolutions whose every sum is exact. */
    static final String EXACT = "any/int8";

    private static final Path CPU = Path.of("/proc/cpuinfo");
    private static final Path GPUS = Path.of("/proc/driver/nvidia/gpus");
    private static final Path LOADED = Path.of("/proc/self/maps");
    private static final Pattern LIBRARY = Pattern.compile("lib(cublas|cudnn)\\.so\\.([0-9.]*[0-9])");
    private static final Pattern GPU_MODEL = Pattern.compile("(?m)^Model:\\s*(.+?)\\s*$");
    private static final Pattern FLAGS = Pattern.compile("(?m)^(?:flags|Features)\\s*:(.*)$");

    private RuntimeId() {}

    /** Of this machine. */
    static String ofMachine(String version, String provider, String precision) {
        return of(version, provider, precision, System.getProperty("os.arch"), text(CPU), text(LOADED), gpus());
    }

    /**
     * @param precision fp32, int8 of a model with integer convolutions, or {@link #EXACT}
     * @param architecture of the processor, as Java names it
     * @param cpu text of /proc/cpuinfo; empty where there is none
     * @param loaded text of /proc/self/maps; empty where there is none
     * @param gpus texts of NVIDIA's driver on each GPU
     */
    static String of(
            String version,
            String provider,
            String precision,
            String architecture,
            String cpu,
            String loaded,
            List<String> gpus) {
        String runtime = "onnxruntime-" + version + "/" + provider + "/";
        return provider.equals("cuda")
                ? runtime + libraries(loaded) + "-" + gpu(gpus) + "/" + precision + "-"
                        + (CudaProvider.TF32 ? "tf32on" : "tf32off")
                : runtime
                        + (precision.equals(EXACT)
                                ? EXACT
                                : architecture + "-" + vectors(cpu, precision) + "/" + precision);
    }

    private static String vectors(String cpu, String precision) {
        Matcher found = FLAGS.matcher(cpu);
        List<String> flags = found.find() ? List.of(found.group(1).strip().split("\\s+")) : List.of();
        boolean dot = precision.equals("int8") && (flags.contains("avx512_vnni") || flags.contains("avx_vnni"));
        for (String[] known :
                new String[][] {{"avx512f", "avx512"}, {"avx2", "avx2"}, {"avx", "avx"}, {"sme", "sme"}}) {
            if (flags.contains(known[0])) {
                return known[1] + (dot ? "vnni" : "");
            }
        }
        return "base";
    }

    private static String libraries(String loaded) {
        TreeMap<String, String> versions = new TreeMap<>();
        Matcher found = LIBRARY.matcher(loaded);
        while (found.find()) {
            versions.put(found.group(1), found.group(2));
        }
        return versions.isEmpty()
                ? "cuda12"
                : versions.entrySet().stream()
                        .map(library -> library.getKey() + library.getValue())
                        .collect(Collectors.joining("-"));
    }

    private static String gpu(List<String> gpus) {
        TreeSet<String> models = new TreeSet<>();
        for (String gpu : gpus) {
            Matcher found = GPU_MODEL.matcher(gpu);
            if (found.find()) {
                models.add(found.group(1).replaceAll("[^A-Za-z0-9]+", "_"));
            }
        }
        return models.isEmpty() ? "unknown" : String.join("+", models);
    }

    private static List<String> gpus() {
        List<String> found = new ArrayList<>();
        try (DirectoryStream<Path> gpus = Files.newDirectoryStream(GPUS)) {
            gpus.forEach(gpu -> found.add(text(gpu.resolve("information"))));
        } catch (IOException e) {
            return found; // no driver of NVIDIA
        }
        return found;
    }

    /** Empty where there is none. */
    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return "";
        }
    }
}
