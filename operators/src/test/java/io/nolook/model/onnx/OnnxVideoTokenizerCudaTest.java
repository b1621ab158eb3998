package io.nolook.model.onnx;

import io.nolook.frame.FrameSize;
import io.nolook.model.VideoDetokenizer;
import io.nolook.model.VideoTokenizer;
import java.util.Optional;
import org.junit.jupiter.api.Tag;

/** The contract on CUDA: {@code mvn verify -Pcuda -Dtest.groups=gpu -Dtest.groups.excluded=docker}. */
@Tag("gpu")
class OnnxVideoTokenizerCudaTest extends VideoTokenizerContract {
    private static final SessionSettings CUDA = new SessionSettings(Device.CUDA, 0, 1, 4L << 30, Optional.empty());

    @Override
    VideoTokenizer tokenizer(FrameSize size, int maxBatch) {
        return VideoTokenizer.admit(OnnxVideoTokenizer.open(ModelFixtures.bytes("tiny-encoder"), CUDA), size, maxBatch);
    }

    @Override
    VideoDetokenizer detokenizer(FrameSize size) {
        return VideoDetokenizer.admit(OnnxVideoDetokenizer.open(ModelFixtures.bytes("tiny-decoder"), CUDA), size);
    }
}
