package io.nolook.tool.bench;

import com.sun.management.UnixOperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * What the process held at one moment, with all its cameras.
 *
 * @param cameras that had come and gone
 * @param heapBytes after full collections
 * @param heapLimitBytes what the heap takes of the resident memory at most
 * @param residentBytes heap and native memory; 0 where the system does not tell
 * @param files open file descriptors; 0 where the system does not tell
 */
public record Held(int cameras, long heapBytes, long heapLimitBytes, long residentBytes, int threads, long files) {
    private static final int COLLECTIONS = 8;

    String line() {
        return String.format(
                Locale.ROOT,
                "after %d cameras: heap %.1f MiB, resident %.0f MiB with a heap limit of %.0f MiB, %d threads, %d files",
                cameras,
                heapBytes / 1048576.0,
                residentBytes / 1048576.0,
                heapLimitBytes / 1048576.0,
                threads,
                files);
    }

    /** What stays when the collector, and what waits for it, have gone by a few times. */
    public static Held after(int cameras) throws IOException, InterruptedException {
        long heap = Long.MAX_VALUE;
        for (int i = 0; i < COLLECTIONS; i++) {
            System.gc();
            TimeUnit.MILLISECONDS.sleep(200);
            heap = Math.min(
                    heap,
                    ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
        }
        Path statm = Path.of("/proc/self/statm");
        return new Held(
                cameras,
                heap,
                Runtime.getRuntime().maxMemory(),
                Files.exists(statm) ? Long.parseLong(Files.readString(statm).split(" ")[1]) * 4096 : 0,
                ManagementFactory.getThreadMXBean().getThreadCount(),
                ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
                        ? unix.getOpenFileDescriptorCount()
                        : 0);
    }
}
