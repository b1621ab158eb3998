package io.nolook.local;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.TaskManagerOptions;

/** Fits options that were written for a cluster to one process: slots enough, checkpoints where it may write. */
public final class InProcess {

    private InProcess() {}

    /**
     * Given options for a job that keeps nothing between runs.
     *
     * @param folder of the checkpoints, unless the options name another
     * @throws IllegalArgumentException when the named folder cannot be written
     */
    public static Configuration fit(Configuration given, TemporaryFolder folder) {
        return isRemote(given)
                ? withSlots(given)
                : fit(given, folder(given).orElse(folder.path().resolve("checkpoints")));
    }

    /**
     * Given options, with slots enough and checkpoints in a folder.
     *
     * @param checkpoints where they go
     */
    public static Configuration fit(Configuration given, Path checkpoints) {
        Configuration configuration = new Configuration(given);
        configuration.set(
                CheckpointingOptions.CHECKPOINTS_DIRECTORY, checkpoints.toUri().toString());
        return withSlots(configuration);
    }

    private static Configuration withSlots(Configuration given) {
        Configuration configuration = new Configuration(given);
        Optional<Integer> parallelism = given.getOptional(CoreOptions.DEFAULT_PARALLELISM);
        int slots = parallelism.orElse(Runtime.getRuntime().availableProcessors());
        // a job of more tasks than slots would wait for ever; here nothing else needs them
        if (given.getOptional(TaskManagerOptions.NUM_TASK_SLOTS).orElse(slots) < slots) {
            configuration.set(TaskManagerOptions.NUM_TASK_SLOTS, slots);
        }
        return configuration;
    }

    /** Whether the options put checkpoints where no folder of this machine is, such as an object store. */
    public static boolean isRemote(Configuration given) {
        return named(given)
                .filter(uri -> uri.getScheme() != null && !uri.getScheme().equals("file"))
                .isPresent();
    }

    /**
     * The folder of this machine that the options name for checkpoints; empty when they name none.
     *
     * @throws IllegalArgumentException when it cannot be written
     */
    public static Optional<Path> folder(Configuration given) {
        Optional<Path> folder = named(given).map(uri -> Path.of(uri.getPath()));
        folder.ifPresent(InProcess::requireWritable);
        return folder;
    }

    private static Optional<URI> named(Configuration given) {
        return given.getOptional(CheckpointingOptions.CHECKPOINTS_DIRECTORY)
                .map(named -> URI.create(named.replace(" ", "%20")));
    }

    private static void requireWritable(Path folder) {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw unwritable(folder, e);
        }
        if (!Files.isWritable(folder)) {
            throw unwritable(folder, null);
        }
    }

    private static IllegalArgumentException unwritable(Path folder, IOException cause) {
        return new IllegalArgumentException(
                CheckpointingOptions.CHECKPOINTS_DIRECTORY.key() + ": found " + folder
                        + ", which this account cannot write, expected a folder that it can; leave the option out"
                        + " to keep checkpoints in a folder of your own",
                cause);
    }
}
