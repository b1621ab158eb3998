package io.nolook.flink.model;

import io.nolook.flink.tokenize.TokenizeSettings;
import io.nolook.flink.type.CodecSerializer;
import io.nolook.flink.type.OutgoingTokensCodec;
import io.nolook.record.ControlCommands;
import io.nolook.record.OutgoingTokens;
import io.nolook.record.ReceivedRecord;
import io.nolook.rollout.Assignment;
import io.nolook.rollout.Command;
import io.nolook.rollout.Command.Codes;
import io.nolook.schema.ControlOutcome;
import io.nolook.schema.TokenFrame;
import io.nolook.window.CameraFrame;
import io.nolook.window.WindowHistory;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.apache.flink.api.common.operators.MailboxExecutor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.runtime.tasks.mailbox.Mail;
import org.apache.flink.streaming.runtime.tasks.mailbox.TaskMailbox;
import org.apache.flink.streaming.util.AbstractStreamOperatorTestHarness;

/**
 * One run of the tokenizing operator, from a start or restore to its end: its subtasks, each on a harness.
 *
 * <p>The inference thread is a real one. What it has done reaches a task by its mailbox only, and the simulation says
 * when: so a run is the same every time.
 */
final class SimulatedJob implements AutoCloseable {
    private static final int MAX_PARALLELISM = 8;
    private static final List<String> COUNTERS = List.of(
            "framesAccepted",
            "framesDuplicate",
            "framesLate",
            "framesAhead",
            "framesSampled",
            "framesSkipped",
            "framesAbandoned",
            "framesTokenized",
            "framesMissing",
            "tokenFrames",
            "keyframes");

    /** Models stay open: opening them is not what is tested. */
    private static final Map<SimulatedSettings.Loader, InferenceWorker<byte[], int[]>> WORKERS = new HashMap<>();

    private static long commands; // no id twice, in any job

    private final List<LightHarness<String, CameraFrame, OutgoingTokens>> subtasks = new ArrayList<>();
    private final List<ObservedRules> rules = new ArrayList<>();
    private final SimulatedSettings.Loader loader;

    /** What a barrier saved: the state of all subtasks, and of how many. */
    record Saved(OperatorSubtaskState state, int parallelism) {}

    SimulatedJob(
            SimulatedSettings settings,
            Optional<Saved> from,
            long nowMillis,
            BiConsumer<String, WindowHistory.Event> happened)
            throws Exception {
        loader = settings.loader();
        worker(settings.model());
        TokenizeSettings tokenize = settings.tokenize();
        for (int subtask = 0; subtask < settings.parallelism(); subtask++) {
            ObservedRules observed = new ObservedRules(tokenize, happened);
            var harness = new LightHarness<>(
                    new ControlledModelOperatorFactory<>(observed, loader, tokenize.inference(), Long.MAX_VALUE),
                    CameraFrame::camera,
                    Types.STRING,
                    MAX_PARALLELISM,
                    settings.parallelism(),
                    subtask);
            harness.setup(new CodecSerializer<>(new OutgoingTokensCodec()));
            harness.setProcessingTime(nowMillis);
            if (from.isPresent()) {
                harness.initializeState(AbstractStreamOperatorTestHarness.repartitionOperatorState(
                        from.get().state(),
                        MAX_PARALLELISM,
                        from.get().parallelism(),
                        settings.parallelism(),
                        subtask));
            }
            harness.open();
            settleModels(); // one that was to be prepared is open again
            rules.add(observed);
            subtasks.add(harness);
        }
    }

    void push(CameraFrame frame) throws Exception {
        of(frame.camera()).processElement(frame);
    }

    private LightHarness<String, CameraFrame, OutgoingTokens> of(String camera) {
        return subtasks.get(
                KeyGroupRangeAssignment.assignKeyToParallelOperator(camera, MAX_PARALLELISM, subtasks.size()));
    }

    /** The time of the subtask that has the camera. */
    long timeOf(String camera) {
        return of(camera).getProcessingTime();
    }

    /** The latest of all. */
    long timeOfAll() {
        return subtasks.stream()
                .mapToLong(LightHarness::getProcessingTime)
                .max()
                .orElseThrow();
    }

    /** Lets time pass for the camera's subtask once it waits for its mail: timers are due in the midst of a frame. */
    void passLater(String camera, long millis) {
        var subtask = of(camera);
        subtask.getTaskMailbox()
                .put(new Mail(
                        MailboxExecutor.MailOptions.urgent(), // before any result, whenever those come
                        () -> subtask.setProcessingTime(subtask.getProcessingTime() + millis),
                        TaskMailbox.MAX_PRIORITY,
                        "time passes"));
    }

