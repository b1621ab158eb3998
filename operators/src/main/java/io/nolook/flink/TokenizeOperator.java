package io.nolook.flink;

import io.nolook.schema.TokenFrame;
import io.nolook.tokenizer.ActivationCache;
import io.nolook.tokenizer.ActivationCache.Held;
import io.nolook.tokenizer.ActivationCache.Step;
import io.nolook.tokenizer.ChunkWork;
import io.nolook.tokenizer.ModelRefusedException;
import io.nolook.tokenizer.VideoTokenizer;
import io.nolook.window.CameraFrame;
import io.nolook.window.CameraWindow;
import io.nolook.window.CameraWindowCodec;
import io.nolook.window.Chunk;
import io.nolook.window.WindowAssembler;
import io.nolook.window.WindowResult;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.flink.api.common.operators.MailboxExecutor;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.api.common.typeinfo.Types;
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
 * The one keyed operator: frames of many cameras in, token frames out.
 *
 * <pre>
 *   frame -> WindowAssembler -> chunk -> [history, activations] -> InferenceQueue -> InferenceWorker
 *            (keyed state)                                                             |
 *   token frames <------------------------ mailbox <-----------------------------------+
 * </pre>
 *
 * <p>The task thread owns everything here but the tensors of held activations, which the inference thread writes while
 * a batch runs. Before a barrier and at the end of the input all batches in flight are waited for, so a checkpoint
 * holds windows only. Unfinished chunks are completed at the end of a bounded input and nowhere else. After a yield to
 * the mailbox the current key is undefined: whatever needs keyed state is read before.
 */
