package io.nolook.offline;

import static org.assertj.core.api.Assertions.assertThat;

import io.nolook.camera.simulator.SimulatedCamera;
import io.nolook.flink.tokenize.OnnxTokenizerLoader;
import io.nolook.flink.tokenize.TokenizeOptions;
import io.nolook.flink.tokenize.TokenizeSettings;
import io.nolook.frame.FrameSize;
import io.nolook.frame.Picture;
import io.nolook.frame.PictureSource;
import io.nolook.frame.TimedPicture;
import io.nolook.model.VideoDetokenizer;
import io.nolook.model.VideoTokenizer;
import io.nolook.model.onnx.ModelFiles;
import io.nolook.model.onnx.OnnxVideoDetokenizer;
import io.nolook.model.onnx.SessionSettings;
import io.nolook.schema.TokenFrame;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.Test;

/** A clip decoded from its middle on, after as many token frames as the decoder looks back, gives the same pictures. */
class OfflineResumeTest {
    private static final FrameSize SIZE = new FrameSize(32, 32);

    @Test
    void picturesAreThoseOfTheWholeClip() throws IOException {
        List<TokenFrame> frames = tokens();
        byte[] file = ModelFiles.read("builtin:nolook-small", "decoder");
        try (VideoDetokenizer detokenizer =
                VideoDetokenizer.admit(OnnxVideoDetokenizer.open(file, SessionSettings.cpu(1)), SIZE)) {
            OfflineDetokenizer whole = new OfflineDetokenizer(detokenizer);
            List<List<Picture>> expected = frames.stream().map(whole::decode).toList();
            int history = whole.history(frames.get(0));
            assertThat(history).isBetween(1, 20);
            OfflineDetokenizer resumed = new OfflineDetokenizer(detokenizer);
            for (int from : new int[] {1, history - 1, history, history + 1, 2 * history, frames.size() - 1}) {
                resumed.resume(frames.subList(Math.max(0, from - history), from));
                for (int i = from; i < Math.min(frames.size(), from + 3); i++) {
                    List<Picture> found = resumed.decode(frames.get(i));
                    assertThat(found).hasSameSizeAs(expected.get(i));
                    for (int t = 0; t < found.size(); t++) {
                        assertThat(found.get(t).rgb())
                                .as("picture %d of token frame %d after a start at %d", t, i, from)
                                .isEqualTo(expected.get(i).get(t).rgb());
                    }
                }
            }
        }
    }

    private static List<TokenFrame> tokens() throws IOException {
        Configuration options = new Configuration();
        options.set(TokenizeOptions.FRAME_SIZE, SIZE.toString());
        options.setString("inference.device", "cpu");
        TokenizeSettings settings = TokenizeSettings.of(options);
        List<TokenFrame> frames = new ArrayList<>();
        try (VideoTokenizer tokenizer = new OnnxTokenizerLoader(settings).open()) {
            new OfflineTokenizer(tokenizer, settings).tokenize(source(), "camera", frames::add);
        }
        return frames;
    }

    private static PictureSource source() {
        SimulatedCamera camera = new SimulatedCamera(1, SIZE.width(), SIZE.height());
        int[] next = {0};
        return new PictureSource() {
            @Override
            public Optional<TimedPicture> next() {
                int frame = next[0]++;
                return frame == 161
                        ? Optional.empty()
                        : Optional.of(new TimedPicture(camera.picture(frame), frame * 40_000L));
            }

            @Override
            public void close() {}
        };
    }
}
