package io.nolook.tool.bench.peer;

import io.nolook.flink.tokenize.TokenizeSettings;
import io.nolook.frame.FrameSize;
import io.nolook.tool.bench.page.Chapter;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.configuration.Configuration;

/**
 * nolook beside other ways to do the same work: same encoder file, frames topic and threads, by turns in one run.
 *
 * <p>nolook, the Java consumer, broker and reader share the process; the Python peers have processes of their own. CPU
 * time counts all of them.
 */
public final class PeerBench {
    private final Configuration options;
    private final PeerPlan plan;
    private final PrintWriter out;

    public PeerBench(Configuration options, PeerPlan plan, PrintWriter out) {
        this.options = options;
        this.plan = plan;
        this.out = out;
    }

    /** A chapter for each size, and one on what each peer does not do. */
    public List<Chapter> run() throws Exception {
        List<Chapter> chapters = new ArrayList<>();
        try (PeerModels models = new PeerModels(options, plan, out)) {
            for (FrameSize source : plan.sources()) {
                try (PeerRuns runs = new PeerRuns(options, plan, models, source, out)) {
                    chapters.add(new PeerChapter(plan, TokenizeSettings.of(options), runs.all()).chapter());
                }
            }
        }
        chapters.add(PeerLimits.chapter(plan.peers()));
        return chapters;
    }
}
