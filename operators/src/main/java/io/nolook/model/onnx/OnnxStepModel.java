package io.nolook.model.onnx;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OrtException;
import io.nolook.frame.FrameSize;
import io.nolook.model.Activations;
import io.nolook.model.ModelRefusedException;
import io.nolook.model.ModelRefusedException.Reason;
import io.nolook.model.ModelSpec;
import io.nolook.model.StepModel;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A step graph on ONNX Runtime: payload and caches in, payload and new caches out.
 *
 * <p>Buffers are kept for one frame size, the one stepped last, and for the largest batch it had. One thread at a time.
 */
public abstract class OnnxStepModel<I, O> implements StepModel<I, O> {
    private final OnnxSession session;
    private @Nullable StepBuffers buffers;
    private @Nullable FrameSize buffered;

    OnnxStepModel(OnnxSession session, Set<String> inputs, String output) {
        this.session = session;
        requireSignature(inputs, output);
    }

    /** The model that owns a session; when it cannot be made the session is closed. */
    static <M> M owning(OnnxSession session, Function<OnnxSession, M> make) {
        try {
            return make.apply(session);
        } catch (RuntimeException | Error e) {
            session.close();
            throw e;
        }
    }

    /** What a camera puts in beside its activations. */
    abstract List<StepBuffers.Payload> inputs(FrameSize size);

    abstract StepBuffers.Payload output(FrameSize size);

    /** Appends a camera's input to the buffers of {@link #inputs}. */
    abstract void put(I input, FrameSize size, List<ByteBuffer> to);

    abstract O get(ByteBuffer from, FrameSize size);

    @Override
    public final ModelSpec spec() {
        return session.spec();
    }

    @Override
    public final String fileHash() {
        return session.fileHash();
    }

    @Override
    public final String runtimeId() {
        return session.runtimeId();
    }

    /** ONNX Runtime holds weights twice: as read, and as its kernels want them. */
    @Override
    public final long nativeBytes() {
        return 2 * session.fileBytes() + (buffers == null ? 0 : buffers.inputsAndOutputsBytes());
    }

    @Override
    public final List<O> step(FrameSize size, List<I> inputs, List<Activations> activations) {
        if (inputs.isEmpty() || inputs.size() != activations.size()) {
            throw new IllegalArgumentException("found " + inputs.size() + " inputs and " + activations.size()
                    + " activations, expected as many, at least one");
        }
        try {
            StepBuffers step = buffers(size, inputs.size());
            List<ByteBuffer> to = step.inputs();
            inputs.forEach(input -> put(input, size, to));
            ByteBuffer from = step.run(session.session(), activations);
            List<O> outputs = new ArrayList<>(inputs.size());
            for (int row = 0; row < inputs.size(); row++) {
                outputs.add(get(from, size));
            }
            return outputs;
        } catch (OrtException e) {
            throw new IllegalStateException(
                    "ONNX Runtime failed on a batch of " + inputs.size() + " at " + size + ": " + e.getMessage(), e);
        }
    }

    /** Ends the profile that the settings asked for: the path of its JSON file. */
    public final String endProfiling() {
        return session.endProfiling();
    }

    /** The old buffers go before the new ones come: a model never holds two sets. */
    private StepBuffers buffers(FrameSize size, int rows) {
        if (buffers == null || !size.equals(buffered) || buffers.capacity() < rows) {
            forget();
            buffers = new StepBuffers(session.memory(), spec(), size, rows, inputs(size), output(size));
            buffered = size;
        }
        return buffers;
    }

    private void forget() {
        if (buffers != null) {
            buffers.close();
            buffers = null;
        }
    }

    private void requireSignature(Set<String> payloads, String output) {
        Set<String> inputs = new TreeSet<>(payloads);
        Set<String> outputs = new TreeSet<>(Set.of(output));
        if (spec().phasePeriod() > 1) {
            inputs.add(StepBuffers.PHASE);
        }
        spec().caches().forEach(cache -> {
            inputs.add("cache." + cache.name());
            outputs.add("new_cache." + cache.name());
        });
        requireNames("inputs", session.session().getInputNames(), inputs);
        requireNames("outputs", session.session().getOutputNames(), outputs);
    }

    private static void requireNames(String what, Set<String> found, Set<String> expected) {
        if (!found.equals(expected)) {
            throw new ModelRefusedException(
                    Reason.SIGNATURE,
                    "graph " + what + ": found " + new TreeSet<>(found) + ", expected " + expected
                            + " (the caches are those of the metadata)");
        }
    }

    static StepBuffers.Payload pixels(String name, ModelSpec spec, FrameSize size) {
        long[] shape = {spec.chunkFrames(), size.height(), size.width(), 3};
        return new StepBuffers.Payload(name, OnnxJavaType.UINT8, shape);
    }

    static StepBuffers.Payload tokens(String name, ModelSpec spec, FrameSize size) {
        int stride = spec.spatialStride();
        long[] shape = {size.height() / stride, size.width() / stride};
        return new StepBuffers.Payload(name, OnnxJavaType.INT32, shape);
    }

    static void putTokens(int[] tokens, ModelSpec spec, FrameSize size, ByteBuffer to) {
        requireLength("tokens", tokens.length, spec.tokens(size));
        for (int token : tokens) {
            to.putInt(token);
        }
    }

    static int[] getTokens(ByteBuffer from, ModelSpec spec, FrameSize size) {
        int[] tokens = new int[spec.tokens(size)];
        for (int i = 0; i < tokens.length; i++) {
            tokens[i] = from.getInt();
        }
        return tokens;
    }

    static byte[] getBytes(ByteBuffer from, int count) {
        byte[] bytes = new byte[count];
        from.get(bytes);
        return bytes;
    }

    static float[] getFloats(ByteBuffer from, int count) {
        float[] floats = new float[count];
        for (int i = 0; i < count; i++) {
            floats[i] = from.getFloat();
        }
        return floats;
    }

    static void requireLength(String what, int found, int expected) {
        if (found != expected) {
            throw new IllegalArgumentException("found " + found + " " + what + ", expected " + expected);
        }
    }

    @Override
    public final void close() {
        forget();
        session.close();
    }
}
