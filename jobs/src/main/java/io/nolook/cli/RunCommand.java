package io.nolook.cli;

import io.nolook.cluster.ClusterRest;
import io.nolook.job.JobMain;
import io.nolook.job.KafkaJob;
import io.nolook.job.archive.ArchiveJob;
import io.nolook.job.detokenize.DetokenizeJob;
import io.nolook.job.recognize.RecognizeJob;
import io.nolook.job.sequence.SequenceJob;
import io.nolook.job.tokenize.TokenizeJob;
import io.nolook.local.InProcess;
import io.nolook.local.TemporaryFolder;
import io.nolook.option.OptionSources;
import java.net.InetSocketAddress;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.execution.JobClient;
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
            description = "REST address of a Flink 2.3 cluster; without it the job runs in this process until stopped.")
    private String jobManager;

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
        try (TemporaryFolder folder = TemporaryFolder.create("nolook-" + job + "-")) {
            KafkaJob made = job.make.apply(InProcess.fit(options.read(), folder));
            JobClient client = start(made, StreamExecutionEnvironment.createLocalEnvironment(made.configuration()));
            say("checkpoints: %s", made.configuration().get(CheckpointingOptions.CHECKPOINTS_DIRECTORY));
            try {
                client.getJobExecutionResult().get();
            } catch (InterruptedException e) {
                client.cancel().get();
                throw e;
            }
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
        start(made, environment);
        return 0;
    }

    private JobClient start(KafkaJob made, StreamExecutionEnvironment environment) throws Exception {
        JobClient client = made.start(environment);
        say("job %s: %s", job, client.getJobID());
        return client;
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
