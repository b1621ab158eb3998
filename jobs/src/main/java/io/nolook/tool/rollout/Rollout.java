package io.nolook.tool.rollout;

import io.nolook.kafka.ControlTopic;
import io.nolook.rollout.Assignment;
import io.nolook.rollout.Command;
import io.nolook.rollout.ModelFile;
import io.nolook.rollout.Report;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Takes the jobs that read the control topic to another assignment of models, or leaves all as it is.
 *
 * <pre>
 *   PREPARE --> every task READY --> ACTIVATE --> every task ACTIVE
 *          \--> one task REFUSED, or none answers: nothing changes
 * </pre>
 */
public final class Rollout {
    private final ControlTopic control;
    private final Duration patience;
    private final Consumer<String> said;

    /**
     * @param patience how long tasks may take to open a model, and to go over
     * @param said takes lines of progress
     */
    public Rollout(ControlTopic control, Duration patience, Consumer<String> said) {
        this.control = control;
        this.patience = patience;
        this.said = said;
    }

    /**
     * Prepares every model of an assignment, then activates it.
     *
     * @throws IllegalStateException saying which task refused it and why, or that none answered; nothing has changed then
     */
    public void to(Assignment next, Command.Codes codes) throws InterruptedException {
        String prepared = "";
        int tasks = 0;
        List<ModelFile> inUse = control.assignment().models();
        List<ModelFile> newestLast = next.models().stream() // it stays prepared until it is used
                .sorted(Comparator.comparing(model -> !inUse.contains(model)))
                .toList();
        for (ModelFile model : newestLast) {
            prepared = id("prepare");
            said.accept("prepare " + shortened(model.hash()) + " (" + model.location() + ")");
            control.give(new Command.Prepare(prepared, model, codes));
            Map<String, Set<Integer>> ready = await(prepared, Report.Outcome.READY);
            tasks = ready.size() == 1 ? count(ready) : 0;
            said.accept("ready in " + count(ready) + " tasks");
        }
        String activated = id("activate");
        control.give(new Command.Activate(activated, prepared, tasks, next));
        Map<String, Set<Integer>> active = await(activated, Report.Outcome.ACTIVE);
        said.accept("active in " + count(active) + " tasks: each camera goes over with its next frame, at a keyframe");
    }

    /**
     * A camera's next frame begins a clip.
     *
     * @throws IllegalStateException when no job answers
     */
    public void keyframe(String camera) throws InterruptedException {
        String id = id("keyframe");
        control.give(new Command.Keyframe(id, camera));
        boolean answered = control.await(
                reports -> reports.stream().anyMatch(report -> report.command().equals(id)), patience.toMillis());
        if (!answered) {
            throw unanswered("whatever task has the camera");
        }
        said.accept("the next frame of " + camera + " begins a clip");
    }

    private static int count(Map<String, Set<Integer>> tasks) {
        return tasks.values().stream().mapToInt(Set::size).sum();
    }

    /** Waits for every task of every job that answers; the tasks by job. */
    private Map<String, Set<Integer>> await(String command, Report.Outcome wanted) {
        AtomicReference<List<Report>> last = new AtomicReference<>(List.of());
        boolean enough = control.await(
                reports -> {
                    List<Report> mine = reports.stream()
                            .filter(report -> report.command().equals(command))
                            .toList();
                    refuse(mine, wanted);
                    last.set(mine.stream()
                            .filter(report -> report.outcome() == wanted)
                            .toList());
                    return areAll(last.get());
                },
                patience.toMillis());
        if (!enough) {
            throw unanswered("every task; " + answers(last.get()));
        }
        return answered(last.get());
    }

    private static void refuse(List<Report> reports, Report.Outcome wanted) {
        List<Report> others = reports.stream()
                .filter(report ->
                        report.outcome() == Report.Outcome.REFUSED || report.outcome() == Report.Outcome.IGNORED)
                .toList();
        if (!others.isEmpty()) {
            Report first = others.get(0);
            throw new IllegalStateException(
                    "found task " + first.task().index() + " of " + first.task().job() + " " + first.outcome()
                            + ", expected all " + wanted + "; nothing has changed: " + first.why());
        }
    }

    private static boolean areAll(List<Report> reports) {
        return !reports.isEmpty()
                && reports.stream()
                        .allMatch(report ->
                                answered(reports).get(report.task().jobId()).size()
                                        == report.task().tasks());
    }

    /** The tasks that answered, by job. */
    private static Map<String, Set<Integer>> answered(List<Report> reports) {
        return reports.stream()
                .collect(Collectors.groupingBy(
                        report -> report.task().jobId(),
                        Collectors.mapping(report -> report.task().index(), Collectors.toCollection(HashSet::new))));
    }

    private static String answers(List<Report> reports) {
        return reports.isEmpty()
                ? "found none"
                : "found " + answered(reports).values() + " of "
                        + reports.get(0).task().tasks();
    }

    private IllegalStateException unanswered(String expected) {
        return new IllegalStateException("topics.control-status: within " + patience.toSeconds()
                + " s, expected an answer of " + expected + ". Does a tokenizing job run, with control.enabled and this"
                + " topics.control? nolook model ls shows what it made of the last commands");
    }

    private static String id(String kind) {
        return kind + "-" + UUID.randomUUID();
    }

    /** The first digits of a hash, for people. */
    public static String shortened(String hash) {
        return hash.substring(0, Math.min(12, hash.length()));
    }
}
