package io.nolook.cli;

import io.nolook.flink.tokenize.TokenizeSettings;
import io.nolook.frame.FrameLimits;
import io.nolook.media.Inputs;
import io.nolook.offline.OpenRecognizer;
import io.nolook.offline.RecordingRecognizer;
import io.nolook.offline.SampledPictures;
import io.nolook.option.OptionSources;
import io.nolook.recognition.ClipDecision;
import io.nolook.report.ActionSheet;
import io.nolook.report.JsonFile;
import io.nolook.schema.ActionEvent;
import io.nolook.schema.ActionScores;
import io.nolook.schema.ActionState;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.flink.configuration.Configuration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code nolook recognize}: what a recording shows, as JSON and as a picture. */
@Command(
        name = "recognize",
        mixinStandardHelpOptions = true,
        description = "Tokenizes a video, an image, or a folder of images, and recognizes actions in the tokens: scores"
                + " after every token frame, events, and one decision. Frames are sampled to the recognizer's rate"
                + " unless frame.rate says otherwise.")
final class RecognizeCommand implements Callable<Integer> {

    @Parameters(paramLabel = "VIDEO", description = "Video file, image file, or folder of images.")
    private String input;

    @Option(
            names = "--out",
            defaultValue = "out/recognize",
            description = "Where results go (default: ${DEFAULT-VALUE}).")
    private Path out;

    @Mixin
    private PartialInput partial;

    @Mixin
    private OptionSources options;

    @Spec
    private CommandSpec command;

    /** Probabilities after one token frame. */
    record Step(long fromMicros, long toMicros, Map<String, Float> probabilities) {}

    /** An action from its first frame to its last. */
    record Seen(String label, long fromMicros, long toMicros, float confidence) {}

    /** All that is written. */
    record Report(
            String input,
            String recognizer,
            long frames,
            Map<String, Double> decision,
            List<Seen> events,
            List<Step> steps) {}

    @Override
    public Integer call() throws IOException {
        PrintWriter said = command.commandLine().getOut();
        Configuration configuration = options.read();
        FrameLimits limits = TokenizeSettings.of(configuration).frameLimits();
        partial.leftAlone(Inputs.leftAlone(input));
        try (OpenRecognizer models = OpenRecognizer.of(configuration);
                SampledPictures source = new SampledPictures(Inputs.open(input, limits))) {
            RecordingRecognizer recognizer = models.recording();
            String name = Path.of(input).getFileName().toString();
            RecordingRecognizer.Result result = recognizer.recognize(source, name);
            partial.require(source.damage());
            Report report = report(recognizer.spec().labels(), models.name(), result);
            Files.createDirectories(out);
            Path json = out.resolve(name + ".json");
            JsonFile.write(json, report);
            int best = ClipDecision.best(result.decision());
            String title = String.format(
                    Locale.ROOT, "%s: %s %.2f", name, recognizer.spec().labels().get(best), result.decision()[best]);
            Path sheet = out.resolve(name + ".png");
            ActionSheet.write(
                    ActionSheet.of(
                            title,
                            source.pictures(),
                            recognizer.spec().labels(),
                            columns(result),
                            bars(recognizer.spec().labels(), report.events())),
                    sheet);
            said.println(title);
            report.events()
                    .forEach(event -> said.printf(
                            Locale.ROOT,
                            "%8.2f to %6.2f s  %-16s %.2f%n",
                            event.fromMicros() / 1e6,
                            event.toMicros() / 1e6,
                            event.label(),
                            event.confidence()));
            said.printf(Locale.ROOT, "%s%n%s%n", json, sheet);
        }
        return 0;
    }

    private Report report(List<String> labels, String recognizer, RecordingRecognizer.Result result) {
        Map<String, Double> decision = new LinkedHashMap<>();
        for (int i = 0; i < labels.size(); i++) {
            decision.put(labels.get(i), result.decision()[i]);
        }
        List<Step> steps = result.scores().stream()
                .map(scores -> {
                    Map<String, Float> probabilities = new LinkedHashMap<>();
                    for (int i = 0; i < labels.size(); i++) {
                        probabilities.put(
                                labels.get(i), scores.getProbabilities().get(i));
                    }
                    return new Step(scores.getFirstCapturedAtMicros(), scores.getLastCapturedAtMicros(), probabilities);
                })
                .toList();
        return new Report(input, recognizer, result.frames(), decision, seen(result.events()), steps);
    }

    private static List<Seen> seen(List<ActionEvent> events) {
        return events.stream()
                .filter(event -> event.getState() == ActionState.ENDED)
                .map(event ->
                        new Seen(event.getLabel(), event.getStartMicros(), event.getEndMicros(), event.getConfidence()))
                .toList();
    }

    /** From the end of a token frame to that of the next. */
    private static List<ActionSheet.Column> columns(RecordingRecognizer.Result result) {
        List<ActionSheet.Column> columns = new ArrayList<>();
        long from = result.scores().get(0).getFirstCapturedAtMicros();
        for (ActionScores scores : result.scores()) {
            columns.add(new ActionSheet.Column(from, scores.getLastCapturedAtMicros(), scores.getProbabilities()));
            from = scores.getLastCapturedAtMicros();
        }
        return columns;
    }

    private static List<ActionSheet.Bar> bars(List<String> labels, List<Seen> events) {
        return events.stream()
                .map(event -> new ActionSheet.Bar(labels.indexOf(event.label()), event.fromMicros(), event.toMicros()))
                .toList();
    }
}
