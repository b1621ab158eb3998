package io.nolook.flink.model;

import io.nolook.flink.model.StreamRules.StepRequest;
import io.nolook.flink.model.StreamRules.Taken;
import io.nolook.flink.stream.DecodeFunction;
import io.nolook.flink.stream.KeptCounters;
import io.nolook.flink.stream.SilenceClock;
import io.nolook.model.ActivationCache;
import io.nolook.model.ActivationCache.StepActivations;
import io.nolook.model.Activations;
import io.nolook.model.ModelRefusedException;
import io.nolook.model.ModelStep;
import io.nolook.model.StepPlace;
import io.nolook.model.StreamModel;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.flink.api.common.operators.MailboxExecutor;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.runtime.state.VoidNamespaceSerializer;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.InternalTimer;
import org.apache.flink.streaming.api.operators.InternalTimerService;
import org.apache.flink.streaming.api.operators.StreamOperatorParameters;
import org.apache.flink.streaming.api.operators.Triggerable;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/**
 * What every keyed operator that runs models does: events of many cameras in, records out.
 *
 * <pre>
 *   event -> StreamRules -> step -> [history, activations] -> ModelLane: queue and worker of the camera's model
 *       (CameraStates; keyed                                       |
 *        state at a barrier)                                       |
 *   record <------------------------- mailbox <--------------------+
 * </pre>
 *
 * <p>The task thread owns everything here but the tensors of held activations, which the inference thread writes while
 * a batch runs. Before a barrier and at the end of the input all batches in flight are waited for, so a checkpoint
 * holds windows, and of models that carry them activations. What is unfinished is finished at the end of a bounded
 * input and nowhere else. After a yield to the mailbox the current key is undefined: whatever needs keyed state is read
 * before.
 */
