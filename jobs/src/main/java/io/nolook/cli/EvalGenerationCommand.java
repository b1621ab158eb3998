package io.nolook.cli;

import io.nolook.flink.tokenize.TokenizeSettings;
import io.nolook.generation.Continuation;
import io.nolook.option.OptionSources;
import io.nolook.report.JsonFile;
import io.nolook.tool.eval.Clip;
import io.nolook.tool.eval.EvalPlan;
import io.nolook.tool.generation.GenerationEvaluation;
import io.nolook.tool.generation.GenerationEvaluation.Anomalies;
import io.nolook.tool.generation.GenerationReport;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.apache.flink.configuration.Configuration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code nolook eval-generation}: how good the language model of tokens is, as a report. */
@Command(
        name = "eval-generation",
        mixinStandardHelpOptions = true,
        description = {
            "Tokenizes videos and measures the language model of their tokens: bits a token beside simpler models and the"
                    + " archive's coder, continuations beside the picture held, and with --anomalies what its surprise"
                    + " tells of disturbed clips.",
            "model.encoder, model.decoder, model.predictor and model.sampler choose what is measured."
        })
final class EvalGenerationCommand implements Callable<Integer> {

    @Parameters(
            paramLabel = "VIDEO",
            arity = "1..*",
            description = "Video files, or folders whose videos are taken in name order.")
    private List<String> videos = new ArrayList<>();

    @Option(names = "--report", required = true, paramLabel = "DIR", description = "Where the report goes.")
    private Path folder;

    @Option(
            names = "--limit-frames",
            defaultValue = "600",
            paramLabel = "N",
            description = "Most frames of a clip, 1 to " + EvalPlan.MOST_FRAMES + " (default: ${DEFAULT-VALUE}); those"
                    + " of all clips are held in memory.")
    private int limitFrames;

    @Option(names = "--anomalies", description = "Disturbs each clip in six ways; takes about a minute for each clip.")
    private boolean anomalies;

    @Option(names = "--seed", defaultValue = "1", description = "Of what is drawn (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(
            names = "--temperature",
            defaultValue = "1",
            description = "Below 1 likely values become likelier, 0.05 to 20 (default: ${DEFAULT-VALUE}).")
    private float temperature;

    @Option(
            names = "--top-k",
            defaultValue = "64",
            paramLabel = "K",
            description = "Of each factor of a token only its K likeliest values (default: ${DEFAULT-VALUE}).")
    private int topK;

    @Mixin
    private PartialInput partial;

    @Mixin
    private OptionSources options;

    @Spec
    private CommandSpec command;

    @Override
    public Integer call() throws IOException {
        Configuration configuration = options.read();
        TokenizeSettings settings = TokenizeSettings.of(configuration);
        if (limitFrames < 1 || limitFrames > EvalPlan.MOST_FRAMES) {
            throw new IllegalArgumentException(
                    "--limit-frames: found " + limitFrames + ", expected 1 to " + EvalPlan.MOST_FRAMES);
        }
        PrintWriter progress = command.commandLine().getErr();
        GenerationEvaluation evaluation = new GenerationEvaluation(
                configuration,
                new GenerationEvaluation.Plan(
                        videos,
                        new Clip.Limits(settings.frameFit(), limitFrames, partial::require),
                        new Continuation(seed, temperature, topK, 8, 3),
                        anomalies ? Anomalies.PLANTED : Anomalies.LEFT_OUT,
                        folder.resolve("pictures")),
                line -> {
                    progress.println(line);
                    progress.flush();
                });
        GenerationReport report = evaluation.run();
        PrintWriter out = command.commandLine().getOut();
        report.bitsPerToken().forEach((what, bits) -> out.printf(Locale.ROOT, "%6.2f bits a token: %s%n", bits, what));
        report.continuations()
                .forEach(each -> out.printf(
                        Locale.ROOT,
                        "%s, %d token frames on: %.2f dB, MS-SSIM %.3f of %d%n",
                        each.what(),
                        each.tokenFrames(),
                        each.psnr(),
                        each.msSsim(),
                        each.clips()));
        report.anomalies()
                .forEach(each -> out.printf(
                        Locale.ROOT,
                        "%s: AUC %.3f, told in %.0f %% of %d%n",
                        each.disturbance(),
                        each.auc(),
                        100 * each.told(),
                        each.trials()));
        out.println(JsonFile.write(folder.resolve("generation.json"), report));
        evaluation.written().forEach(out::println);
        return 0;
    }
}
