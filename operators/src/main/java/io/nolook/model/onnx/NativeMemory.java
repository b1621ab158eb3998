package io.nolook.model.onnx;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Where buffers and tensors come from, and how many sessions and tensors are open.
 *
 * <p>Buffers are direct: the collector frees them when nothing slices them any more. Tensors and sessions are closed by
 * their owners, which a test counts here. Any thread.
 */
class NativeMemory {
    /** That of the process. */
    static final NativeMemory OF_THE_PROCESS = new NativeMemory();

    private final AtomicLong sessions = new AtomicLong();
    private final AtomicLong tensors = new AtomicLong();

    /** A buffer in native byte order, zeroed. */
    ByteBuffer allocate(int bytes) {
        return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
    }

    /** A tensor on a direct buffer, from its position on. */
    OnnxTensor tensor(ByteBuffer buffer, long[] shape, OnnxJavaType type) throws OrtException {
        OnnxTensor tensor = OnnxTensor.createTensor(OnnxSession.environment(), buffer, shape, type);
        tensors.incrementAndGet();
        return tensor;
    }

    void close(OnnxTensor tensor) {
        tensor.close();
        tensors.decrementAndGet();
    }

    void sessionOpened() {
        sessions.incrementAndGet();
    }

    void sessionClosed() {
        sessions.decrementAndGet();
    }

    long openSessions() {
        return sessions.get();
    }

    long openTensors() {
        return tensors.get();
    }
}
