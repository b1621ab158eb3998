package io.nolook.media;

import static org.assertj.core.api.Assertions.assertThat;

import io.nolook.flink.tokenize.OnnxTokenizerLoader;
import io.nolook.flink.tokenize.TokenizeSettings;
import io.nolook.frame.Orientation;
import io.nolook.frame.PictureSource;
import io.nolook.frame.TimedPicture;
import io.nolook.frame.ffmpeg.FfmpegOptions;
import io.nolook.frame.ffmpeg.FfmpegPictureSource;
import io.nolook.model.VideoTokenizer;
import io.nolook.offline.OfflineTokenizer;
import io.nolook.record.TokenFrames;
import io.nolook.schema.TokenFrame;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The tokens of files that tell the same scene in other ways agree with those of the plain one, bit by bit. */
class ShownInputsTest {
    private static final Path CASES = Path.of("../operators/src/test/resources/cases");
    private static final int BITS = 18;

    private static TokenizeSettings settings;
    private static VideoTokenizer tokenizer;

    @BeforeAll
    static void open() {
        Configuration options = new Configuration();
        options.setString("inference.device", "cpu");
        options.setString("batch.size", "1");
        settings = TokenizeSettings.of(options);
        tokenizer = new OnnxTokenizerLoader(settings).open();
    }

    @AfterAll
    static void close() {
        tokenizer.close();
    }

    @ParameterizedTest
    @CsvSource({"hlg.mp4, 0.95", "ct_2020_10_pq.mp4, 0.95", "sar.mp4, 0.90"})
    void colourAndShapeAreThoseOfThePlainScene(String name, double least) throws IOException {
        assertThat(agreement(tokens(pictures(name)), tokens(pictures("plain.mp4"))))
                .isGreaterThanOrEqualTo(least);
    }

    @Test
    void mirroredPicturesAreMirrored() throws IOException {
        List<TimedPicture> mirrored = pictures("plain.mp4").stream()
                .map(timed -> new TimedPicture(Orientation.turn(timed.picture(), 2), timed.atMicros()))
                .toList();
        assertThat(agreement(tokens(pictures("hflip.mp4")), tokens(mirrored))).isEqualTo(1);
    }

    /** As FFmpeg decodes them: it is neither the JDK's reader nor our parser. */
    @ParameterizedTest
    @CsvSource({"noEOI.jpg", "zeropad_between.jpg"})
    void whatBrowsersShowIsTaken(String name) throws IOException {
        String file = CASES.resolve(name).toString();
        List<TimedPicture> decoded = new ArrayList<>();
        try (FfmpegPictureSource ffmpeg = new FfmpegPictureSource(file, FfmpegOptions.DEFAULTS)) {
            decoded.add(ffmpeg.next().orElseThrow());
        }
        assertThat(agreement(tokens(pictures(name)), tokens(decoded))).isGreaterThanOrEqualTo(0.95);
    }

    /** The second take begins at a keyframe: its tokens are those of the take alone. */
    @Test
    void takesAreTokenizedAsIfAlone() throws IOException {
        List<TimedPicture> both = pictures("jump_back2h.ts");
        int cut = 1;
        while (both.get(cut).atMicros() - both.get(cut - 1).atMicros() < 10_000_000) {
            cut++;
        }
        List<TokenFrame> expected = new ArrayList<>(tokens(both.subList(0, cut)));
        expected.addAll(tokens(both.subList(cut, both.size())));
        List<TokenFrame> found = tokens(both);

        assertThat(found).hasSameSizeAs(expected);
        assertThat(agreement(found, expected)).isEqualTo(1);
    }

    private static List<TimedPicture> pictures(String name) throws IOException {
        List<TimedPicture> pictures = new ArrayList<>();
        try (PictureSource source = Inputs.open(CASES.resolve(name).toString())) {
            for (Optional<TimedPicture> next = source.next(); next.isPresent(); next = source.next()) {
                pictures.add(next.get());
            }
        }
        return pictures;
    }

    private static List<TokenFrame> tokens(List<TimedPicture> pictures) throws IOException {
        List<TokenFrame> tokens = new ArrayList<>();
        new OfflineTokenizer(tokenizer, settings).tokenize(new Listed(pictures.iterator()), "scene", tokens::add);
        return tokens;
    }

    /** Share of bits that are the same, over the token frames of both that have as many frames. */
    private static double agreement(List<TokenFrame> found, List<TokenFrame> expected) {
        long same = 0;
        long all = 0;
        for (int i = 0; i < Math.min(found.size(), expected.size()); i++) {
            if (found.get(i).getFrames() == expected.get(i).getFrames()) {
                int[] one = TokenFrames.tokens(found.get(i));
                int[] other = TokenFrames.tokens(expected.get(i));
                for (int token = 0; token < one.length; token++) {
                    same += BITS - Integer.bitCount(one[token] ^ other[token]);
                    all += BITS;
                }
            }
        }
        assertThat(all).isPositive();
        return (double) same / all;
    }

    /** Pictures that are there already. */
    private record Listed(Iterator<TimedPicture> pictures) implements PictureSource {

        @Override
        public Optional<TimedPicture> next() {
            return pictures.hasNext() ? Optional.of(pictures.next()) : Optional.empty();
        }

        @Override
        public void close() {}
    }
}
