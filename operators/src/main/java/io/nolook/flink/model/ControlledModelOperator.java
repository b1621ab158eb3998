package io.nolook.flink.model;

import io.nolook.model.StreamModel;
import io.nolook.record.ControlCommands;
import io.nolook.record.ControlReports;
import io.nolook.record.ReceivedRecord;
import io.nolook.rollout.Command;
import io.nolook.rollout.Commanded;
import io.nolook.rollout.ModelFile;
import io.nolook.rollout.Report;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.apache.flink.api.common.state.BroadcastState;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.streaming.api.operators.BoundedMultiInput;
import org.apache.flink.streaming.api.operators.StreamOperatorParameters;
import org.apache.flink.streaming.api.operators.TwoInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/**
 * Runs several models, as commands on its second input say.
 *
 * <pre>
 *   PREPARE  --> worker's thread: open, admit --> mailbox --> READY or REFUSED
 *   ACTIVATE --> assignment; each camera goes over with its next frame, which begins a clip --> ACTIVE
 *   KEYFRAME --> the camera's task: the unfinished chunk is completed, the next frame begins a clip
 * </pre>
 *
 * <p>The newest of the first two are broadcast state: after a restart the models of the assignment are opened before
 * any frame is taken. A keyframe that was asked for is in the camera's own state. At a barrier nothing is under way, and
 * models that nobody uses any more are closed. All is the task thread's, but for opening models.
 */
