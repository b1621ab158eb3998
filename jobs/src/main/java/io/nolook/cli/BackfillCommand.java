package io.nolook.cli;

import io.nolook.camera.Ingest;
import io.nolook.job.FreshStart;
import io.nolook.job.backfill.BackfillJob;
import io.nolook.job.backfill.Recording;
import io.nolook.local.InProcess;
import io.nolook.local.TemporaryFolder;
import io.nolook.media.MediaKind;
import io.nolook.option.OptionSources;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code nolook backfill}: recordings to the tokens topic, at full speed. */
@Command(
        name = "backfill",
        mixinStandardHelpOptions = true,
        description =
                "Tokenizes recordings to the tokens topic, each as a camera recording/NAME, with the pipeline of the"
                        + " live job; in this process. A damaged recording is named, and the others go on. A stretch of the"
                        + " frames topic is tokenized again by: nolook run tokenize -D source.stop=latest -D"
                        + " topics.tokens=OTHER.")
final class BackfillCommand implements Callable<Integer> {

    @Parameters(arity = "1..*", paramLabel = "INPUT", description = "Video files, or folders of them.")
    private List<Path> inputs;

    @Option(
            names = "--prefix",
            defaultValue = "recording/",
            paramLabel = "TEXT",
            description =
                    "Before a recording's name in its camera's id (default: ${DEFAULT-VALUE}). Without it recordings"
                            + " are cameras among the live ones.")
    private String prefix;

    @Option(
            names = "--captured-at",
            paramLabel = "TIME",
            description =
                    "When the recordings began, such as 2026-01-31T12:00:00Z, or seconds since 1970 (default: what"
                            + " the file says, else when it was last written).")
    private Optional<String> capturedAt = Optional.empty();

    @Mixin
    private PartialInput partial;

    @Mixin
    private OptionSources options;

    @Spec
    private CommandSpec command;

    @Override
    public Integer call() throws Exception {
        long began = System.nanoTime();
        List<String> damaged;
        try (TemporaryFolder folder = TemporaryFolder.create("nolook-backfill-")) {
            BackfillJob job = new BackfillJob(InProcess.fit(options.read(), folder), recordings());
            FreshStart.require(job, line -> command.commandLine().getOut().println(line));
            job.start(StreamExecutionEnvironment.createLocalEnvironment(job.configuration()))
                    .getJobExecutionResult()
                    .get();
            damaged = job.damaged();
        }
        command.commandLine()
                .getOut()
                .printf(Locale.ROOT, "%d s%n", TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - began));
        partial.require(damaged);
        return 0;
    }

    private List<Recording> recordings() throws IOException {
        OptionalLong began = OptionalLong.empty();
        if (capturedAt.isPresent()) {
            began = OptionalLong.of(Times.micros("--captured-at", capturedAt.get()));
            if (began.getAsLong() < 1 || began.getAsLong() > Ingest.nowMicros()) {
                throw new IllegalArgumentException(
                        "--captured-at: found " + capturedAt.get() + ", expected a time after 1970 and not to come");
            }
        }
        List<Recording> found = new ArrayList<>();
        for (Path input : inputs) {
            for (Path path : videos(input)) {
                found.add(Recording.of(path, prefix, began));
            }
        }
        return found;
    }

    private List<Path> videos(Path input) throws IOException {
        if (!Files.exists(input)) {
            throw new IOException("found nothing at " + input + ", expected a video or a folder of videos");
        }
        if (!Files.isDirectory(input)) {
            return List.of(input);
        }
        partial.leftAlone(MediaKind.VIDEO.leftAlone(input));
        return MediaKind.VIDEO.in(input);
    }
}
