package io.nolook.flink.model;

import io.nolook.flink.model.StreamRules.StepRequest;
import io.nolook.flink.model.StreamRules.Taken;
import io.nolook.flink.stream.DecodeFunction;
import io.nolook.flink.stream.SilenceClock;
import io.nolook.model.ActivationCache;
import io.nolook.model.ActivationCache.StepActivations;
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
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.runtime.state.VoidNamespaceSerializer;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.BoundedOneInput;
import org.apache.flink.streaming.api.operators.InternalTimer;
import org.apache.flink.streaming.api.operators.InternalTimerService;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.operators.StreamOperatorParameters;
import org.apache.flink.streaming.api.operators.Triggerable;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/**
 * The one keyed operator that runs a model: events of many cameras in, records out.
 *
 * <pre>
 *   event -> StreamRules -> step -> [history, activations] -> InferenceQueue -> InferenceWorker
 *            (keyed state)                                                            |
 *   record <------------------------- mailbox <---------------------------------------+
 * </pre>
 *
 * <p>The task thread owns everything here but the tensors of held activations, which the inference thread writes while
 * a batch runs. Before a barrier and at the end of the input all batches in flight are waited for, so a checkpoint
 * holds windows only. What is unfinished is finished at the end of a bounded input and nowhere else. After a yield to
 * the mailbox the current key is undefined: whatever needs keyed state is read before.
 */