abstract class ModelOperator<S, E, W, I, O, R> extends AbstractStreamOperator<R>
        implements Triggerable<String, VoidNamespace> {
    private static final long serialVersionUID = 1;
    private static final String WINDOW = "camera-window";
    private static final PrimitiveArrayTypeInfo<byte[]> BYTES = PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO;

    /** A step that waits for its batch, with what the model needs to run it. */
    record QueuedStep<W, I>(StepRequest<W, I> request, ModelStep<I> step) {}

    private final StreamRules<S, E, W, I, O, R> rules;
    private final ModelLoader<? extends StreamModel<I, O>> loader;
    private final InferenceSettings settings;
    private final transient MailboxExecutor mailbox;

    private transient ResidentModels<QueuedStep<W, I>, I, O> models;
    private transient ActivationCache activations;
    private transient ModelMetrics measured;
    private transient CameraWatch watch;
    private transient KeptCounters counters;
    private transient CameraStates<S> states;
    private transient CameraHistory history;
    private transient CarriedActivations carried;
    private transient SilenceClock silence;
    private transient Set<String> waitingForRoom;
    private transient InternalTimerService<VoidNamespace> idleTimers;

    ModelOperator(
            StreamOperatorParameters<R> parameters,
            StreamRules<S, E, W, I, O, R> rules,
            ModelLoader<? extends StreamModel<I, O>> loader,
            InferenceSettings settings) {
        super(parameters);
        this.rules = rules;
        this.loader = loader;
        this.settings = settings;
        this.mailbox = parameters.getMailboxExecutor();
    }

    @Override
    public void initializeState(StateInitializationContext context) throws Exception {
        super.initializeState(context);
        counters = new KeptCounters(getMetricGroup(), context.getOperatorStateStore());
    }

    @Override
    public void snapshotState(StateSnapshotContext context) throws Exception {
        super.snapshotState(context);
        counters.snapshot();
    }

    @Override
    public void open() throws Exception {
        super.open();
        InferenceWorker<I, O> own = acquire();
        rules.open(own.model(), counters);
        models = new ResidentModels<>(own, this::lane);
        carried = new CarriedActivations(getPartitionedState(new ValueStateDescriptor<>("camera-activations", BYTES)));
        activations = new ActivationCache(settings.activationsMaxBytes(), this::carry);
        measured = new ModelMetrics(getMetricGroup(), models::waiting, models::running);
        measured.runs(models.models(), settings.session());
        history = new CameraHistory(getPartitionedState(new MapStateDescriptor<>("camera-history", Types.INT, BYTES)));
        states = new CameraStates<>(
                rules,
                getPartitionedState(new ValueStateDescriptor<>(WINDOW, BYTES)),
                history,
                this::setCurrentKey,
                measured::wroteState,
                settings.stateHeldBytes());
        silence = new SilenceClock(settings.cameraIdleTtlMillis());
        waitingForRoom = new HashSet<>();
        idleTimers = getInternalTimerService("camera-idle", VoidNamespaceSerializer.INSTANCE, this);
        watch = watch();
    }

    /** Cameras of the state are heard of now. */
    private CameraWatch watch() throws Exception {
        CameraWatch made = new CameraWatch(
                getMetricGroup(),
                settings.cameraSilentAfterMillis(),
                settings.camerasNamed(),
                getProcessingTimeService()::getCurrentProcessingTime);
        long now = getProcessingTimeService().getCurrentProcessingTime();
        cameras().forEach(camera -> made.heard(camera, now));
        return made;
    }

    private List<String> cameras() throws Exception {
        try (Stream<String> keys = this.<String>getKeyedStateBackend().getKeys(WINDOW, VoidNamespace.INSTANCE)) {
            return keys.sorted().toList();
        }
    }

    private ModelLane<QueuedStep<W, I>, I, O> lane(InferenceWorker<I, O> worker) {
        return new ModelLane<>(
                worker,
                new InferenceQueue<>(
                        settings.batchLimits(),
                        queued -> queued.request().camera(),
                        QueuedStep::step,
                        worker,
                        new InferenceQueue.Task(mailbox, getProcessingTimeService()),
                        (batch, outcome) -> complete(worker.model(), batch, outcome)));
    }

    /** A refused model fails the job for good: restarting would not change the file or the machine. */
    private InferenceWorker<I, O> acquire() {
        try {
            return InferenceWorker.acquire(loader(), this::checkMemory);
        } catch (ModelRefusedException e) {
            throw new SuppressRestartsException(e);
        }
    }

    /** Opens models where this task runs them. */
    final ModelLoader<? extends StreamModel<I, O>> loader() {
        OptionalInt gpu = GpuIndexes.of(getRuntimeContext());
        return gpu.isPresent() ? loader.onGpu(gpu.getAsInt()) : loader;
    }

    final ResidentModels<QueuedStep<W, I>, I, O> models() {
        return models;
    }

    final MailboxExecutor mailbox() {
        return mailbox;
    }

    /** Too little is told and not refused: bounds that are never reached take nothing. */
    final void checkMemory(StreamModel<I, O> model) {
        Configuration taskManager =
                getContainingTask().getEnvironment().getTaskManagerInfo().getConfiguration();
        int tasks = Math.min(
                taskManager.get(TaskManagerOptions.NUM_TASK_SLOTS),
                getRuntimeContext().getTaskInfo().getNumberOfParallelSubtasks());
        MemoryNeeds.of(settings, model, tasks)
                .shortages(taskManager, Runtime.getRuntime().maxMemory())
                .forEach(LOG::warn);
    }

    /** An event of the camera whose key is current. */
    final void take(E event) throws Exception {
        long now = getProcessingTimeService().getCurrentProcessingTime();
        String camera = (String) getCurrentKey();
        watch.heard(camera, now);
        Optional<S> before = states.get(camera);
        if (before.isEmpty()) {
            idleTimers.registerProcessingTimeTimer(VoidNamespace.INSTANCE, silence.firstLook(now));
        }
        ModelLane<QueuedStep<W, I>, I, O> lane = models.of(camera);
        enqueue(camera, lane, rules.take(lane.model(), before, event, now));
    }

    /** The camera's next event begins a clip; one that is not known begins one anyway. */
    final void beginClip(String camera) throws Exception {
        setCurrentKey(camera);
        Optional<S> known = states.get(camera);
        if (known.isPresent()) {
            ModelLane<QueuedStep<W, I>, I, O> lane = models.of(camera);
            enqueue(camera, lane, rules.beginClip(lane.model(), known.get(), camera));
        }
    }

    /** Keeps the state and reads what the steps need while the key is current, then queues them, waiting for room. */
    private void enqueue(String camera, ModelLane<QueuedStep<W, I>, I, O> lane, Taken<S, W, I> taken) throws Exception {
        states.put(camera, taken.state());
        taken.refused().ifPresent(letter -> output.collect(DecodeFunction.FAILED, new StreamRecord<>(letter)));
        for (StepRequest<W, I> request : taken.steps()) {
            waitingForRoom.add(request.camera());
            if (activations.isHeldByAnother(request.camera(), lane.model())) { // its records keep their order
                models.drainOthers(lane);
            }
            setCurrentKey(request.camera());
            QueuedStep<W, I> step = prepare(lane.model(), request);
            watch.queued(request.camera());
            lane.queue().offer(step);
            waitingForRoom.remove(request.camera());
        }
        states.writeExcess();
    }

    private QueuedStep<W, I> prepare(StreamModel<I, O> model, StepRequest<W, I> request) throws Exception {
        StepPlace at = request.at();
        int chunks = model.spec().history();
        if (at.position() == 0) { // needs nothing of before, whatever model that was of
            history.clear();
            carried.clear();
        }
        Optional<StepActivations> ready = ready(model, request.camera(), at);
        List<I> rebuild = ready.isPresent() || at.position() == 0
                ? List.of()
                : states.before(request.camera(), at, chunks).stream()
                        .map(rules::input)
                        .toList();
        if (!model.spec().carries()) {
            states.keep(request.camera(), at, chunks, rules.kept(request.input()));
        }
        StepActivations held = ready.isPresent() ? ready.get() : activations.holdFresh(request.camera(), at, model);
        if (activations.overCommitted()) {
            measured.overCommitted();
        }
        measured.prepared(at.position(), rebuild.size());
        return new QueuedStep<>(
                request, new ModelStep<>(request.input(), rebuild, held.start(), at.position(), held.activations()));
    }

    /** The camera's activations if they are ready for this step, in memory or carried. */
    private Optional<StepActivations> ready(StreamModel<I, O> model, String camera, StepPlace at) throws Exception {
        Optional<StepActivations> ready = activations.holdReady(camera, at);
        if (ready.isPresent() || !model.spec().carries() || at.position() == 0) {
            return ready;
        }
        activations.restore(
                camera,
                at,
                model,
                carried.read(at, model::newActivations)
                        .orElseThrow(() -> new IllegalStateException("found no activations before chunk "
                                + at.position() + " of clip " + at.clip()
                                + ", expected them in the state: it is not of this model")));
        return activations.holdReady(camera, at);
    }

    private void carry(StreamModel<?, ?> model, String camera, StepPlace ready, Activations changed) throws Exception {
        if (!model.spec().carries()) {
            return; // they are rebuilt
        }
        setCurrentKey(camera);
        measured.wroteState(carried.write(ready, changed));
    }

    private void complete(StreamModel<I, O> model, List<QueuedStep<W, I>> batch, InferenceWorker.Outcome<O> outcome)
            throws Exception {
        long began = System.nanoTime();
        measured.ran(batch.size(), outcome.nanos());
        for (int i = 0; i < batch.size(); i++) {
            StepRequest<W, I> request = batch.get(i).request();
            activations.release(request.camera());
            watch.ran(request.camera());
            rules.records(model, request.origin(), outcome.outputs().get(i))
                    .forEach(record -> output.collect(new StreamRecord<>(record)));
        }
        measured.postprocessed(System.nanoTime() - began);
    }

    @Override
    public void prepareSnapshotPreBarrier(long checkpointId) throws Exception {
        watch.look();
        measured.runs(models.models(), settings.session());
        models.drain();
        states.writeAll();
        activations.carryAll();
    }

    /** Finishes what is unfinished of every camera: the input has ended. */
    final void finishAll() throws Exception {
        states.writeAll();
        for (String camera : cameras()) {
            setCurrentKey(camera);
            Optional<S> state = states.get(camera);
            if (state.isPresent()) { // else a timer forgot the camera while there was no room
                ModelLane<QueuedStep<W, I>, I, O> lane = models.of(camera);
                enqueue(camera, lane, rules.finish(lane.model(), state.get(), camera));
            }
        }
        models.drain();
    }

    @Override
    public void onProcessingTime(InternalTimer<String, VoidNamespace> timer) throws Exception {
        Optional<S> known = states.get(timer.getKey());
        if (known.isEmpty()) {
            return;
        }
        S stored = known.get();
        long now = getProcessingTimeService().getCurrentProcessingTime();
        if (waitingForRoom.contains(timer.getKey())) { // nothing of it may go before these steps
            idleTimers.registerProcessingTimeTimer(VoidNamespace.INSTANCE, silence.firstLook(now));
            return;
        }
        OptionalLong again = silence.lookAgain(rules.lastArrivalMillis(stored), timer.getTimestamp(), now);
        if (again.isPresent()) {
            idleTimers.registerProcessingTimeTimer(VoidNamespace.INSTANCE, again.getAsLong());
            return;
        }
        ModelLane<QueuedStep<W, I>, I, O> lane = models.of(timer.getKey());
        Optional<Taken<S, W, I>> lastWord = rules.lastWord(lane.model(), stored, timer.getKey());
        if (lastWord.isPresent()) { // the state lives once more as long
            idleTimers.registerProcessingTimeTimer(VoidNamespace.INSTANCE, silence.firstLook(timer.getTimestamp()));
            enqueue(timer.getKey(), lane, lastWord.get());
            return;
        }
        rules.forgotten(stored);
        states.clear(timer.getKey());
        carried.clear();
        activations.forget(timer.getKey());
        watch.forgotten(timer.getKey());
        measured.forgotten();
    }

    @Override
    public void onEventTime(InternalTimer<String, VoidNamespace> timer) {
        throw new IllegalStateException("found an event-time timer, expected none: time is per camera");
    }

    @Override
    public void close() throws Exception {
        if (models != null) {
            models.release();
            models = null;
        }
        super.close();
    }
}
