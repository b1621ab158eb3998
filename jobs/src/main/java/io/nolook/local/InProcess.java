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
     * Given options over those of one process.
     *
     * @param folder of the checkpoints, unless the options name another
     * @throws IllegalArgumentException when the named folder cannot be written
     */
    public static Configuration fit(Configuration given, TemporaryFolder folder) {
        Configuration configuration = folder.checkpoints();
        configuration.addAll(given);
        requireWritable(configuration);
        Optional<Integer> parallelism = given.getOptional(CoreOptions.DEFAULT_PARALLELISM);
        int slots = parallelism.orElse(Runtime.getRuntime().availableProcessors());
        // a job of more tasks than slots would wait for ever; here nothing else needs them
        if (given.getOptional(TaskManagerOptions.NUM_TASK_SLOTS).orElse(slots) < slots) {
            configuration.set(TaskManagerOptions.NUM_TASK_SLOTS, slots);
        }
        return configuration;
    }

    private static void requireWritable(Configuration configuration) {
        String named = configuration.get(CheckpointingOptions.CHECKPOINTS_DIRECTORY);
        URI uri = URI.create(named.replace(" ", "%20"));
        if (uri.getScheme() != null && !uri.getScheme().equals("file")) {
            return;
        }
        Path folder = Path.of(uri.getPath());
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
                        + " to keep checkpoints in a temporary folder while the job runs",
                cause);
    }
}
