package io.nolook.tool.bench.page;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a benchmark ran on.
 *
 * @param processor its name, as Linux tells it
 * @param processors that the JVM may use
 * @param memoryMiB of the machine or the container
 * @param heapMiB that the JVM may use
 * @param system and its version
 * @param java and its version
 * @param load of the machine, the mean of the minute before; below 0 where the system does not tell
 */
public record Machine(
        String processor, int processors, long memoryMiB, long heapMiB, String system, String java, double load) {
    private static final Pattern MODEL = Pattern.compile("(?m)^model name\\s*:\\s*(.+?)\\s*$");

    /** This one, now. */
    public static Machine here() {
        OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        return new Machine(
                processorName(),
                Runtime.getRuntime().availableProcessors(),
                system.getTotalMemorySize() >> 20,
                Runtime.getRuntime().maxMemory() >> 20,
                system.getName() + " " + system.getVersion() + " " + system.getArch(),
                System.getProperty("java.vm.name") + " " + Runtime.version(),
                system.getSystemLoadAverage());
    }

    private static String processorName() {
        try {
            Matcher found = MODEL.matcher(Files.readString(Path.of("/proc/cpuinfo")));
            return found.find() ? found.group(1) : "unknown";
        } catch (IOException e) {
            return "unknown";
        }
    }
}
