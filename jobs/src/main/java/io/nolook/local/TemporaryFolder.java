package io.nolook.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.commons.io.FileUtils;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;

/**
 * A new folder, deleted with all that is in it on closing.
 *
 * @param path of the folder
 */
public record TemporaryFolder(Path path) implements AutoCloseable {

    /** Makes one, whose name begins as given, where java.io.tmpdir says now: Java itself asks at its start only. */
    public static TemporaryFolder create(String prefix) throws IOException {
        return new TemporaryFolder(Files.createTempDirectory(Path.of(System.getProperty("java.io.tmpdir")), prefix));
    }

    /**
     * Where a job in this process keeps its checkpoints unless it is told: in memory, as Flink has it, there would be
     * room for the windows of three cameras.
     */
    public Configuration checkpoints() {
        Configuration configuration = new Configuration();
        configuration.set(
                CheckpointingOptions.CHECKPOINTS_DIRECTORY,
                path.resolve("checkpoints").toUri().toString());
        return configuration;
    }

    @Override
    public void close() {
        FileUtils.deleteQuietly(path.toFile()); // what else runs here may delete in it at the same time
    }
}
