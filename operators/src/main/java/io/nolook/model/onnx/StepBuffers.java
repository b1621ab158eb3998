package io.nolook.model.onnx;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxTensorLike;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.nolook.frame.FrameSize;
import io.nolook.model.Activations;
import io.nolook.model.CacheShape;
import io.nolook.model.ModelSpec;
import io.nolook.model.ModelUnavailableException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Native inputs and outputs of one frame size, for batches of up to {@link #capacity} rows; reused by every step.
 *
 * <p>One buffer a tensor, made for the capacity; a smaller batch uses its beginning. So a model holds capacity x bytes of
 * a row, whatever sizes its batches have. ONNX Runtime reads and writes the buffers in place. Owned and closed by the
 * model; the tensors hold no memory of their own, the buffers are freed with this object.
 */
final class StepBuffers implements AutoCloseable {
    /** Input of models that ask where in its clip a step is, int32 [N]. */
    static final String PHASE = "phase";

    /**
     * A tensor of one row.
     *
     * @param shape without the batch axis
     */
    record Payload(String name, OnnxJavaType type, long[] shape) {

        long bytes() {
            long bytes = type.size;
            for (long dimension : shape) {
                bytes = Math.multiplyExact(bytes, dimension);
            }
            return bytes;
        }

        long[] ofRows(int rows) {
            long[] all = new long[shape.length + 1];
            all[0] = rows;
            System.arraycopy(shape, 0, all, 1, shape.length);
            return all;
        }
    }

    /** The tensors of one batch size, on the beginnings of the buffers. */
    private record Rows(Map<String, OnnxTensorLike> inputs, Map<String, OnnxTensor> outputs) {}

    private final NativeMemory memory;
    private final int capacity;
    private final int period;
    private final int payloads;
    private final List<Payload> inputs = new ArrayList<>();
    private final List<Payload> outputs = new ArrayList<>();
    private final List<ByteBuffer> inputBuffers = new ArrayList<>();
    private final List<ByteBuffer> outputBuffers = new ArrayList<>();
    private final Map<Integer, Rows> rows = new HashMap<>();
    private final List<OnnxTensor> tensors = new ArrayList<>();

    /**
     * Takes the memory.
     *
     * @param capacity most rows of a batch
     * @param in what a camera puts in beside its activations
     * @throws ModelUnavailableException saying how much there is not, and which keys give it
     */
    StepBuffers(NativeMemory memory, ModelSpec spec, FrameSize size, int capacity, List<Payload> in, Payload out) {
        this.memory = memory;
        this.capacity = capacity;
        period = spec.phasePeriod();
        payloads = in.size();
        inputs.addAll(in);
        outputs.add(out);
        for (CacheShape cache : spec.caches()) {
            OnnxJavaType type = switch (cache.cell().type()) {
                case FLOAT -> OnnxJavaType.FLOAT;
                case BYTE -> OnnxJavaType.UINT8;
            };
            inputs.add(new Payload("cache." + cache.name(), type, cache.dimensions(size)));
            outputs.add(new Payload("new_cache." + cache.name(), type, cache.dimensions(size)));
        }
        if (period > 1) {
            inputs.add(new Payload(PHASE, OnnxJavaType.INT32, new long[0]));
        }
        inputs.forEach(payload -> inputBuffers.add(buffer(payload)));
        outputs.forEach(payload -> outputBuffers.add(buffer(payload)));
    }

    private ByteBuffer buffer(Payload payload) {
        long bytes = Math.multiplyExact(capacity, payload.bytes());
        try {
            return memory.allocate(Math.toIntExact(bytes)).order(ByteOrder.nativeOrder());
        } catch (OutOfMemoryError | ArithmeticException e) {
            throw new ModelUnavailableException(
                    "found no room for " + bytes + " bytes of " + payload.name() + " for batches of " + capacity
                            + ", expected it in direct memory, less than 2 GiB a tensor: lower batch.size or"
                            + " frame.size, or raise taskmanager.memory.task.off-heap.size ("
                            + inputsAndOutputsBytes() + " bytes in all): " + e.getMessage(),
                    e);
        }
    }

    /** Bytes of all buffers: capacity x (inputs and outputs of a row, activations twice). */
    long inputsAndOutputsBytes() {
        long row = 0;
        for (List<Payload> payloads : List.of(inputs, outputs)) {
            row += payloads.stream().mapToLong(Payload::bytes).sum();
        }
        return capacity * row;
    }

    int capacity() {
        return capacity;
    }

    /** Where the rows' inputs go, a buffer for each; cleared. */
    List<ByteBuffer> inputs() {
        return inputBuffers.subList(0, payloads).stream().map(ByteBuffer::clear).toList();
    }

    /** Runs the session on what the buffers hold and the rows' activations, which it replaces; the outputs' bytes. */
    ByteBuffer run(OrtSession session, List<Activations> activations) throws OrtException {
        Rows batch = rows(activations.size());
        int caches = outputBuffers.size() - 1;
        for (int cache = 0; cache < caches; cache++) {
            ByteBuffer buffer = inputBuffers.get(payloads + cache).clear();
            for (Activations row : activations) {
                buffer.put(row.tensor(cache));
            }
        }
        if (period > 1) {
            ByteBuffer phases = inputBuffers.get(payloads + caches).clear();
            activations.forEach(row -> phases.putInt(row.position() % period));
        }
        session.run(batch.inputs(), batch.outputs()).close();
        for (int cache = 0; cache < caches; cache++) {
            ByteBuffer buffer = outputBuffers.get(1 + cache).clear();
            for (Activations row : activations) {
                buffer.get(row.tensor(cache));
            }
        }
        activations.forEach(row -> row.moveTo(row.position() + 1));
        return outputBuffers.get(0).clear();
    }

    private Rows rows(int count) throws OrtException {
        Rows found = rows.get(count);
        if (found == null) {
            found = new Rows(new HashMap<>(), new HashMap<>());
            for (int i = 0; i < inputs.size(); i++) {
                found.inputs().put(inputs.get(i).name(), tensor(inputs.get(i), inputBuffers.get(i), count));
            }
            for (int i = 0; i < outputs.size(); i++) {
                found.outputs().put(outputs.get(i).name(), tensor(outputs.get(i), outputBuffers.get(i), count));
            }
            rows.put(count, found);
        }
        return found;
    }

    private OnnxTensor tensor(Payload payload, ByteBuffer buffer, int count) throws OrtException {
        int bytes = Math.toIntExact(count * payload.bytes());
        ByteBuffer beginning = buffer.slice(0, bytes).order(ByteOrder.nativeOrder());
        OnnxTensor tensor = memory.tensor(beginning, payload.ofRows(count), payload.type());
        tensors.add(tensor);
        return tensor;
    }

    @Override
    public void close() {
        tensors.forEach(memory::close);
        tensors.clear();
        rows.clear();
    }
}
