package io.nolook.model.onnx;

import io.nolook.frame.FrameSize;
import io.nolook.model.VideoDetokenizer;
import io.nolook.model.VideoTokenizer;

/** The contract on a tokenizer of 2 frames and 16 x 16 pixels a token, stored in half precision. */
class ThirdPartyLfq16Test extends VideoTokenizerContract {

    @Override
    VideoTokenizer tokenizer(FrameSize size, int maxBatch) {
        return ModelFixtures.tokenizer("lfq16", size, maxBatch);
    }

    @Override
    VideoDetokenizer detokenizer(FrameSize size) {
        return ModelFixtures.detokenizer("lfq16", size);
    }
}
