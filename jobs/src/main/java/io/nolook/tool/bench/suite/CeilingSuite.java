package io.nolook.tool.bench.suite;

import io.nolook.frame.FrameSize;
import io.nolook.model.Activations;
import io.nolook.model.ModelSpec;
import io.nolook.model.onnx.ModelFiles;
import io.nolook.model.onnx.OnnxVideoTokenizer;
import io.nolook.model.onnx.SessionSettings;
import io.nolook.tool.bench.BenchModel;
import io.nolook.tool.bench.ModelBench;
import io.nolook.tool.bench.Spread;
import io.nolook.tool.bench.page.Chapter;
import io.nolook.tool.bench.page.Grid;
import io.nolook.tool.bench.page.LinePlot;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The model alone, by batch, threads and precision: what no pipeline around it can exceed. */
final class CeilingSuite implements Suite.Run {
    private static final int ROWS = 80;
    private static final int LEAST_STEPS = 5;

    private final SuitePlan plan;
    private final FrameSize size;
    private final Map<String, Map<Integer, List<Double>>> rates = new LinkedHashMap<>();
    private boolean same = true;
    private int compared;

    CeilingSuite(SuitePlan plan) {
        this.plan = plan;
        size = plan.settings().frameSize();
    }

    @Override
    public Chapter chapter() {
        int all = plan.settings().inference().session().threads();
        for (int repeat = 0; repeat < plan.repeats(); repeat++) {
            for (BenchModel model : plan.models()) {
                for (int threads : all == 1 ? List.of(1) : List.of(1, all)) {
                    measure(model, threads);
                }
            }
        }
        List<LinePlot.Line> lines = new ArrayList<>();
        List<List<String>> rows = new ArrayList<>();
        rates.forEach((name, byBatch) -> {
            List<LinePlot.Point> points = new ArrayList<>();
            byBatch.forEach((batch, values) -> {
                Spread spread = Spread.of(values);
                points.add(new LinePlot.Point(batch, spread));
                rows.add(List.of(
                        name,
                        Integer.toString(batch),
                        spread.text(1),
                        spread.map(rate -> 1000 / rate).text(2)));
            });
            lines.add(new LinePlot.Line(name, points));
        });
        return new Chapter(
                Suite.CEILING.toString(),
                "Ceiling: the model alone",
                List.of("The encoder in a loop on noise of " + size + ", its activations carried from step to step,"
                        + " without pictures, Kafka or Flink."),
                List.of(Grid.of("The model alone", "encoder|batch|frames/s|ms a frame", rows)),
                List.of(new LinePlot(
                        "The model alone",
                        "batch (cameras in one run)",
                        "frames/s",
                        LinePlot.Scale.LOGARITHMIC,
                        lines)),
                List.of(SuitePlan.text(
                        "%d first rows of batches: tokens %s those of a batch of one",
                        compared, same ? "equal" : "DO NOT equal")),
                same);
    }

    private void measure(BenchModel model, int threads) {
        SessionSettings session = plan.settings(model).inference().session().withThreads(threads);
        byte[] file = ModelFiles.encoder(plan.settings(model).encoder(), session);
        try (OnnxVideoTokenizer open = OnnxVideoTokenizer.open(file, session)) {
            String where = open.runtimeId().contains("/cuda/") ? ", CUDA" : "";
            String name = model + ", " + threads + (threads == 1 ? " thread" : " threads") + where;
            int[] alone = first(open, 1);
            for (int batch : plan.extent().choose(List.of(1, 8), List.of(1, 2, 4, 8, 16, 32))) {
                int steps = Math.max(LEAST_STEPS, plan.extent().choose(LEAST_STEPS, ROWS / batch));
                ModelBench.Loop loop = ModelBench.loop(open, size, ModelBench.noise(open.spec(), size, batch), steps);
                rates.computeIfAbsent(name, key -> new LinkedHashMap<>())
                        .computeIfAbsent(batch, key -> new ArrayList<>())
                        .add(loop.framesPerSecond());
                compared++;
                same &= Arrays.equals(alone, first(open, batch));
                plan.say("%s, batch %d: %.1f frames/s", name, batch, loop.framesPerSecond());
            }
        }
    }

    /** Tokens of the first row of a first step. */
    private int[] first(OnnxVideoTokenizer model, int batch) {
        ModelSpec spec = model.spec();
        List<byte[]> inputs = ModelBench.noise(spec, size, batch);
        List<Activations> activations =
                inputs.stream().map(input -> Activations.zeros(spec, size)).toList();
        return model.step(size, inputs, activations).get(0);
    }
}
