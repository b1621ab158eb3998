package io.nolook.tool.bench.peer;

import io.nolook.flink.tokenize.TokenizeSettings;
import io.nolook.tool.bench.BenchModel;
import io.nolook.tool.bench.OfflineTokens;
import io.nolook.tool.bench.Pace;
import io.nolook.tool.bench.Spread;
import io.nolook.tool.bench.page.BarPlot;
import io.nolook.tool.bench.page.Chapter;
import io.nolook.tool.bench.page.Grid;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Runs over pictures of one size, as tables, bars and checks. */
final class PeerChapter {
    private static final String COLUMNS = "what|frames/s|beside the Python loop|beside its bare model|CPU ms a frame"
            + "|tokens of its offline run|tokens equal to nolook's";

    private final PeerPlan plan;
    private final TokenizeSettings settings;
    private final PeerRuns runs;
    private final List<List<String>> rows = new ArrayList<>();
    private final List<BarPlot.Bar> bars = new ArrayList<>();
    private final List<String> checks = new ArrayList<>();
    private boolean right = true;

    PeerChapter(PeerPlan plan, TokenizeSettings settings, PeerRuns runs) {
        this.plan = plan;
        this.settings = settings;
        this.runs = runs;
    }

    Chapter chapter() {
        for (BenchModel model : BenchModel.values()) {
            if (runs.bare(model) != null) {
                bare(model);
            }
        }
        plan.peers().forEach(this::add);
        String size = runs.pictures().size().toString();
        return new Chapter(
                "peers-" + size,
                "Peers, frames of " + size,
                List.of(conditions(size)),
                List.of(Grid.of("Frames of " + size, COLUMNS, rows)),
                List.of(new BarPlot("Frames of " + size, "frames/s", bars)),
                checks,
                right);
    }

    private String conditions(String size) {
        return String.format(
                Locale.ROOT,
                "%d cameras, JPEG of %s (%d KiB a frame), fitted to %s; one partition, batches of up to %d, %d threads"
                        + " for the model; %.0f s a run after its start. Ratios are taken round by round. CPU time is"
                        + " that of everything: broker, reader and worker. Slow peers run once where frames are large.",
                plan.cameras(),
                size,
                runs.pictures().meanBytes() >> 10,
                settings.frameSize(),
                settings.inference().batchLimits().size(),
                settings.inference().session().threads(),
                plan.seconds());
    }

    private void bare(BenchModel model) {
        Spread rate = rates(runs.bare(model));
        String name = "bare model, " + model;
        bars.add(new BarPlot.Bar(name, rate, false));
        rows.add(List.of(name, rate.text(1), "", "", cpu(runs.bare(model)), "", ""));
    }

    private void add(Peer peer) {
        Spread rate = rates(runs.paces(peer));
        bars.add(new BarPlot.Bar(peer.title(), rate, peer.isNolook()));
        List<OfflineTokens.Comparison> compared = runs.comparisons(peer);
        boolean same = compared.stream().allMatch(OfflineTokens.Comparison::same);
        right &= same || !peer.isExact();
        rows.add(List.of(
                peer.title(),
                rate.text(1),
                Optional.ofNullable(runs.paces(Peer.PYTHON_LOOP))
                        .map(loop -> rate.over(rates(loop)).text(2))
                        .orElse(""),
                rate.over(rates(runs.bare(peer.model()))).text(2),
                cpu(runs.paces(peer)),
                same ? "all" : percent(compared.get(0)),
                percent(runs.besideOurs(peer))));
        checks.add(String.format(
                Locale.ROOT,
                "%s: %d token frames of %d runs, those of the offline run: %s",
                peer.title(),
                compared.stream()
                        .mapToLong(OfflineTokens.Comparison::tokenFrames)
                        .sum(),
                compared.size(),
                same ? "all" : peer.isExact() ? "NOT ALL" : "not all, as expected: a window forgets"));
    }

    private static String percent(OfflineTokens.Comparison compared) {
        return String.format(Locale.ROOT, "%.1f %%", 100 * compared.share());
    }

    private static Spread rates(List<Pace> paces) {
        return Spread.of(paces.stream().map(Pace::framesPerSecond).toList());
    }

    private static String cpu(List<Pace> paces) {
        return Spread.of(paces.stream().map(Pace::cpuMillisPerFrame).toList()).text(2);
    }
}
