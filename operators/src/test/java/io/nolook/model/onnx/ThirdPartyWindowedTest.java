package io.nolook.model.onnx;

import io.nolook.frame.FrameSize;
import io.nolook.model.VideoDetokenizer;
import io.nolook.model.VideoTokenizer;

/** The contract on a tokenizer without caches, windowed, with finite scalar quantization. */
class ThirdPartyWindowedTest extends VideoTokenizerContract {

    @Override
    VideoTokenizer tokenizer(FrameSize size, int maxBatch) {
        return ModelFixtures.tokenizer("fsq-windowed", size, maxBatch);
    }

    @Override
    VideoDetokenizer detokenizer(FrameSize size) {
        return ModelFixtures.detokenizer("fsq-windowed", size);
    }
}
