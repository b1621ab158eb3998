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
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Native input and output tensors of one batch size and frame size, reused by every step.
 *
 * <p>ONNX Runtime reads and writes these buffers in place. Owned and closed by the model; the tensors hold no memory of
 * their own, the buffers are freed with this object.
 */
final class StepBuffers implements AutoCloseable {
    private final ByteBuffer input;
    private final ByteBuffer output;
    private final List<FloatBuffer> before = new ArrayList<>();
    private final List<FloatBuffer> after = new ArrayList<>();
    private final Map<String, OnnxTensorLike> inputs = new HashMap<>();
    private final Map<String, OnnxTensor> outputs = new HashMap<>();
    private final List<OnnxTensor> tensors = new ArrayList<>();

    /** The payload tensors of a role: their names, types and shapes for {@code rows} rows. */
    record Payload(String name, OnnxJavaType type, long[] shape) {}

    StepBuffers(ModelSpec spec, FrameSize size, int rows, Payload in, Payload out) throws OrtException {
        input = direct(in);
        output = direct(out);
        inputs.put(in.name(), tensor(input, in.shape(), in.type()));
        outputs.put(out.name(), tensor(output, out.shape(), out.type()));
        for (CacheShape cache : spec.caches()) {
            long[] each = cache.dimensions(size);
            long[] shape = {rows, each[0], each[1], each[2], each[3]};
            Payload past = new Payload("cache." + cache.name(), OnnxJavaType.FLOAT, shape);
            ByteBuffer from = direct(past);
            ByteBuffer to = direct(past);
            before.add(from.asFloatBuffer());
            after.add(to.asFloatBuffer());
            inputs.put(past.name(), tensor(from, shape, OnnxJavaType.FLOAT));
            outputs.put("new_" + past.name(), tensor(to, shape, OnnxJavaType.FLOAT));
        }
    }

    /** Where the rows' inputs go, in order; cleared. */
    ByteBuffer input() {
        return input.clear();
    }

    /** Runs the session on what the buffers hold and the rows' activations, which it replaces; the outputs' bytes. */
    ByteBuffer run(OrtSession session, List<Activations> activations) throws OrtException {
        for (int cache = 0; cache < before.size(); cache++) {
            FloatBuffer buffer = before.get(cache).clear();
            for (Activations row : activations) {
                buffer.put(row.tensor(cache));
            }
        }
        session.run(inputs, outputs).close();
        for (int cache = 0; cache < after.size(); cache++) {
            FloatBuffer buffer = after.get(cache).clear();
            for (Activations row : activations) {
                buffer.get(row.tensor(cache));
            }
        }
        return output.clear();
    }

    private OnnxTensor tensor(ByteBuffer buffer, long[] shape, OnnxJavaType type) throws OrtException {
        OnnxTensor tensor = OnnxTensor.createTensor(OnnxSession.environment(), buffer, shape, type);
        tensors.add(tensor);
        return tensor;
    }

    private static ByteBuffer direct(Payload payload) {
        long bytes = payload.type().size;
        for (long dimension : payload.shape()) {
            bytes *= dimension;
        }
        return ByteBuffer.allocateDirect(Math.toIntExact(bytes)).order(ByteOrder.nativeOrder());
    }

    @Override
    public void close() {
        tensors.forEach(OnnxTensor::close);
    }
}
