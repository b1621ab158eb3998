package io.nolook.local;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The folder of a job that runs in this process, where its checkpoints and savepoints outlive it; one process at a time.
 *
 * <pre>
 *   ROOT/CLUSTER/NAME/checkpoints/JOB_ID/chk-N/_metadata
 *   ROOT/CLUSTER/NAME/savepoints/savepoint-ID/_metadata
 *   ROOT/CLUSTER/NAME/lock
 * </pre>
 *
 * <p>Another broker's cluster has another folder: offsets of one mean nothing on another.
 */
public final class JobState implements Closeable {
    private static final int DEPTH = 4;
    private static final String METADATA = "_metadata";

    private final Path folder;
    private final FileChannel channel;
    private final FileLock lock;

    private JobState(Path folder, FileChannel channel, FileLock lock) {
        this.folder = folder;
        this.channel = channel;
        this.lock = lock;
    }

    /**
     * Makes the folder and keeps other processes out of it until it is closed.
     *
     * @param cluster of the broker
     * @param name of the job, unique on that cluster
     * @throws IllegalStateException when another process runs this job
     * @throws IOException when the folder cannot be written
     */
    public static JobState open(Path root, String cluster, String name) throws IOException {
        Path folder = root.resolve(plain(cluster)).resolve(plain(name));
        Files.createDirectories(folder);
        FileChannel channel =
                FileChannel.open(folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = lock(channel);
        if (lock == null) {
            channel.close();
            throw new IllegalStateException("found another process that runs " + name + " with its state in " + folder
                    + ", expected none: stop it, or give this one another delivery.transaction-prefix");
        }
        return new JobState(folder, channel, lock);
    }

    private static FileLock lock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null; // of this process
        }
    }

    /** A name as a folder's: what could lead elsewhere becomes underscores. */
    private static String plain(String name) {
        return name.replaceAll("[^A-Za-z0-9._-]", "_").replaceAll("^\\.", "_");
    }

    /** Where the user's state belongs by the XDG Base Directory Specification. */
    public static Path usualRoot() {
        String named = System.getenv("XDG_STATE_HOME");
        Path states = named == null || named.isBlank()
                ? Path.of(System.getProperty("user.home"), ".local", "state")
                : Path.of(named);
        return states.resolve("nolook");
    }

    public Path checkpoints() {
        return folder.resolve("checkpoints");
    }

    public Path savepoints() {
        return folder.resolve("savepoints");
    }

    /** The checkpoint or savepoint that was completed last; empty at first. */
    public Optional<Path> newest() throws IOException {
        try (Stream<Path> files = Files.find(
                folder,
                DEPTH,
                (path, attributes) -> path.getFileName().toString().equals(METADATA))) {
            return files.max(Comparator.comparing(JobState::written)).map(Path::getParent);
        }
    }

    private static FileTime written(Path file) {
        try {
            return Files.getLastModifiedTime(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        lock.release();
        channel.close();
    }
}
