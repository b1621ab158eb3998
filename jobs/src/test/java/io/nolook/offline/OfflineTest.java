package io.nolook.offline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nolook.camera.simulator.SimulatedCamera;
import io.nolook.flink.tokenize.OnnxTokenizerLoader;
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
import io.nolook.record.TokenFrames;
import io.nolook.schema.TokenFrame;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The shipped model on recordings of every length, from pictures to tokens and back. */
class OfflineTest {
    private static final SimulatedCamera CAMERA = new SimulatedCamera(1, 128, 128);
    private static TokenizeSettings settings;
    private static VideoTokenizer tokenizer;
    private static VideoDetokenizer detokenizer;

    @BeforeAll
    static void openModels() {
        settings = TokenizeSettings.of(Configuration.fromMap(Map.of("inference.device", "cpu")));
        tokenizer = new OnnxTokenizerLoader(settings).open();
        detokenizer = VideoDetokenizer.admit(
                OnnxVideoDetokenizer.open(ModelFiles.read("builtin:nolook-small", "decoder"), SessionSettings.cpu(2)),
                new FrameSize(128, 128));
    }

    @AfterAll
    static void closeModels() {
        tokenizer.close();
        detokenizer.close();
    }

    @Test
    void seventeenFramesGiveFiveTokenFrames() throws IOException {
        List<TokenFrame> tokens = tokenize(17);
        assertThat(tokens).hasSize(5).allSatisfy(frame -> {
            assertThat(frame.getHeight()).isEqualTo(16);
            assertThat(frame.getWidth()).isEqualTo(16);
            assertThat(frame.getBits()).isEqualTo(18);
            assertThat(frame.getTokens().remaining()).isEqualTo(576);
        });
        assertThat(tokens.stream().map(TokenFrame::getLastSequence).toList()).containsExactly(0L, 4L, 8L, 12L, 16L);
    }

    @Test
    void aStillIsTheFirstTokenFrameOfAVideoThatStartsWithIt() throws IOException {
        List<TokenFrame> still = tokenize(1);
        assertThat(still).hasSize(1);
        assertThat(still.get(0).getTokens()).isEqualTo(tokenize(9).get(0).getTokens());
    }

    @Test
    void oneToTwentyFramesComeBackAsMany() throws IOException {
        for (int frames = 1; frames <= 20; frames++) {
            List<Picture> decoded = new ArrayList<>();
            OfflineDetokenizer decoder = new OfflineDetokenizer(detokenizer);
            for (TokenFrame frame : tokenize(frames)) {
                decoded.addAll(decoder.decode(frame));
            }
            assertThat(decoded).as("%d frames", frames).hasSize(frames);
        }
    }

    @Test
    void reconstructionIsNearTheInput() throws IOException {
        OfflineDetokenizer decoder = new OfflineDetokenizer(detokenizer);
        double squared = 0;
        long values = 0;
        int at = 0;
        for (TokenFrame frame : tokenize(33)) {
            for (Picture picture : decoder.decode(frame)) {
                byte[] original = CAMERA.picture(at++).rgb();
                for (int i = 0; i < original.length; i++) {
                    int difference = (original[i] & 0xff) - (picture.rgb()[i] & 0xff);
                    squared += difference * difference;
                }
                values += original.length;
            }
        }
        assertThat(10 * Math.log10(255.0 * 255.0 * values / squared))
                .as("PSNR in dB")
                .isGreaterThan(17);
    }

    @Test
    void decodingFromTheMiddleOrWithAnotherTokenizerIsRefused() throws IOException {
        List<TokenFrame> tokens = tokenize(13);
        OfflineDetokenizer decoder = new OfflineDetokenizer(detokenizer);
        assertThatThrownBy(() -> decoder.decode(tokens.get(2))).hasMessageContaining("expected to begin at a keyframe");
        TokenFrame other =
                TokenFrame.newBuilder(tokens.get(0)).setTokenizerId("other-1").build();
        assertThatThrownBy(() -> decoder.decode(other))
                .hasMessageContaining("other-1")
                .hasMessageContaining(detokenizer.spec().tokenizerId());
    }

    @Test
    void filesKeepTokenFrames(@TempDir Path folder) throws IOException {
        List<TokenFrame> tokens = tokenize(9);
        Path file = folder.resolve("new/tokens.avro");
        try (var out = TokenFile.create(file)) {
            for (TokenFrame frame : tokens) {
                out.append(frame);
            }
        }
        List<TokenFrame> read = new ArrayList<>();
        try (var in = TokenFile.open(file)) {
            in.forEach(read::add);
        }
        assertThat(read).isEqualTo(tokens);
        assertThat(TokenFrames.tokens(read.get(0))).hasSize(256);
    }

    private static List<TokenFrame> tokenize(int frames) throws IOException {
        int[] next = {0};
        PictureSource source = new PictureSource() {
            @Override
            public Optional<TimedPicture> next() {
                int i = next[0]++;
                return i < frames ? Optional.of(new TimedPicture(CAMERA.picture(i), i * 40_000L)) : Optional.empty();
            }

            @Override
            public void close() {}
        };
        List<TokenFrame> tokens = new ArrayList<>();
        assertThat(new OfflineTokenizer(tokenizer, settings).tokenize(source, "camera", tokens::add))
                .isEqualTo(frames);
        return tokens;
    }
}
