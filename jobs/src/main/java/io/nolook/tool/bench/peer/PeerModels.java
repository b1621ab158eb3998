package io.nolook.tool.bench.peer;

import io.nolook.flink.tokenize.TokenizeSettings;
import io.nolook.local.TemporaryFolder;
import io.nolook.model.onnx.ModelFiles;
import io.nolook.model.onnx.OnnxVideoTokenizer;
import io.nolook.model.onnx.SessionSettings;
import io.nolook.schema.Frame;
import io.nolook.schema.TokenFrame;
import io.nolook.tool.bench.BenchModel;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import org.apache.flink.configuration.Configuration;

/** The encoders that peers run: open for the bare loop, and as files for other processes. */
final class PeerModels implements AutoCloseable {
    private final TemporaryFolder folder = TemporaryFolder.create("nolook-peers-");
    private final Configuration options;
    private final Map<BenchModel, OnnxVideoTokenizer> open = new EnumMap<>(BenchModel.class);
    private final PythonPeer.Place python;

    PeerModels(Configuration options, PeerPlan plan, PrintWriter out) throws IOException, InterruptedException {
        this.options = options;
        boolean needsPython = plan.peers().stream().anyMatch(Peer::isPython);
        Path interpreter = needsPython ? new PythonEnvironment(plan.folder()).python(out) : Path.of("python3");
        python = new PythonPeer.Place(interpreter, plan.folder(), folder.path());
        Files.writeString(
                folder.path().resolve("Frame.avsc"), Frame.getClassSchema().toString());
        Files.writeString(
                folder.path().resolve("TokenFrame.avsc"),
                TokenFrame.getClassSchema().toString());
        SessionSettings session = TokenizeSettings.of(options).inference().session();
        for (BenchModel model : BenchModel.values()) {
            if (plan.peers().stream().anyMatch(peer -> peer.model() == model)) {
                byte[] file = ModelFiles.encoder(settings(model).encoder(), session);
                Files.write(file(model), file);
                open.put(model, OnnxVideoTokenizer.open(file, session));
            }
        }
    }

    TokenizeSettings settings(BenchModel model) {
        return TokenizeSettings.of(model.in(options));
    }

    Path file(BenchModel model) {
        return folder.path().resolve(model + ".onnx");
    }

    /** Those that some peer runs. */
    Map<BenchModel, OnnxVideoTokenizer> open() {
        return open;
    }

    PythonPeer.Place python() {
        return python;
    }

    @Override
    public void close() {
        open.values().forEach(OnnxVideoTokenizer::close);
        folder.close();
    }
}
