package io.nolook.model.onnx;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import io.nolook.digest.Sha256;
import io.nolook.model.ModelRefusedException;
import io.nolook.model.ModelRefusedException.Reason;
import io.nolook.model.ModelSpec;
import io.nolook.model.ModelUnavailableException;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An open model file: session, metadata, identities. Closed by whoever opened it. */
final class OnnxSession implements AutoCloseable {
    /** What goes wrong by the machine and not by the file. */
    private static final Set<OrtException.OrtErrorCode> OF_THE_MACHINE = EnumSet.of(
            OrtException.OrtErrorCode.ORT_RUNTIME_EXCEPTION,
            OrtException.OrtErrorCode.ORT_EP_FAIL,
            OrtException.OrtErrorCode.ORT_ENGINE_ERROR);

    private static final Logger LOG = LoggerFactory.getLogger(OnnxSession.class);
    private static final AtomicBoolean TOLD = new AtomicBoolean();
    private static final OrtEnvironment ENVIRONMENT =
            OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR, "nolook");

    private final NativeMemory memory;
    private final OrtSession session;
    private final ModelSpec spec;
    private final String fileHash;
    private final long fileBytes;
    private final String runtimeId;

    private OnnxSession(NativeMemory memory, OrtSession session, ModelSpec spec, byte[] file, String runtimeId) {
        this.memory = memory;
        this.session = session;
        this.spec = spec;
        this.fileHash = Sha256.hex(file);
        this.fileBytes = file.length;
        this.runtimeId = runtimeId;
    }

    /**
     * Opens a model file that is in memory.
     *
     * @throws ModelRefusedException when it is no model, breaks the contract's metadata, or its device cannot be had
     * @throws ModelUnavailableException when the machine cannot open a session now
     */
    static OnnxSession open(byte[] file, SessionSettings settings) {
        return open(file, settings, NativeMemory.OF_THE_PROCESS);
    }

    /**
     * As {@link #open(byte[], SessionSettings)}.
     *
     * @param memory of its tensors, which counts it
     */
    static OnnxSession open(byte[] file, SessionSettings settings, NativeMemory memory) {
        String provider = provider(settings);
        try (SessionOptions options = options(settings, provider)) {
            OrtSession session = ENVIRONMENT.createSession(file, options);
            memory.sessionOpened();
            try {
                Map<String, String> metadata = session.getMetadata().getCustomMetadata();
                ModelSpec spec = ModelSpec.of(metadata);
                String runtime = RuntimeId.ofMachine(ENVIRONMENT.getVersion(), provider, precision(metadata, provider));
                return new OnnxSession(memory, session, spec, file, runtime);
            } catch (OrtException | RuntimeException | Error e) {
                session.close();
                memory.sessionClosed();
                throw e;
            }
        } catch (OrtException e) {
            if (OF_THE_MACHINE.contains(e.getCode())) {
                throw new ModelUnavailableException(
                        "found that ONNX Runtime cannot open a session now, expected room for a model of " + file.length
                                + " bytes: " + e.getMessage(),
                        e);
            }
            throw new ModelRefusedException(
                    Reason.UNREADABLE,
                    "found a file of " + file.length + " bytes that ONNX Runtime cannot open, expected an .onnx model: "
                            + e.getMessage(),
                    e);
        }
    }

    private static String precision(Map<String, String> metadata, String provider) {
        if (!metadata.getOrDefault("weights", "").equals("int8")) {
            return "fp32";
        }
        boolean exact = provider.equals("cpu")
                && metadata.getOrDefault("arithmetic", "").equals("exact");
        return exact ? RuntimeId.EXACT : "int8";
    }

    static OrtEnvironment environment() {
        return ENVIRONMENT;
    }

    NativeMemory memory() {
        return memory;
    }

    OrtSession session() {
        return session;
    }

    ModelSpec spec() {
        return spec;
    }

    String fileHash() {
        return fileHash;
    }

    /** Bytes of the file, about those of the weights. */
    long fileBytes() {
        return fileBytes;
    }

    String runtimeId() {
        return runtimeId;
    }

    /** "cuda" or "cpu": what can be had of what is asked for. */
    static String provider(SessionSettings settings) {
        if (settings.device() == Device.CPU) {
            return "cpu";
        }
        Optional<Throwable> failure = CudaProvider.failure(ENVIRONMENT, settings);
        if (failure.isEmpty()) {
            return "cuda";
        }
        String missing = CudaProvider.missing(failure.get(), settings.gpu());
        if (settings.device() == Device.CUDA) {
            throw new ModelRefusedException(
                    Reason.PROVIDER,
                    "inference.device=cuda: CUDA cannot be used, missing " + missing
                            + "; build with the Maven profile cuda and install CUDA 12 with cuDNN 9,"
                            + " or set inference.device=auto or cpu",
                    failure.get());
        }
        if (TOLD.compareAndSet(false, true)) {
            LOG.warn("inference.device=auto: running on the CPU, CUDA cannot be used: missing {}", missing);
        }
        return "cpu";
    }

    private static SessionOptions options(SessionSettings settings, String provider) throws OrtException {
        SessionOptions options = new SessionOptions();
        try {
            options.setIntraOpNumThreads(settings.threads());
            options.setInterOpNumThreads(1);
            options.setOptimizationLevel(SessionOptions.OptLevel.ALL_OPT);
            options.setDeterministicCompute(true);
            // Beside Flink's threads, spinning would burn the cores that decode the next batch.
            options.addConfigEntry("session.intra_op.allow_spinning", "0");
            if (settings.profile().isPresent()) {
                options.enableProfiling(settings.profile().get().toString());
            }
            if (provider.equals("cuda")) {
                options.setMemoryPatternOptimization(false);
                CudaProvider.add(options, settings);
            }
            return options;
        } catch (OrtException | RuntimeException | Error e) {
            options.close();
            throw e;
        }
    }

    /** Ends profiling, if it was on: the profile's path. */
    String endProfiling() {
        try {
            return session.endProfiling();
        } catch (OrtException e) {
            throw new IllegalStateException("found no profile to end", e);
        }
    }

    @Override
    public void close() {
        try {
            session.close();
            memory.sessionClosed();
        } catch (OrtException e) {
            throw new IllegalStateException("the session did not close", e);
        }
    }
}
