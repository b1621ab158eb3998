package io.nolook.tokenizer.onnx;

import io.nolook.frame.FrameSize;
import io.nolook.tokenizer.VideoDetokenizer;
import io.nolook.tokenizer.VideoTokenizer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** Tiny models, good and bad, made by {@code deploy/models/tests/planted.py}. */
public final class ModelFixtures {

    private ModelFixtures() {}

    public static byte[] bytes(String name) {
        try (InputStream in = ModelFixtures.class.getResourceAsStream("/models/" + name + ".onnx")) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static VideoTokenizer tokenizer(FrameSize size, int maxBatch) {
        return VideoTokenizer.admit(
                OnnxVideoTokenizer.open(bytes("tiny-encoder"), SessionSettings.cpu(1)), size, maxBatch);
    }

    public static VideoDetokenizer detokenizer(FrameSize size) {
        return VideoDetokenizer.admit(OnnxVideoDetokenizer.open(bytes("tiny-decoder"), SessionSettings.cpu(1)), size);
    }
}
