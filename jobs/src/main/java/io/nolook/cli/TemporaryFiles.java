package io.nolook.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.commons.io.FileUtils;

/**
 * The temporary files of the process in one folder, which goes when the process ends or is interrupted.
 *
 * <p>Nolook's, Kafka's and Flink's, which leaves some behind. Native libraries are unpacked where Java was told to at its
 * start, and are deleted by those that unpack them. A process that is killed at once leaves the folder.
 */
final class TemporaryFiles {
    private static final String KEY = "java.io.tmpdir";
    private static final long MOST_NANOS = TimeUnit.SECONDS.toNanos(5);

    private static volatile Runnable before = () -> {};

    private TemporaryFiles() {}

    /** What the process does when it is asked to end, before its files go; takes the place of what was given before. */
    static void beforeTheyGo(Runnable last) {
        before = last;
    }

    /** Makes the folder and tells Flink and {@link io.nolook.local.TemporaryFolder} of it; before they ask. */
    static void gather() throws IOException {
        Path all = Path.of(System.getProperty(KEY));
        Path own = all.resolve("nolook-" + ProcessHandle.current().pid() + "-" + Long.toHexString(System.nanoTime()));
        boolean posix = all.getFileSystem().supportedFileAttributeViews().contains("posix");
        if (posix) {
            Files.createDirectory(
                    own, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        } else {
            Files.createDirectory(own);
        }
        System.setProperty(KEY, own.toString());
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> {
                            before.run();
                            delete(own);
                        },
                        "nolook-clean"));
    }

    /** Again while something still writes: Flink's and Kafka's threads end with the process only. */
    private static void delete(Path folder) {
        long until = System.nanoTime() + MOST_NANOS;
        FileUtils.deleteQuietly(folder.toFile());
        while (Files.exists(folder) && System.nanoTime() < until) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
            FileUtils.deleteQuietly(folder.toFile());
        }
    }
}
