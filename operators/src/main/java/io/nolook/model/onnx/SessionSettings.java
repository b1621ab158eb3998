package io.nolook.model.onnx;

import java.nio.file.Path;
import java.util.Optional;

/**
 * How a session is opened.
 *
 * @param device where it runs
 * @param gpu number of the CUDA device, from 0 on
 * @param threads of one operator on the CPU, 1 to 256
 * @param gpuMemoryBytes most memory the CUDA arena may take
 * @param profile where to write ONNX Runtime's profile (a file name prefix), for measurement only
 */
public record SessionSettings(Device device, int gpu, int threads, long gpuMemoryBytes, Optional<Path> profile) {

    public SessionSettings {
        if (gpu < 0) {
            throw new IllegalArgumentException("inference.device-number: found " + gpu + ", expected at least 0");
        }
        if (threads < 1 || threads > 256) {
            throw new IllegalArgumentException("inference.threads: found " + threads + ", expected 1 to 256");
        }
        if (gpuMemoryBytes < 64L << 20) {
            throw new IllegalArgumentException(
                    "inference.gpu-memory: found " + gpuMemoryBytes + " bytes, expected at least 64 MiB");
        }
    }

    /** The CPU with a number of threads. */
    public static SessionSettings cpu(int threads) {
        return new SessionSettings(Device.CPU, 0, threads, 4L << 30, Optional.empty());
    }

    /** The same on another GPU. */
    public SessionSettings onGpu(int number) {
        return new SessionSettings(device, number, threads, gpuMemoryBytes, profile);
    }

    /** The same with another number of threads. */
    public SessionSettings withThreads(int number) {
        return new SessionSettings(device, gpu, number, gpuMemoryBytes, profile);
    }

    public SessionSettings profiled(Path prefix) {
        return new SessionSettings(device, gpu, threads, gpuMemoryBytes, Optional.of(prefix));
    }
}
