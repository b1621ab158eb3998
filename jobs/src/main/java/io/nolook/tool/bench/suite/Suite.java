package io.nolook.tool.bench.suite;

import io.nolook.tool.bench.page.Chapter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** The chapters of {@code bench all}, in the order of the page. */
public enum Suite {
    CEILING(CeilingSuite::new),
    DECODE(DecodeSuite::new),
    THROUGHPUT(ThroughputSuite::new),
    LATENCY(LatencySuite::new),
    SCALE(ScaleSuite::new),
    RECOVERY(RecoverySuite::new);

    /** Measures one thing. */
    interface Run {
        Chapter chapter() throws Exception;
    }

    /** Makes a run of a plan. */
    private interface Maker {
        Run of(SuitePlan plan);
    }

    private final Maker maker;

    Suite(Maker maker) {
        this.maker = maker;
    }

    /** The suite of a name on the command line. */
    public static Suite parse(String name) {
        return Arrays.stream(values())
                .filter(suite -> suite.toString().equals(name.strip()))
                .findAny()
                .orElseThrow(() -> new IllegalArgumentException("--suites: found '" + name + "', expected some of "
                        + Arrays.toString(values()) + ", separated by commas"));
    }

    /** Runs suites one after the other. */
    public static List<Chapter> run(List<Suite> suites, SuitePlan plan) throws Exception {
        List<Chapter> chapters = new ArrayList<>();
        for (Suite suite : suites) {
            plan.say("suite " + suite);
            chapters.add(suite.maker.of(plan).chapter());
        }
        return chapters;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
