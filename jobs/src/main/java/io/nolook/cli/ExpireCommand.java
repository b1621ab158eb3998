package io.nolook.cli;

import io.nolook.camera.Ingest;
import io.nolook.flink.archive.ArchiveOptions;
import io.nolook.flink.archive.ArchiveSettings;
import io.nolook.kafka.KafkaSettings;
import io.nolook.option.OptionSources;
import io.nolook.replay.ArchiveDeletions;
import io.nolook.replay.ArchiveExpiry;
import io.nolook.report.JsonFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.apache.flink.configuration.Configuration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code nolook archive expire}: deletes segments that are older than archive.retention. */
@Command(
        name = "expire",
        mixinStandardHelpOptions = true,
        description =
                "Deletes the segments that were captured longer ago than archive.retention, lists them, and says so"
                        + " on topics.archive-deletions, which the commands that read the archive look at.")
final class ExpireCommand implements Callable<Integer> {

    @Option(names = "--dry-run", description = "List what would go; change nothing.")
    private boolean dryRun;

    @Option(
            names = "--out",
            defaultValue = "out/archive",
            paramLabel = "DIR",
            description = "Where results go (default: ${DEFAULT-VALUE}).")
    private Path out;

    @Mixin
    private OptionSources options;

    @Spec
    private CommandSpec command;

    @Override
    public Integer call() throws IOException {
        Configuration configuration = options.read();
        Duration retention = ArchiveSettings.of(configuration)
                .retention()
                .orElseThrow(() -> new IllegalArgumentException(ArchiveOptions.RETENTION.key()
                        + ": found nothing, expected how long segments are kept, such as 30 d"));
        long now = Ingest.nowMicros();
        long olderThan = now - TimeUnit.MILLISECONDS.toMicros(retention.toMillis());
        ArchiveExpiry expiry = new ArchiveExpiry(new KafkaSettings(configuration));
        List<ArchiveDeletions.Deleted> deleted = dryRun ? expiry.look(olderThan, now) : expiry.run(olderThan, now);
        PrintWriter said = command.commandLine().getOut();
        deleted.forEach(each -> said.println((dryRun ? "would go: " : "deleted: ") + text(each)));
        said.printf(
                Locale.ROOT,
                "%d segments of %d cameras, captured before %s%n",
                deleted.stream().mapToLong(ArchiveDeletions.Deleted::segments).sum(),
                deleted.size(),
                Times.text(olderThan));
        Map<String, Object> report = new TreeMap<>();
        report.put("dryRun", dryRun);
        report.put("olderThan", Times.text(olderThan));
        report.put("cameras", deleted);
        Files.createDirectories(out);
        Path json = out.resolve("archive-expire.json");
        JsonFile.write(json, report);
        said.println(json);
        return 0;
    }

    /** What went of a camera, in words. */
    static String text(ArchiveDeletions.Deleted deleted) {
        return String.format(
                Locale.ROOT,
                "%s  %d segments, %d token frames%s, %d bytes%s",
                deleted.camera(),
                deleted.segments(),
                deleted.tokenFrames(),
                deleted.damaged() == 0 ? "" : ", " + deleted.damaged() + " damaged records",
                deleted.bytes(),
                deleted.segments() == 0
                        ? ""
                        : ", from " + Times.text(deleted.firstCapturedAtMicros()) + " to "
                                + Times.text(deleted.lastCapturedAtMicros()));
    }

    /** What a reader of the archive is told, where it asks for something from before it. */
    static String notice(ArchiveDeletions.Deleted deleted) {
        return "deleted by archive expire: " + text(deleted);
    }
}