public final class TokenizeOperator extends AbstractStreamOperator<TokenFrame>
        implements OneInputStreamOperator<CameraFrame, TokenFrame>,
                BoundedOneInput,
                Triggerable<String, VoidNamespace> {
    private static final long serialVersionUID = 1;
    private static final String WINDOW = "camera-window";

    /** A chunk on its way through the model. */
    private record Job(Chunk chunk, ChunkWork<byte[]> work) {}

    private final TokenizeSettings settings;
    private final TokenizerLoader loader;
    private final transient MailboxExecutor mailbox;

    private transient InferenceWorker worker;
    private transient WindowAssembler assembler;
    private transient InferenceQueue<Job> queue;
    private transient ActivationCache activations;
    private transient TokenizeMetrics measured;
    private transient ValueStateDescriptor<byte[]> windowDescriptor;
    private transient ValueState<byte[]> window;
    private transient CameraHistory history;
    private transient InternalTimerService<VoidNamespace> idleTimers;

    TokenizeOperator(
            StreamOperatorParameters<TokenFrame> parameters, TokenizeSettings settings, TokenizerLoader loader) {
        super(parameters);
        this.settings = settings;
        this.loader = loader;
        this.mailbox = parameters.getMailboxExecutor();
    }

    @Override
    public void open() throws Exception {
        super.open();
        worker = acquire();
        VideoTokenizer tokenizer = worker.tokenizer();
        int chunks = tokenizer.spec().history();
        assembler = new WindowAssembler(settings.window(tokenizer));
        queue = new InferenceQueue<>(
                settings.batchLimits(),
                job -> job.chunk().camera(),
                Job::work,
                worker,
                new InferenceQueue.Task(mailbox, getProcessingTimeService()),
                this::complete);
        activations = new ActivationCache(
                settings.activationsMaxBytes(), tokenizer.spec().activationBytes(tokenizer.size()));
        measured = new TokenizeMetrics(getMetricGroup(), queue::waiting, queue::running);
        windowDescriptor = new ValueStateDescriptor<>(WINDOW, PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO);
        window = getPartitionedState(windowDescriptor);
        history = new CameraHistory(
                getPartitionedState(new MapStateDescriptor<>(
                        "camera-history", Types.INT, PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO)),
                chunks);
        idleTimers = getInternalTimerService("camera-idle", VoidNamespaceSerializer.INSTANCE, this);
    }

    /** A refused model fails the job for good: restarting would not change the file or the machine. */
    private InferenceWorker acquire() {
        try {
            return InferenceWorker.acquire(loader);
        } catch (ModelRefusedException e) {
            throw new SuppressRestartsException(e);
        }
    }

    @Override
    public void processElement(StreamRecord<CameraFrame> element) throws Exception {
        CameraFrame frame = element.getValue();
        long now = getProcessingTimeService().getCurrentProcessingTime();
        byte[] stored = window.value();
        if (stored == null) {
            idleTimers.registerProcessingTimeTimer(VoidNamespace.INSTANCE, now + settings.cameraIdleTtlMillis());
        }
        WindowResult result = assembler.step(Optional.ofNullable(stored).map(CameraWindowCodec::decode), frame, now);
        window.update(CameraWindowCodec.encode(result.window()));
        measured.arrived(result.fate());
        measured.skipped(result.skipped());
        enqueue(frame.camera(), result.chunks());
    }

    /** Reads what the chunks need while the key is current, then queues them, waiting for room. */
    private void enqueue(String camera, List<Chunk> chunks) throws Exception {
        for (Chunk chunk : chunks) {
            setCurrentKey(camera);
            queue.offer(prepare(chunk));
        }
    }

    private Job prepare(Chunk chunk) throws Exception {
        Step step = new Step(chunk.epoch(), chunk.clip(), chunk.position());
        Optional<Held> ready = activations.holdReady(chunk.camera(), step);
        List<byte[]> rebuild = ready.isPresent() || chunk.position() == 0
                ? List.of()
                : history.before(chunk.epoch(), chunk.clip(), chunk.position());
        Held held =
                ready.orElseGet(() -> activations.holdFresh(chunk.camera(), step, worker.tokenizer()::newActivations));
        if (activations.overCommitted()) {
            measured.overCommitted();
        }
        history.put(chunk.epoch(), chunk.clip(), chunk.position(), chunk.rgb());
        measured.prepared(chunk, rebuild.size());
        return new Job(chunk, new ChunkWork<>(chunk.rgb(), rebuild, held.start(), held.activations()));
    }

    private void complete(List<Job> batch, InferenceWorker.Outcome outcome) {
        long began = System.nanoTime();
        measured.ran(batch.size(), outcome.nanos());
        for (int i = 0; i < batch.size(); i++) {
            Chunk chunk = batch.get(i).chunk();
            activations.release(chunk.camera());
            measured.emitted(chunk);
            output.collect(new StreamRecord<>(
                    TokenFrames.of(chunk, outcome.tokens().get(i), worker.tokenizer(), settings.frameFit())));
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
            CameraWindow last = CameraWindowCodec.decode(window.value());
            Optional<Chunk> tail = assembler.tail(last, camera);
            window.update(CameraWindowCodec.encode(assembler.afterTail(last)));
            enqueue(camera, tail.stream().toList());
        }
        queue.drain();
    }

    @Override
    public void onProcessingTime(InternalTimer<String, VoidNamespace> timer) throws Exception {
        byte[] stored = window.value();
        if (stored == null) {
            return;
        }
        CameraWindow last = CameraWindowCodec.decode(stored);
        long silentUntil = last.cursor().lastArrivalMillis() + settings.cameraIdleTtlMillis();
        if (silentUntil > timer.getTimestamp()) {
            idleTimers.registerProcessingTimeTimer(VoidNamespace.INSTANCE, silentUntil);
            return;
        }
        Optional<Chunk> endOfSkip = assembler.endOfSkip(last, timer.getKey());
        if (endOfSkip.isPresent()) { // what was skipped must be told: the state lives once more as long
            window.update(CameraWindowCodec.encode(assembler.afterTail(last)));
            idleTimers.registerProcessingTimeTimer(
                    VoidNamespace.INSTANCE, timer.getTimestamp() + settings.cameraIdleTtlMillis());
            enqueue(timer.getKey(), List.of(endOfSkip.get()));
            return;
        }
        measured.abandoned(last.pending().size());
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
