package io.nolook.tool.bench.suite;

import io.nolook.flink.tokenize.TokenizeOptions;
import io.nolook.frame.FrameSize;
import io.nolook.kafka.KafkaOptions;
import io.nolook.model.onnx.ModelFiles;
import io.nolook.model.onnx.OnnxVideoTokenizer;
import io.nolook.model.onnx.SessionSettings;
import io.nolook.tool.bench.BenchModel;
import io.nolook.tool.bench.FilledTopic;
import io.nolook.tool.bench.JobRun;
import io.nolook.tool.bench.OfflineTokens;
import io.nolook.tool.bench.Pace;
import io.nolook.tool.bench.Spread;
import io.nolook.tool.bench.page.BarPlot;
import io.nolook.tool.bench.page.Chapter;
import io.nolook.tool.bench.page.Grid;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.flink.configuration.Configuration;

/** Frames topic to tokens topic at full speed, by encoder, size of the pictures and delivery guarantee. */
final class ThroughputSuite implements Suite.Run {
    private static final String COLUMNS =
            "frames|encoder|delivery|frames/s|beside the bare model|CPU ms a frame|of it outside the model";

    private final SuitePlan plan;
    private final double seconds;
    private final List<List<String>> rows = new ArrayList<>();
    private final List<BarPlot.Bar> bars = new ArrayList<>();
    private long tokenFrames;
    private boolean same = true;

    /** Runs of one encoder and delivery; those of the bare model have no delivery. */
    private record Case(BenchModel model, Optional<KafkaOptions.Delivery> delivery) {

        String text() {
            return delivery.map(of -> of.name().toLowerCase(Locale.ROOT).replace('_', '-'))
                    .orElse("bare model");
        }
    }

    ThroughputSuite(SuitePlan plan) {
        this.plan = plan;
        seconds = plan.extent().choose(1.0, 5.0);
    }

    @Override
    public Chapter chapter() throws Exception {
        FrameSize own = plan.settings().frameSize();
        List<FrameSize> sources =
                plan.extent().choose(List.of(own), List.of(own, new FrameSize(1280, 720), new FrameSize(1920, 1080)));
        for (FrameSize source : sources) {
            measure(source);
        }
        return new Chapter(
                Suite.THROUGHPUT.toString(),
                "Throughput: frames topic to tokens topic",
                List.of(SuitePlan.text(
                        "%d cameras, JPEG, fitted to %s; the topic is full, the job reads it from its beginning at full"
                                + " speed, by turns with the bare model; %.0f s a run after its start.",
                        plan.cameras(), own, seconds)),
                List.of(Grid.of("Throughput", COLUMNS, rows)),
                List.of(new BarPlot("Throughput", "frames/s", bars)),
                List.of(SuitePlan.text(
                        "%d token frames: %s those of the offline run", tokenFrames, same ? "all are" : "NOT all are")),
                same);
    }

    private void measure(FrameSize source) throws Exception {
        Map<Case, List<Pace>> paces = new LinkedHashMap<>();
        double fastest = 0;
        for (BenchModel model : plan.models()) {
            fastest = Math.max(fastest, bare(model).framesPerSecond()); // warm-up, which counts for nothing else
        }
        try (FilledTopic topic = FilledTopic.of(plan.options(), source, plan.cameras(), fastest, seconds)) {
            for (BenchModel model : plan.models()) {
                OfflineTokens expected = OfflineTokens.of(plan.settings(model), topic.pictures(), topic.frames());
                for (int repeat = 0; repeat < plan.repeats(); repeat++) {
                    add(paces, source, new Case(model, Optional.empty()), bare(model));
                    for (KafkaOptions.Delivery delivery : KafkaOptions.Delivery.values()) {
                        Case now = new Case(model, Optional.of(delivery));
                        Configuration changes = new Configuration();
                        changes.set(
                                TokenizeOptions.MODEL_ENCODER,
                                plan.settings(model).encoder());
                        changes.set(KafkaOptions.DELIVERY, delivery);
                        String run = model + "-" + now.text() + "-" + repeat;
                        JobRun found = JobRun.of(topic.topics(), run, changes, topic.clock(seconds), expected);
                        add(paces, source, now, found.pace());
                        tokenFrames += found.compared().tokenFrames();
                        same &= found.compared().same();
                    }
                }
            }
        }
        paces.forEach((key, values) -> row(source, key, values, paces.get(new Case(key.model(), Optional.empty()))));
    }

    private void add(Map<Case, List<Pace>> paces, FrameSize source, Case key, Pace pace) {
        paces.computeIfAbsent(key, of -> new ArrayList<>()).add(pace);
        plan.say("%s, %s, %s: %.1f frames/s", source, key.model(), key.text(), pace.framesPerSecond());
    }

    private Pace bare(BenchModel model) {
        SessionSettings session = plan.settings(model).inference().session();
        byte[] file = ModelFiles.encoder(plan.settings(model).encoder(), session);
        try (OnnxVideoTokenizer open = OnnxVideoTokenizer.open(file, session)) {
            return Pace.bare(open, plan.settings(model));
        }
    }

    private void row(FrameSize source, Case key, List<Pace> paces, List<Pace> bare) {
        Spread rate = Spread.of(paces.stream().map(Pace::framesPerSecond).toList());
        Spread cpu = Spread.of(paces.stream().map(Pace::cpuMillisPerFrame).toList());
        Spread ceiling = Spread.of(bare.stream().map(Pace::framesPerSecond).toList());
        Spread inside = Spread.of(bare.stream().map(Pace::cpuMillisPerFrame).toList());
        boolean job = key.delivery().isPresent();
        bars.add(new BarPlot.Bar(source + ", " + key.model() + ", " + key.text(), rate, job));
        rows.add(List.of(
                source.toString(),
                key.model().toString(),
                key.text(),
                rate.text(1),
                job ? rate.over(ceiling).text(2) : "",
                cpu.text(2),
                job ? SuitePlan.text("%.2f", cpu.median() - inside.median()) : ""));
    }
}
