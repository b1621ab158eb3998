package io.nolook.cli;

import io.nolook.job.backfill.BackfillJob;
import io.nolook.local.InProcess;
import io.nolook.local.TemporaryFolder;
import io.nolook.option.OptionSources;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code nolook backfill}: recordings to the tokens topic, at full speed. */
@Command(
        name = "backfill",
        mixinStandardHelpOptions = true,
        description = "Tokenizes recordings to the tokens topic, each as a camera of its name, with the pipeline of the"
                + " live job; in this process. A stretch of the frames topic is tokenized again by: nolook run tokenize"
                + " -D source.stop=latest -D topics.tokens=OTHER.")
final class BackfillCommand implements Callable<Integer> {

    @Parameters(arity = "1..*", paramLabel = "INPUT", description = "Video files, or folders of them.")
    private List<Path> inputs;

    @Mixin
    private OptionSources options;

    @Spec
    private CommandSpec command;

    @Override
    public Integer call() throws Exception {
        long began = System.nanoTime();
        try (TemporaryFolder folder = TemporaryFolder.create("nolook-backfill-")) {
            BackfillJob job = new BackfillJob(InProcess.fit(options.read(), folder), recordings());
            job.start(StreamExecutionEnvironment.createLocalEnvironment(job.configuration()))
                    .getJobExecutionResult()
                    .get();
        }
        command.commandLine()
                .getOut()
                .printf(Locale.ROOT, "%d s%n", TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - began));
        return 0;
    }

    private List<Path> recordings() throws IOException {
        List<Path> found = new ArrayList<>();
        for (Path input : inputs) {
            if (Files.isDirectory(input)) {
                found.addAll(BackfillJob.in(input));
            } else {
                found.add(input);
            }
        }
        return found;
    }
}
