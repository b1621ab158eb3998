package io.nolook.cli;

import io.nolook.digest.Sha256;
import io.nolook.flink.tokenize.TokenizeSettings;
import io.nolook.kafka.ControlTopic;
import io.nolook.kafka.KafkaSettings;
import io.nolook.model.ModelSpec;
import io.nolook.model.onnx.ModelFiles;
import io.nolook.option.OptionSources;
import io.nolook.rollout.Assignment;
import io.nolook.rollout.Command.Codes;
import io.nolook.rollout.Commanded;
import io.nolook.rollout.ModelFile;
import io.nolook.rollout.Report;
import io.nolook.rollout.Share;
import io.nolook.tool.rollout.Rollout;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.flink.configuration.Configuration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code nolook model}: other models for the cameras of a tokenizing job that runs. */
@Command(
        name = "model",
        mixinStandardHelpOptions = true,
        description = "Shows and changes which model tokenizes which camera, while the job runs. A model is opened and"
                + " admitted by every task first; one that is refused anywhere changes nothing.")
final class ModelCommand implements Runnable {
    private static final String MODEL = "Path of an .onnx file, which every TaskManager can read, or builtin:NAME.";
    private static final String NEW_TOKENS = "Accept codes that mean something else than those of model.encoder: what"
            + " reads the tokens must be ready for them.";
    private static final String WAIT = "How long tasks may take, in seconds (default: ${DEFAULT-VALUE}).";

    @Spec
    private CommandSpec command;

    @Override
    public void run() {
        throw new ParameterException(command.commandLine(), "expected one of ls, deploy, canary and rollback");
    }

    /** Which file, and how it is told to tasks. */
    static final class Model {
        @Parameters(paramLabel = "MODEL", description = MODEL)
        private String location = "";

        @Option(
                names = "--sha256",
                paramLabel = "HASH",
                description = "Its SHA-256, for a file that cannot be read from here.")
        private Optional<String> hash = Optional.empty();

        @Option(names = "--new-tokens", description = NEW_TOKENS)
        private boolean newTokens;

        Codes codes() {
            return newTokens ? Codes.ANY : Codes.SAME;
        }
    }

    @Command(
            name = "ls",
            mixinStandardHelpOptions = true,
            description = "Shows which model which camera uses, and what each task made of the last commands.")
    int list(@Mixin OptionSources options) throws IOException {
        Configuration configuration = options.read();
        ControlTopic control = control(configuration);
        Commanded commanded = control.commanded();
        Assignment now = commanded.assignment();
        say("options   %s", TokenizeSettings.of(configuration).encoder());
        say("fleet     %s", named(now, now.fleet()));
        say("before    %s", named(now, now.before()));
        now.canary()
                .ifPresent(model -> say(
                        "canary    %s, %s %% of the cameras",
                        named(now, model), now.share().basisPoints() / 100.0));
        now.cameras().forEach((camera, model) -> say("camera    %s: %s", camera, named(now, model)));
        commanded
                .prepare()
                .ifPresent(last -> say(
                        "prepared  %s (%s)",
                        Rollout.shortened(last.model().hash()), last.model().location()));
        Map<String, Report> last = new LinkedHashMap<>();
        control.reports()
                .forEach(report ->
                        last.put(report.task().jobId() + "/" + report.task().index(), report));
        last.values()
                .forEach(report -> say(
                        "task      %s %d of %d: %s%s%s, models take %d MiB beside the heap",
                        report.task().job(),
                        report.task().index(),
                        report.task().tasks(),
                        report.outcome(),
                        report.model().isEmpty() ? "" : " " + Rollout.shortened(report.model()),
                        report.why().isEmpty() ? "" : " (" + report.why() + ")",
                        report.residentBytes() >> 20));
        return 0;
    }

    @Command(
            name = "deploy",
            mixinStandardHelpOptions = true,
            description = "Every camera with this model, from its next frame on.")
    int deploy(
            @Mixin Model model,
            @Option(names = "--wait", defaultValue = "120", description = WAIT) int seconds,
            @Mixin OptionSources options)
            throws IOException, InterruptedException {
        Configuration configuration = options.read();
        ControlTopic control = control(configuration);
        rollout(control, seconds).to(control.assignment().deploy(file(model, configuration)), model.codes());
        return 0;
    }

    @Command(
            name = "canary",
            mixinStandardHelpOptions = true,
            description = "A share of the cameras with this model, or some by name; the others stay as they are.")
    int canary(
            @Mixin Model model,
            @Option(
                            names = "--percent",
                            paramLabel = "P",
                            defaultValue = "0",
                            description =
                                    "Share of the cameras by a hash of their ids, 0 to 100; more has all that less"
                                            + " has.")
                    double percent,
            @Option(
                            names = "--camera",
                            paramLabel = "ID",
                            description = "A camera by name; may be given more than once.")
                    Set<String> cameras,
            @Option(names = "--wait", defaultValue = "120", description = WAIT) int seconds,
            @Mixin OptionSources options)
            throws IOException, InterruptedException {
        Set<String> named = cameras == null ? Set.of() : new TreeSet<>(cameras);
        Share share = Share.percent(percent);
        if (named.isEmpty() && share.basisPoints() == 0) {
            throw new IllegalArgumentException("--percent: found 0 and no --camera, expected some cameras");
        }
        Configuration configuration = options.read();
        ControlTopic control = control(configuration);
        rollout(control, seconds)
                .to(control.assignment().canary(file(model, configuration), share, named), model.codes());
        return 0;
    }

    @Command(
            name = "rollback",
            mixinStandardHelpOptions = true,
            description = "Takes back what was commanded last: a canary, else the model of the fleet.")
    int rollback(
            @Option(names = "--wait", defaultValue = "120", description = WAIT) int seconds,
            @Mixin OptionSources options)
            throws IOException, InterruptedException {
        ControlTopic control = control(options.read());
        rollout(control, seconds).to(control.assignment().rollback(), Codes.ANY);
        return 0;
    }

    private ModelFile file(Model model, Configuration configuration) {
        if (model.hash.isPresent()) {
            return new ModelFile(model.hash.get(), model.location);
        }
        TokenizeSettings settings = TokenizeSettings.of(configuration);
        byte[] bytes = ModelFiles.encoder(model.location, settings.inference().session());
        ModelSpec spec = ModelFiles.spec(bytes);
        say("%s, tokens of %s", spec.name(), spec.tokenizerId());
        return new ModelFile(Sha256.hex(bytes), model.location);
    }

    private Rollout rollout(ControlTopic control, int seconds) {
        return new Rollout(control, Duration.ofSeconds(seconds), line -> say("%s", line));
    }

    static ControlTopic control(Configuration configuration) {
        return new ControlTopic(new KafkaSettings(configuration), sender());
    }

    private static String sender() {
        return System.getProperty("user.name", "") + "@"
                + Optional.ofNullable(System.getenv("HOSTNAME")).orElse("");
    }

    private static String named(Assignment assignment, String model) {
        return assignment.files().stream()
                .filter(file -> file.hash().equals(model))
                .findFirst()
                .map(file -> Rollout.shortened(model) + " (" + file.location() + ")")
                .orElse("that of the options");
    }

    private void say(String format, Object... arguments) {
        PrintWriter out = command.commandLine().getOut();
        out.printf(Locale.ROOT, format + "%n", arguments);
        out.flush();
    }
}
