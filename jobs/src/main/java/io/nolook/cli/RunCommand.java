package io.nolook.cli;

import io.nolook.cluster.ClusterRest;
import io.nolook.job.JobMain;
import io.nolook.job.KafkaJob;
import io.nolook.job.archive.ArchiveJob;
import io.nolook.job.detokenize.DetokenizeJob;
import io.nolook.job.recognize.RecognizeJob;
import io.nolook.job.sequence.SequenceJob;
import io.nolook.job.tokenize.TokenizeJob;
import io.nolook.kafka.KafkaOptions;
import io.nolook.local.InProcess;
import io.nolook.local.JobHere;
import io.nolook.local.JobState;
import io.nolook.option.OptionSources;
import java.net.InetSocketAddress;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code nolook run}: a job against a given broker, here or on a given cluster. */
@Command(
        name = "run",
        mixinStandardHelpOptions = true,
        description =
                "Runs a job against the broker of kafka.bootstrap.servers, in this process or on a Flink cluster.")
final class RunCommand implements Callable<Integer> {

    /** The jobs there are. */
    enum Job {
        tokenize(TokenizeJob::new),
        recognize(RecognizeJob::new),
        archive(ArchiveJob::new),
        sequence(SequenceJob::new),
        detokenize(DetokenizeJob::new);

        private final Function<Configuration, KafkaJob> make;

        Job(Function<Configuration, KafkaJob> make) {
            this.make = make;
        }
    }

    @Parameters(paramLabel = "JOB", description = "${COMPLETION-CANDIDATES}")
    private Job job;

    @Option(
            names = "--jobmanager",
            paramLabel = "HOST:PORT",
            description = "REST address of a Flink 2.3 cluster; without it the job runs in this process until stopped,"
                    + " and goes on where it stopped when it is started again.")
    private String jobManager;

    @Option(
            names = "--state",
            paramLabel = "DIR",
            description = "In this process: keeps the job's state under DIR between runs (default: that of"
                    + " execution.checkpointing.dir, else $XDG_STATE_HOME/nolook or ~/.local/state/nolook).")
    private Path state;

    @Option(names = "--fresh", description = "In this process: begins without the state of the last run.")
    private boolean fresh;

    @Mixin
    private OptionSources options;

    @Spec
    private CommandSpec command;

    @Override
    public Integer call() throws Exception {
        return jobManager == null ? here() : there(address(jobManager));
    }

    /** In this process, until it ends, fails or is stopped. */
    private int here() throws Exception {
        Configuration given = options.read();
        JobHere here = new JobHere(job.name(), job.make, line -> say("%s", line));
        TemporaryFiles.beforeTheyGo(here::stop);
        try {
            if (!InProcess.isRemote(given) && given.get(KafkaOptions.STOP) == KafkaOptions.Stop.NEVER) {
                here.run(given, InProcess.folder(given).orElse(state == null ? JobState.usualRoot() : state), fresh);
            } else if (fresh || state != null) {
                throw new IllegalArgumentException((fresh ? "--fresh" : "--state") + ": found it with "
                        + KafkaOptions.STOP.key() + " or checkpoints that are elsewhere, expected a job whose state is"
                        + " kept in a folder of this machine");
            } else {
                here.run(given);
            }
        } finally {
            TemporaryFiles.beforeTheyGo(() -> {});
        }
        return 0;
    }

    private int there(InetSocketAddress address) throws Exception {
        KafkaJob made = job.make.apply(options.read());
        StreamExecutionEnvironment environment = StreamExecutionEnvironment.createRemoteEnvironment(
                address.getHostString(), address.getPort(), made.configuration(), jobJar());
        ClusterRest cluster = new ClusterRest(address.getHostString(), address.getPort());
        if (cluster.taskManagers() < 0) {
            throw new IllegalStateException("--jobmanager: found nobody who answers at " + jobManager
                    + ", expected the REST address of a running JobManager");
        }
        JobMain.requireSlots(cluster, environment.getParallelism());
        say("job %s: %s", job, made.start(environment).getJobID());
        return 0;
    }

    private void say(String format, Object... arguments) {
        command.commandLine().getOut().printf(Locale.ROOT, format + "%n", arguments);
        command.commandLine().getOut().flush();
    }

    /** What a cluster does not have: this project's jobs, its models, the connector. It lies beside this jar. */
    private static String jobJar() {
        Path here;
        try {
            here = Path.of(RunCommand.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
        Path jar = here.resolveSibling("nolook-jobs.jar");
        if (!Files.isRegularFile(jar)) {
            throw new IllegalStateException(
                    "found no " + jar + ", expected the job jar beside " + here + ": build with ./nolook --help");
        }
        return jar.toString();
    }

    static InetSocketAddress address(String text) {
        int colon = text.lastIndexOf(':');
        if (colon > 0 && text.substring(colon + 1).matches("\\d{1,5}")) {
            int port = Integer.parseInt(text.substring(colon + 1));
            if (port <= 65535) {
                return InetSocketAddress.createUnresolved(text.substring(0, colon), port);
            }
        }
        throw new IllegalArgumentException("--jobmanager: found '" + text + "', expected HOST:PORT");
    }
}
