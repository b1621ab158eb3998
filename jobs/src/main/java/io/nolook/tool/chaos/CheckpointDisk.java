package io.nolook.tool.chaos;

import io.nolook.local.TemporaryFolder;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The folder of the checkpoints, on a small file system of its own where one can be mounted (Linux, as root).
 *
 * <p>Closing unmounts it.
 */
final class CheckpointDisk implements AutoCloseable {
    private static final int MEBIBYTES = 1024;

    private final Path folder;
    private final boolean mounted;

    CheckpointDisk(Path folder) throws IOException, InterruptedException {
        this.folder = Files.createDirectories(folder);
        mounted = run("mount", "-t", "tmpfs", "-o", "size=" + MEBIBYTES + "m", "tmpfs", folder.toString());
    }

    Path folder() {
        return folder;
    }

    /** Whether it can be filled. */
    boolean canBeFull() {
        return mounted;
    }

    /** Leaves no room. */
    void fill() {
        byte[] block = new byte[1 << 16];
        try (OutputStream out = Files.newOutputStream(folder.resolve("filler"))) {
            for (long written = 0; written < (long) MEBIBYTES << 20; written += block.length) {
                out.write(block);
            }
        } catch (IOException e) {
            // no space left: as wanted
        }
    }

    /** Makes room again. */
    void empty() throws IOException {
        Files.deleteIfExists(folder.resolve("filler"));
    }

    /** Deletes what a job left: after failures Flink leaves files of checkpoints that nothing refers to. */
    void forget(String job) throws IOException {
        Path left = folder.resolve(job);
        new TemporaryFolder(left).close();
    }

    private static boolean run(String... command) throws IOException, InterruptedException {
        return new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start()
                        .waitFor()
                == 0;
    }

    @Override
    public void close() throws IOException, InterruptedException {
        if (mounted) {
            run("umount", "-l", folder.toString());
        }
    }
}
