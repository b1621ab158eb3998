package io.nolook.cli;

import io.nolook.model.ModelRefusedException;
import io.nolook.model.ModelUnavailableException;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.apache.flink.util.ExceptionUtils;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The program {@code nolook}. */
@Command(
        name = "nolook",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        description = "Streaming visual tokens on Apache Flink: camera frames in, tokens out.",
        subcommands = {
            DemoCommand.class,
            IngestCommand.class,
            CamerasCommand.class,
            SimulateCommand.class,
            TokenizeCommand.class,
            DetokenizeCommand.class,
            RecognizeCommand.class,
            EvalActionsCommand.class,
            CheckModelCommand.class,
            SizeCommand.class,
            RunCommand.class,
            JobCommand.class,
            ModelCommand.class,
            KeyframeCommand.class,
            GenerateCommand.class,
            NotifyCommand.class,
            PageCommand.class,
            BackfillCommand.class,
            VerifyCommand.class,
            ArchiveCommand.class,
            ReplayCommand.class,
            ChaosCommand.class,
            FuzzCommand.class,
            EvalCommand.class,
            EvalGenerationCommand.class,
            BenchCommand.class,
            OptionsCommand.class,
            CompletionCommand.class
        },
        footer = {
            "",
            "The script adds: nolook test, the whole test command.",
            "Exit code 0: it did what was asked. 3: it did, but for what was left out and named."
        })
public final class Main {
    /** Exit code: what was asked is there, but for what could not be read. */
    static final int INCOMPLETE = 3;

    private static final char REPLACEMENT = '\uFFFD';

    private Main() {}

    /** The version of the build, from the jar's manifest. */
    static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Main.class.getPackage().getImplementationVersion();
            return new String[] {"nolook " + (version == null ? "of an unpacked build" : version)};
        }
    }

    public static void main(String[] arguments) throws IOException {
        TemporaryFiles.gather();
        CommandLine nolook = commandLine().setOut(utf8(System.out)).setErr(utf8(System.err));
        int status = areWhole(arguments, nolook.getErr()) ? nolook.execute(arguments) : CommandLine.ExitCode.USAGE;
        nolook.getOut().flush();
        nolook.getErr().flush();
        // Kafka's and ONNX Runtime's threads would keep the process for a while; all results are on disk.
        Runtime.getRuntime().exit(status);
    }

    /** What is written is UTF-8 in every locale: programs read it. */
    private static PrintWriter utf8(PrintStream out) {
        return new PrintWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8), true);
    }

    /**
     * Whether Java could read all arguments: it takes them in the locale's encoding, and in the locale C puts
     * replacement characters in place of what is no ASCII; two cameras would be one.
     */
    private static boolean areWhole(String[] arguments, PrintWriter err) {
        boolean whole = Arrays.stream(arguments).noneMatch(argument -> argument.indexOf(REPLACEMENT) >= 0);
        if (!whole) {
            err.println("nolook: found an argument with letters that are none in this locale's encoding, "
                    + System.getProperty("sun.jnu.encoding")
                    + ", expected UTF-8: set LC_ALL=C.UTF-8 or another UTF-8 locale");
        }
        return whole;
    }

    /** The program's commands, not yet given arguments; failures become one line and a status. */
    public static CommandLine commandLine() {
        CommandLine commandLine = new CommandLine(new Main());
        commandLine.setExecutionExceptionHandler((thrown, command, parsed) -> {
            Exception e = ExceptionUtils.findThrowable(thrown, ModelRefusedException.class)
                    .<Exception>map(refused -> refused)
                    .orElse(thrown);
            boolean expected = e instanceof IllegalArgumentException
                    || e instanceof ModelRefusedException
                    || e instanceof ModelUnavailableException
                    || e instanceof IllegalStateException
                    || e instanceof IOException
                    || e instanceof UncheckedIOException;
            command.getErr().println("nolook: " + e.getMessage());
            if (!expected || System.getenv("NOLOOK_STACKTRACE") != null) {
                e.printStackTrace(command.getErr());
            }
            return CommandLine.ExitCode.SOFTWARE;
        });
        return commandLine;
    }
}
