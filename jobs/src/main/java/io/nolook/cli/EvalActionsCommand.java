package io.nolook.cli;

import io.nolook.frame.PictureSource;
import io.nolook.media.Inputs;
import io.nolook.offline.OpenRecognizer;
import io.nolook.offline.RecordingRecognizer;
import io.nolook.option.OptionSources;
import io.nolook.report.ConfusionSheet;
import io.nolook.report.JsonFile;
import io.nolook.tool.actions.ActionEvaluation;
import io.nolook.tool.actions.LabelledClips;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code nolook eval-actions}: how often a recognizer is right. */
@Command(
        name = "eval-actions",
        mixinStandardHelpOptions = true,
        description =
                "Recognizes every clip of DIR/label/*.mp4 and reports how often the recognizer is right: JSON with"
                        + " top1, and the confusion matrix as a picture.")
final class EvalActionsCommand implements Callable<Integer> {

    @Parameters(paramLabel = "DIR", description = "Folder with a folder of videos for each label.")
    private Path folder;

    @Option(
            names = "--out",
            defaultValue = "out/eval-actions",
            description = "Where results go (default: ${DEFAULT-VALUE}).")
    private Path out;

    @Mixin
    private PartialInput partial;

    @Mixin
    private OptionSources options;

    @Spec
    private CommandSpec command;

    @Override
    public Integer call() throws IOException {
        LabelledClips clips = LabelledClips.in(folder);
        PrintWriter said = command.commandLine().getOut();
        Progress progress = new Progress(command.commandLine().getErr(), "clips");
        List<ActionEvaluation.ClipResult> results = new ArrayList<>();
        ActionEvaluation evaluation;
        try (OpenRecognizer models = OpenRecognizer.of(options.read())) {
            RecordingRecognizer recognizer = models.recording();
            ActionEvaluation.requireKnown(recognizer.spec(), clips.labels());
            for (LabelledClips.Clip clip : clips.clips()) {
                try (PictureSource source = Inputs.open(clip.path().toString())) {
                    double[] decision = recognizer
                            .recognize(source, clip.path().getFileName().toString())
                            .decision();
                    partial.require(source.damage());
                    results.add(ActionEvaluation.result(clip, recognizer.spec(), clips.labels(), decision));
                }
                progress.at(results.size());
            }
            progress.end();
            evaluation = ActionEvaluation.of(models.name(), recognizer.spec(), clips.labels(), results);
        }
        Files.createDirectories(out);
        Path json = out.resolve("actions.json");
        JsonFile.write(json, evaluation);
        Path sheet = out.resolve("confusion.png");
        String title = String.format(
                Locale.ROOT,
                "%s: top-1 %.1f %% of %d clips",
                evaluation.recognizer(),
                100 * evaluation.top1(),
                evaluation.clips());
        ConfusionSheet.write(
                ConfusionSheet.of(title, evaluation.labels(), evaluation.recognized(), evaluation.confusion()), sheet);
        said.printf(
                Locale.ROOT,
                "%s; %.1f %% when any label of the recognizer may be taken%n%s%n%s%n",
                title,
                100 * evaluation.openTop1(),
                json,
                sheet);
        return 0;
    }
}
