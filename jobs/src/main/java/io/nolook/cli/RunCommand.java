package io.nolook.cli;

import io.nolook.job.archive.ArchiveJob;
import io.nolook.job.detokenize.DetokenizeJob;
import io.nolook.job.recognize.RecognizeJob;
import io.nolook.job.sequence.SequenceJob;
import io.nolook.job.tokenize.TokenizeJob;
import io.nolook.kafka.KafkaJob;
import io.nolook.local.TemporaryFolder;
import io.nolook.option.OptionSources;
import java.io.File;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.concurrent.Callable;
import java.util.function.Function;
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
        Configuration given = options.read();
        if (jobManager == null) {
            try (TemporaryFolder folder = TemporaryFolder.create("nolook-" + job + "-")) {
                Configuration here = folder.checkpoints();
                here.addAll(given);
                KafkaJob made = job.make.apply(here);
                start(made, StreamExecutionEnvironment.createLocalEnvironment(made.configuration()))
                        .getJobExecutionResult()
                        .get();
            }
        } else {
            InetSocketAddress address = address(jobManager);
            KafkaJob made = job.make.apply(given);
            start(
                    made,
                    StreamExecutionEnvironment.createRemoteEnvironment(
                            address.getHostString(), address.getPort(), made.configuration(), jars()));
        }
        return 0;
    }

    private JobClient start(KafkaJob made, StreamExecutionEnvironment environment) throws Exception {
        JobClient client = made.start(environment);
        command.commandLine().getOut().printf("job %s: %s%n", job, client.getJobID());
        command.commandLine().getOut().flush();
        return client;
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

    /** What the cluster does not have: this project, its models, the connector, ONNX Runtime, FFmpeg. */
    private static String[] jars() {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(path -> path.endsWith(".jar"))
                .filter(path -> !new File(path)
                        .getName()
                        .matches(
                                "(flink-(?!connector).*|kafka_2.*|kafka-(?!clients).*|log4j-.*|slf4j-.*|scala-.*).jar"))
                .toArray(String[]::new);
    }
}
