package io.nolook.offline;

import io.nolook.flink.detokenize.DetokenizeOptions;
import io.nolook.flink.tokenize.OnnxTokenizerLoader;
import io.nolook.flink.tokenize.TokenizeSettings;
import io.nolook.frame.FrameSize;
import io.nolook.model.VideoDetokenizer;
import io.nolook.model.VideoTokenizer;
import io.nolook.model.onnx.ModelFiles;
import io.nolook.model.onnx.OnnxVideoDetokenizer;
import org.apache.flink.configuration.Configuration;

/** Opens the models that a command's options name. */
public final class Models {

    private Models() {}

    public static VideoTokenizer tokenizer(TokenizeSettings settings) {
        return new OnnxTokenizerLoader(settings).open();
    }

    /** The decoder of model.decoder, whatever its tokenizer; the caller closes it. */
    public static VideoDetokenizer detokenizer(Configuration configuration, TokenizeSettings settings, FrameSize size) {
        return detokenizer(configuration.get(DetokenizeOptions.MODEL_DECODER), settings, size);
    }

    /** A decoder by its location, whatever its tokenizer; the caller closes it. */
    public static VideoDetokenizer detokenizer(String location, TokenizeSettings settings, FrameSize size) {
        byte[] file = ModelFiles.read(location, "decoder");
        return VideoDetokenizer.admit(
                OnnxVideoDetokenizer.open(file, settings.inference().session()), size);
    }
}