    private InferenceWorker<byte[], int[]> worker(int model) {
        return WORKERS.computeIfAbsent(
                (SimulatedSettings.Loader) loader.at(Integer.toString(model)), InferenceWorker::acquire);
    }

    /** Waits until the models have done all that they were given: the results are mail. */
    private void settle() throws Exception {
        if (rules.stream().anyMatch(of -> of.stepsUnderWay() > 0)) {
            settleModels();
        }
    }

    private static void settleModels() throws Exception {
        for (InferenceWorker<byte[], int[]> each : WORKERS.values()) {
            each.submit(List.of()).get();
        }
    }

    /** Every task opens a model and says so; the mail up to that is taken. */
    String prepare(int model) throws Exception {
        worker(model);
        settle();
        Command.Prepare prepare =
                new Command.Prepare("prepare-" + ++commands, SimulatedSettings.file(model), Codes.ANY);
        command(prepare);
        settleModels();
        for (var subtask : subtasks) {
            while (!said(subtask, prepare.id(), ControlOutcome.READY)) {
                subtask.getTaskMailbox()
                        .tryTake(TaskMailbox.MIN_PRIORITY)
                        .orElseThrow(() -> new IllegalStateException("found no answer to " + prepare))
                        .run();
            }
        }
        return prepare.id();
    }

    /** Which camera uses which model from now on. */
    void activate(String prepared, Assignment assignment) throws Exception {
        Command.Activate activate =
                new Command.Activate("activate-" + ++commands, prepared, subtasks.size(), assignment);
        command(activate);
        for (var subtask : subtasks) {
            if (!said(subtask, activate.id(), ControlOutcome.ACTIVE)) {
                throw new IllegalStateException("found no answer to " + activate);
            }
        }
    }

    /** The camera's next frame begins a clip. */
    void keyframe(String camera) throws Exception {
        command(new Command.Keyframe("keyframe-" + ++commands, camera));
    }

    private void command(Command command) throws Exception {
        ReceivedRecord record = new ReceivedRecord(
                "control",
                0,
                commands,
                0,
                ControlCommands.key(command),
                ControlCommands.encode(command, 0, "simulation"),
                List.of());
        for (var subtask : subtasks) {
            subtask.command(record);
        }
    }

    private static boolean said(
            LightHarness<String, CameraFrame, OutgoingTokens> subtask, String command, ControlOutcome outcome) {
        var reports = subtask.getSideOutput(RolloutState.REPORTS);
        return reports != null
                && reports.stream()
                        .map(StreamRecord::getValue)
                        .anyMatch(report -> report.getCommand().equals(command) && report.getOutcome() == outcome);
    }

    /** Lets the model do all that it was given, and every subtask take so many of the results, if there are as many. */
    void takeResults(int most) throws Exception {
        settle();
        for (var subtask : subtasks) {
            TaskMailbox mailbox = subtask.getTaskMailbox();
            int there = mailbox.size(); // what a result leads to may be mail soon, or not: it is not waited for
            for (int i = 0; i < Math.min(most, there); i++) {
                Optional<Mail> next = mailbox.tryTake(TaskMailbox.MIN_PRIORITY); // one before may have taken it
                if (next.isPresent()) {
                    next.get().run();
                }
            }
        }
    }

    void timeIs(long millis) throws Exception {
        for (var subtask : subtasks) {
            subtask.setProcessingTime(Math.max(millis, subtask.getProcessingTime()));
        }
    }

    Saved barrier(long id) throws Exception {
        OperatorSubtaskState[] states = new OperatorSubtaskState[subtasks.size()];
        for (int i = 0; i < states.length; i++) {
            subtasks.get(i).prepareSnapshotPreBarrier(id);
            states[i] = subtasks.get(i).snapshot(id, id);
        }
        return new Saved(AbstractStreamOperatorTestHarness.repackageState(states), states.length);
    }

    void endInput() throws Exception {
        for (var subtask : subtasks) {
            subtask.endInput();
        }
    }

    /** What came out since the last time. */
    List<TokenFrame> takeOutput() {
        List<TokenFrame> output = new ArrayList<>();
        for (var subtask : subtasks) {
            subtask.extractOutputValues().forEach(tokens -> output.add(tokens.frame()));
            subtask.getOutput().clear();
        }
        return output;
    }

    Map<String, Long> counters() {
        Map<String, Long> counters = new TreeMap<>();
        for (String name : COUNTERS) {
            counters.put(name, rules.stream().mapToLong(of -> of.count(name)).sum());
        }
        return counters;
    }

    /** Entries of keyed state, and timers. */
    int held() {
        int held = 0;
        for (var subtask : subtasks) {
            held += subtask.numKeyedStateEntries() + subtask.numProcessingTimeTimers();
        }
        return held;
    }

    @Override
    public void close() throws Exception {
        for (var subtask : subtasks) {
            subtask.close();
        }
    }
}
