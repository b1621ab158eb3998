package io.nolook.cli;

import io.nolook.flink.OnnxTokenizerLoader;
import io.nolook.flink.TokenizeSettings;
import io.nolook.frame.FrameSize;
import io.nolook.schema.TokenFrame;
import io.nolook.tokenizer.VideoDetokenizer;
import io.nolook.tokenizer.VideoTokenizer;
import io.nolook.tokenizer.onnx.ModelFiles;
import io.nolook.tokenizer.onnx.OnnxVideoDetokenizer;
import org.apache.flink.configuration.Configuration;

/** Opens the models that a command's options name. */
final class Models {

    private Models() {}

    static VideoTokenizer tokenizer(TokenizeSettings settings) {
        return new OnnxTokenizerLoader(settings).open();
    }

    /** The decoder, at the size that the grid of a token frame asks for. */
    static VideoDetokenizer detokenizer(Configuration configuration, TokenizeSettings settings, TokenFrame example) {
        byte[] file = ModelFiles.read(configuration.get(DetokenizeOptions.MODEL_DECODER), "decoder");
        int stride = ModelFiles.spec(file).spatialStride();
        return detokenizer(
                configuration, settings, new FrameSize(example.getWidth() * stride, example.getHeight() * stride));
    }

    static VideoDetokenizer detokenizer(Configuration configuration, TokenizeSettings settings, FrameSize size) {
        byte[] file = ModelFiles.read(configuration.get(DetokenizeOptions.MODEL_DECODER), "decoder");
        return VideoDetokenizer.admit(
                OnnxVideoDetokenizer.open(file, settings.inference().session()), size);
    }
}