final class ModelOperator<E, W, I, O, R> extends AbstractStreamOperator<R>
        implements OneInputStreamOperator<E, R>, BoundedOneInput, Triggerable<String, VoidNamespace> {
    private static final long serialVersionUID = 1;
    private static final String WINDOW = "camera-window";

    /** A step that waits for its batch, with what the model needs to run it. */
    private record QueuedStep<W, I>(StepRequest<W, I> request, ModelStep<I> step) {}

    private final StreamRules<E, W, I, O, R> rules;
    private final ModelLoader<? extends StreamModel<I, O>> loader;
    private final InferenceSettings settings;
    private final transient MailboxExecutor mailbox;

    private transient InferenceWorker<I, O> worker;
    private transient InferenceQueue<QueuedStep<W, I>, I, O> queue;
    private transient ActivationCache activations;
    private transient ModelMetrics measured;
    private transient ValueStateDescriptor<byte[]> windowDescriptor;
    private transient ValueState<byte[]> window;
    private transient CameraHistory history;
    private transient SilenceClock silence;
    private transient Set<String> waitingForRoom;
    private transient InternalTimerService<VoidNamespace> idleTimers;

    ModelOperator(
            StreamOperatorParameters<R> parameters,
            StreamRules<E, W, I, O, R> rules,
            ModelLoader<? extends StreamModel<I, O>> loader,
            InferenceSettings settings) {
        super(parameters);
        this.rules = rules;
        this.loader = loader;
        this.settings = settings;
        this.mailbox = parameters.getMailboxExecutor();
    }

    @Override
    public void open() throws Exception {
        super.open();
        worker = acquire();
        StreamModel<I, O> model = worker.model();
        rules.open(model, getMetricGroup());
        queue = new InferenceQueue<>(
                settings.batchLimits(),
                queued -> queued.request().camera(),
                QueuedStep::step,
                worker,
                new InferenceQueue.Task(mailbox, getProcessingTimeService()),
                this::complete);
        activations =
                new ActivationCache(settings.activationsMaxBytes(), model.spec().activationBytes(model.size()));
        measured = new ModelMetrics(getMetricGroup(), queue::waiting, queue::running);
        windowDescriptor = new ValueStateDescriptor<>(WINDOW, PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO);
        window = getPartitionedState(windowDescriptor);
        history = new CameraHistory(
                getPartitionedState(new MapStateDescriptor<>(
                        "camera-history", Types.INT, PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO)),
                model.spec().history());
        silence = new SilenceClock(settings.cameraIdleTtlMillis());
        waitingForRoom = new HashSet<>();
        idleTimers = getInternalTimerService("camera-idle", VoidNamespaceSerializer.INSTANCE, this);
    }

    /** A refused model fails the job for good: restarting would not change the file or the machine. */
    private InferenceWorker<I, O> acquire() {
        try {
            OptionalInt gpu = GpuIndexes.of(getRuntimeContext());
            return gpu.isPresent()
                    ? InferenceWorker.acquire(loader.onGpu(gpu.getAsInt()), this::checkMemory)
                    : InferenceWorker.acquire(loader, this::checkMemory);
        } catch (ModelRefusedException e) {
            throw new SuppressRestartsException(e);
        }
    }

    /** Too little is told and not refused: bounds that are never reached take nothing. */
    private void checkMemory(StreamModel<I, O> model) {
        Configuration taskManager =
                getContainingTask().getEnvironment().getTaskManagerInfo().getConfiguration();
        int tasks = Math.min(
                taskManager.get(TaskManagerOptions.NUM_TASK_SLOTS),
                getRuntimeContext().getTaskInfo().getNumberOfParallelSubtasks());
        MemoryNeeds.of(settings, model, tasks)
                .shortages(taskManager, Runtime.getRuntime().maxMemory())
                .forEach(LOG::warn);
    }

    @Override
    public void processElement(StreamRecord<E> element) throws Exception {
        long now = getProcessingTimeService().getCurrentProcessingTime();
        byte[] stored = window.value();
        if (stored == null) {
            idleTimers.registerProcessingTimeTimer(VoidNamespace.INSTANCE, silence.firstLook(now));
        }
        enqueue(rules.take(Optional.ofNullable(stored), element.getValue(), now));
    }

    /** Stores the state and reads what the steps need while the key is current, then queues them, waiting for room. */
    private void enqueue(Taken<W, I> taken) throws Exception {
        window.update(taken.state());
        taken.refused().ifPresent(letter -> output.collect(DecodeFunction.FAILED, new StreamRecord<>(letter)));
        for (StepRequest<W, I> request : taken.steps()) {
            setCurrentKey(request.camera());
            QueuedStep<W, I> step = prepare(request);
            waitingForRoom.add(request.camera());
            queue.offer(step);
            waitingForRoom.remove(request.camera());
        }
    }

    private QueuedStep<W, I> prepare(StepRequest<W, I> request) throws Exception {
        StepPlace at = request.at();
        Optional<StepActivations> ready = activations.holdReady(request.camera(), at);
        List<I> rebuild = ready.isPresent() || at.position() == 0
                ? List.of()
                : history.before(at).stream().map(rules::input).toList();
        StepActivations held =
                ready.orElseGet(() -> activations.holdFresh(request.camera(), at, worker.model()::newActivations));
        if (activations.overCommitted()) {
            measured.overCommitted();
        }
        history.put(at, rules.kept(request.input()));
        measured.prepared(at.position(), rebuild.size());
        return new QueuedStep<>(request, new ModelStep<>(request.input(), rebuild, held.start(), held.activations()));
    }

    private void complete(List<QueuedStep<W, I>> batch, InferenceWorker.Outcome<O> outcome) {
        long began = System.nanoTime();
        measured.ran(batch.size(), outcome.nanos());
        for (int i = 0; i < batch.size(); i++) {
            StepRequest<W, I> request = batch.get(i).request();
            activations.release(request.camera());
            rules.records(request.origin(), outcome.outputs().get(i))
                    .forEach(record -> output.collect(new StreamRecord<>(record)));
        }
        measured.postprocessed(System.nanoTime() - began);
    }

    @Override
    public void prepareSnapshotPreBarrier(long checkpointId) throws Exception {
        queue.drain();
    }

    @Override
    public void endInput() throws Exception {
        List<String> cameras;
        try (Stream<String> keys =
                this.<String>getKeyedStateBackend().getKeys(windowDescriptor.getName(), VoidNamespace.INSTANCE)) {
            cameras = keys.sorted().toList();
        }
        for (String camera : cameras) {
            setCurrentKey(camera);
            byte[] stored = window.value();
            if (stored != null) { // else a timer forgot the camera while there was no room
                enqueue(rules.finish(stored, camera));
            }
        }
        queue.drain();
    }

    @Override
    public void onProcessingTime(InternalTimer<String, VoidNamespace> timer) throws Exception {
        byte[] stored = window.value();
        if (stored == null) {
            return;
        }
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
        Optional<Taken<W, I>> lastWord = rules.lastWord(stored, timer.getKey());
        if (lastWord.isPresent()) { // the state lives once more as long
            idleTimers.registerProcessingTimeTimer(VoidNamespace.INSTANCE, silence.firstLook(timer.getTimestamp()));
            enqueue(lastWord.get());
            return;
        }
        rules.forgotten(stored);
        window.clear();
        history.clear();
        activations.forget(timer.getKey());
    }

    @Override
    public void onEventTime(InternalTimer<String, VoidNamespace> timer) {
        throw new IllegalStateException("found an event-time timer, expected none: time is per camera");
    }

    @Override
    public void close() throws Exception {
        if (worker != null) {
            worker.release();
            worker = null;
        }
        super.close();
    }
}
