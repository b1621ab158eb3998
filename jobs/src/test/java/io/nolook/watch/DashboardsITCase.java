package io.nolook.watch;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Dump. */
class DashboardsITCase {
    @Test
    void dump(@TempDir Path folder) throws Exception {
        try (WatchedRun run = WatchedRun.start(folder)) {
            Files.writeString(Path.of("/tmp/h-watch/job.txt"), WatchedRun.get("http://" + run.jobPage() + "/metrics"));
            Files.writeString(
                    Path.of("/tmp/h-watch/fleet.txt"), WatchedRun.get("http://" + run.fleetPage() + "/metrics"));
        }
    }
}
