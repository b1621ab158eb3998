package io.nolook.cli;

import io.nolook.flink.tokenize.TokenizeSettings;
import io.nolook.frame.FrameSize;
import io.nolook.generation.Predictor;
import io.nolook.generation.Sampler;
import io.nolook.model.ModelSpec;
import io.nolook.model.StreamModel;
import io.nolook.model.VideoDetokenizer;
import io.nolook.model.VideoTokenizer;
import io.nolook.model.onnx.ModelFiles;
import io.nolook.model.onnx.OnnxPredictor;
import io.nolook.model.onnx.OnnxRecognizer;
import io.nolook.model.onnx.OnnxSampler;
import io.nolook.model.onnx.OnnxVideoDetokenizer;
import io.nolook.model.onnx.OnnxVideoTokenizer;
import io.nolook.model.onnx.SessionSettings;
import io.nolook.option.OptionSources;
import io.nolook.recognition.Recognizer;
import io.nolook.tool.bench.ModelBench;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code nolook check-model}: admission of a file, and what it costs. */
@Command(
        name = "check-model",
        mixinStandardHelpOptions = true,
        description = "Checks that a model file keeps the contract on this machine; prints what it is and costs."
                + " Exit code 1 and the reason when it is refused.")
final class CheckModelCommand implements Callable<Integer> {
    private static final double CAMERA_FPS = 30;

    @Parameters(
            paramLabel = "FILE.onnx",
            description = "File of a model of any role, or builtin:nolook-small (its encoder).")
    private String file;

    @Option(names = "--no-speed", description = "Leave out the measurement of speed.")
    private boolean noSpeed;

    @Mixin
    private OptionSources options;

    @Spec
    private CommandSpec command;

    @Override
    public Integer call() throws IOException {
        TokenizeSettings settings = TokenizeSettings.of(options.read());
        SessionSettings session = settings.inference().session();
        byte[] bytes = ModelFiles.encoder(file, session);
        PrintWriter out = command.commandLine().getOut();
        ModelSpec spec = ModelFiles.spec(bytes);
        out.printf(Locale.ROOT, "%s, %s, tokenizer %s%n", spec.name(), spec.role(), spec.tokenizerId());
        FrameSize size;
        try (StreamModel<?, ?> admitted = admit(spec, bytes, settings)) {
            size = admitted.size();
            out.printf(
                    Locale.ROOT,
                    "admitted at %s on %s%nbatch sizes that agree bit for bit: %s%nfile %s%n",
                    size,
                    admitted.runtimeId(),
                    admitted.batchSizes(),
                    admitted.fileHash());
        }
        out.printf(
                Locale.ROOT,
                "quantizer %s with %d codes: %d bits a token, %d frames and %d x %d pixels a token; receptive field %s, window %d chunks%n",
                spec.quantizer(),
                spec.codes(),
                spec.bits(),
                spec.chunkFrames(),
                spec.spatialStride(),
                spec.spatialStride(),
                spec.receptiveField() == 0 ? "unbounded" : spec.receptiveField() + " frames",
                spec.history());
        out.printf(
                Locale.ROOT,
                "activations %.2f MiB a camera, %s; at most %.2f MiB of state a camera%n",
                spec.activationBytes(size) / 1048576.0,
                spec.carries() ? "carried in checkpoints" : "rebuilt from a window",
                spec.stateBytes(size) / 1048576.0);
        if (!noSpeed && spec.role() == ModelSpec.Role.ENCODER) {
            speed(out, bytes, session, size);
        }
        return 0;
    }

    private static StreamModel<?, ?> admit(ModelSpec spec, byte[] bytes, TokenizeSettings settings) {
        SessionSettings session = settings.inference().session();
        FrameSize size = settings.frameSize();
        int batch = settings.inference().batchLimits().size();
        return switch (spec.role()) {
            case ENCODER -> VideoTokenizer.admit(OnnxVideoTokenizer.open(bytes, session), size, batch);
            case DECODER -> VideoDetokenizer.admitBatches(OnnxVideoDetokenizer.open(bytes, session), size, batch);
            case RECOGNIZER -> Recognizer.admit(OnnxRecognizer.open(bytes, session), batch);
            case PREDICTOR -> Predictor.admit(OnnxPredictor.open(bytes, session), batch);
            case SAMPLER -> Sampler.admit(OnnxSampler.open(bytes, session), batch);
        };
    }

    private static void speed(PrintWriter out, byte[] bytes, SessionSettings session, FrameSize size)
            throws IOException {
        ModelBench.Result one = ModelBench.run(bytes, session, size, 1);
        ModelBench.Result eight = ModelBench.run(bytes, session, size, 8);
        out.printf(
                Locale.ROOT,
                "batch 8, %d threads: %.2f ms a frame, %.0f %% of it in convolutions%n",
                session.threads(),
                1000 / eight.framesPerSecond(),
                100 * eight.convolutionShare());
        if (eight.countsMacs()) {
            out.printf(
                    Locale.ROOT,
                    "%.3f GMAC a frame, %.1f GMAC/s inside its convolutions (counted in the profile of ONNX Runtime)%n",
                    one.macsPerFrame() / 1e9,
                    eight.convolutionGigaMacsPerSecond());
        }
        out.printf(
                Locale.ROOT,
                "one camera alone: %.2f ms a frame, %.1f times real time at %.0f frames/s%n",
                1000 / one.framesPerSecond(),
                one.framesPerSecond() / CAMERA_FPS,
                CAMERA_FPS);
    }
}
