package io.nolook.model.onnx;

import io.nolook.frame.FrameSize;
import io.nolook.model.VideoDetokenizer;
import io.nolook.model.VideoTokenizer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** Tiny models: good and bad ones of {@code deploy/models/tests/planted.py}, others' of {@code third_party.py}. */
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
        return tokenizer("tiny", size, maxBatch);
    }

    public static VideoTokenizer tokenizer(String name, FrameSize size, int maxBatch) {
        return VideoTokenizer.admit(
                OnnxVideoTokenizer.open(bytes(name + "-encoder"), SessionSettings.cpu(1)), size, maxBatch);
    }

    public static VideoDetokenizer detokenizer(FrameSize size) {
        return detokenizer("tiny", size);
    }

    public static VideoDetokenizer detokenizer(String name, FrameSize size) {
        return VideoDetokenizer.admit(
                OnnxVideoDetokenizer.open(bytes(name + "-decoder"), SessionSettings.cpu(1)), size);
    }
}