final class ControlledModelOperator<S, E, W, I, O, R> extends ModelOperator<S, E, W, I, O, R>
        implements TwoInputStreamOperator<E, ReceivedRecord, R>, BoundedMultiInput {
    private static final long serialVersionUID = 1;

    private final long mostBytes;
    private transient RolloutState rollout;
    private transient Admissions<I, O> admissions;

    /** @param mostBytes beside the heap, of all models that are open at once */
    ControlledModelOperator(
            StreamOperatorParameters<R> parameters,
            StreamRules<S, E, W, I, O, R> rules,
            ModelLoader<? extends StreamModel<I, O>> loader,
            InferenceSettings settings,
            long mostBytes) {
        super(parameters, rules, loader, settings);
        this.mostBytes = mostBytes;
    }

    @Override
    public void initializeState(StateInitializationContext context) throws Exception {
        super.initializeState(context);
        BroadcastState<String, byte[]> stored = context.getOperatorStateStore().getBroadcastState(RolloutState.STORED);
        rollout = new RolloutState(stored);
    }

    @Override
    public void open() throws Exception {
        super.open();
        admissions =
                new Admissions<>(loader(), this::checkMemory, models().own().model(), mostBytes);
        Commanded before = rollout.commanded();
        String activated = before.activate().map(Command.Activate::id).orElse("");
        for (ModelFile file : before.assignment().models()) {
            if (!models().has(file.hash())) {
                CompletableFuture<InferenceWorker<I, O>> opening = admissions.open(file, Command.Codes.ANY, models());
                admit(activated, file.hash(), opening);
            }
        }
        models().assign(before.assignment());
        before.prepare().ifPresent(this::prepare);
    }

    /** After a restart: waits, so that no frame is tokenized by another model meanwhile. */
    private void admit(String command, String hash, CompletableFuture<InferenceWorker<I, O>> opening) {
        admissions.taken(opening);
        try {
            models().add(opening.join());
        } catch (CompletionException e) {
            String why = Admissions.why(e) + "; its cameras use model.encoder of the job's options";
            LOG.error("model {}: {}", hash, why);
            report(command, Report.Outcome.REFUSED, why, hash, "");
        }
    }

    @Override
    public void processElement1(StreamRecord<E> element) throws Exception {
        take(element.getValue());
    }

    @Override
    public void processElement2(StreamRecord<ReceivedRecord> element) throws Exception {
        ReceivedRecord record = element.getValue();
        if (record.value() == null) {
            return; // a keyframe's record, taken away
        }
        Command command;
        try {
            command = ControlCommands.decode(record.value());
        } catch (IOException e) {
            LOG.warn("control record {}/{}: {}", record.partition(), record.offset(), e.getMessage());
            report("", Report.Outcome.IGNORED, e.getMessage(), "", "");
            return;
        }
        if (command instanceof Command.Keyframe keyframe) {
            keyframe(keyframe);
        } else if (command instanceof Command.Prepare prepare) {
            rollout.keep(command, record.value());
            prepare(prepare);
        } else if (command instanceof Command.Activate activate) {
            activate(activate, record.value());
        }
    }

    /** The task whose key group has the camera begins its clip. */
    private void keyframe(Command.Keyframe keyframe) throws Exception {
        var task = getRuntimeContext().getTaskInfo();
        int owner = KeyGroupRangeAssignment.assignKeyToParallelOperator(
                keyframe.camera(), task.getMaxNumberOfParallelSubtasks(), task.getNumberOfParallelSubtasks());
        if (owner == task.getIndexOfThisSubtask()) {
            beginClip(keyframe.camera());
            report(keyframe.id(), Report.Outcome.ACTIVE, "", "", "");
        }
    }

    private void prepare(Command.Prepare prepare) {
        String hash = prepare.model().hash();
        if (models().has(hash)) {
            ready(prepare.id(), hash);
            return;
        }
        CompletableFuture<InferenceWorker<I, O>> opening = admissions.open(prepare.model(), prepare.codes(), models());
        opening.whenComplete((worker, failure) ->
                mailbox().execute(() -> admitted(prepare, opening), "model %s is open or refused", hash));
    }

    private void admitted(Command.Prepare prepare, CompletableFuture<InferenceWorker<I, O>> opening) {
        String hash = prepare.model().hash();
        admissions.taken(opening);
        try {
            models().add(opening.join());
            ready(prepare.id(), hash);
        } catch (CompletionException e) {
            LOG.warn("model {}: {}", hash, Admissions.why(e));
            report(prepare.id(), Report.Outcome.REFUSED, Admissions.why(e), hash, "");
        }
    }

    private void ready(String command, String hash) {
        report(
                command,
                Report.Outcome.READY,
                "",
                hash,
                models().lane(hash).model().spec().tokenizerId());
    }

    /** Taken whole or not at all, and by all tasks alike: they know the same. */
    private void activate(Command.Activate activate, byte[] record) throws Exception {
        int tasks = getRuntimeContext().getTaskInfo().getNumberOfParallelSubtasks();
        boolean known = rollout.commanded()
                .prepare()
                .map(prepare -> prepare.id().equals(activate.prepared()))
                .orElse(false);
        if (known && activate.tasks() > 0 && activate.tasks() != tasks) {
            String why = "found " + activate.tasks() + " tasks that were ready, expected all " + tasks
                    + ": the job has been rescaled since; give the command again";
            report(activate.id(), Report.Outcome.IGNORED, why, "", "");
            return;
        }
        rollout.keep(activate, record);
        models().assign(activate.assignment());
        for (ModelFile file : activate.assignment().models()) {
            if (!models().has(file.hash())) { // of a job that begins with what was commanded before
                prepare(new Command.Prepare(activate.id(), file, Command.Codes.ANY));
            }
        }
        report(activate.id(), Report.Outcome.ACTIVE, "", activate.assignment().fleet(), "");
    }

    private void report(String command, Report.Outcome outcome, String why, String model, String tokenizerId) {
        var job = getRuntimeContext().getJobInfo();
        var task = getRuntimeContext().getTaskInfo();
        Report report = new Report(
                new Report.Task(
                        job.getJobName(),
                        job.getJobId().toString(),
                        task.getIndexOfThisSubtask(),
                        task.getNumberOfParallelSubtasks()),
                command,
                outcome,
                why,
                model,
                tokenizerId,
                models().nativeBytes());
        long now = getProcessingTimeService().getCurrentProcessingTime();
        output.collect(RolloutState.REPORTS, new StreamRecord<>(ControlReports.record(report, now * 1000)));
    }

    @Override
    public void prepareSnapshotPreBarrier(long checkpointId) throws Exception {
        super.prepareSnapshotPreBarrier(checkpointId);
        models().releaseUnused(rollout.prepared());
    }

    /** Commands may end before frames do, and frames before commands: only frames finish anything. */
    @Override
    public void endInput(int input) throws Exception {
        if (input == 1) {
            finishAll();
        }
    }

    @Override
    public void close() throws Exception {
        if (admissions != null) {
            admissions.close();
        }
        super.close();
    }
}
