package io.nolook.model.onnx;

import io.nolook.frame.FrameSize;
import io.nolook.model.VideoDetokenizer;
import io.nolook.model.VideoTokenizer;

/** The contract on ONNX Runtime's CPU provider. */
class OnnxVideoTokenizerCpuTest extends VideoTokenizerContract {

    @Override
    VideoTokenizer tokenizer(FrameSize size, int maxBatch) {
        return ModelFixtures.tokenizer(size, maxBatch);
    }

    @Override
    VideoDetokenizer detokenizer(FrameSize size) {
        return ModelFixtures.detokenizer(size);
    }
}
