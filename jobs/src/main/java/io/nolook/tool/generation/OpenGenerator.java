package io.nolook.tool.generation;

import io.nolook.flink.generate.GenerateSettings;
import io.nolook.flink.generate.OnnxPredictorLoader;
import io.nolook.flink.generate.OnnxSamplerLoader;
import io.nolook.flink.tokenize.TokenizeSettings;
import io.nolook.frame.FrameSize;
import io.nolook.model.Draw;
import io.nolook.model.StreamModel;
import io.nolook.model.VideoDetokenizer;
import io.nolook.model.VideoTokenizer;
import io.nolook.offline.Models;
import java.io.Closeable;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.io.IOUtils;
import org.apache.flink.configuration.Configuration;

/**
 * A tokenizer, its decoder, and the language model of its tokens, opened together; they are closed together.
 *
 * @param tokenizer at the predictor's size
 * @param detokenizer of its tokens
 * @param predictor of its tokens
 * @param sampler of its tokens
 */
public record OpenGenerator(
        VideoTokenizer tokenizer,
        VideoDetokenizer detokenizer,
        StreamModel<int[], float[]> predictor,
        StreamModel<Draw, int[]> sampler)
        implements AutoCloseable {

    /**
     * Opens the models of the options.
     *
     * @throws IllegalArgumentException when the language model is of another tokenizer, naming both
     */
    public static OpenGenerator of(Configuration options) {
        GenerateSettings generate = GenerateSettings.of(options);
        List<Closeable> opened = new ArrayList<>();
        try {
            StreamModel<int[], float[]> predictor = new OnnxPredictorLoader(generate).open();
            opened.add(predictor::close);
            StreamModel<Draw, int[]> sampler = new OnnxSamplerLoader(generate).open();
            opened.add(sampler::close);
            FrameSize size = predictor.size();
            TokenizeSettings tokenize = TokenizeSettings.of(options);
            VideoTokenizer tokenizer = Models.tokenizer(tokenize);
            opened.add(tokenizer::close);
            VideoDetokenizer detokenizer = Models.detokenizer(options, tokenize, size);
            opened.add(detokenizer::close);
            require("model.predictor", predictor, tokenizer);
            require("model.sampler", sampler, tokenizer);
            return new OpenGenerator(tokenizer, detokenizer, predictor, sampler);
        } catch (RuntimeException | Error e) {
            IOUtils.closeQuietly(opened.toArray(Closeable[]::new));
            throw e;
        }
    }

    private static void require(String key, StreamModel<?, ?> model, VideoTokenizer tokenizer) {
        String theirs = model.spec().tokenizerId();
        if (!theirs.equals(tokenizer.spec().tokenizerId()) || !model.size().equals(tokenizer.size())) {
            throw new IllegalArgumentException(key + ": found " + model.spec().name() + " of tokenizer " + theirs
                    + " at " + model.size() + ", expected one of "
                    + tokenizer.spec().tokenizerId() + " at frame.size = "
                    + tokenizer.size());
        }
    }

    @Override
    public void close() {
        tokenizer.close();
        detokenizer.close();
        predictor.close();
        sampler.close();
    }
}
