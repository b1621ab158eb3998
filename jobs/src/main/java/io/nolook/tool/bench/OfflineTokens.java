package io.nolook.tool.bench;

import io.nolook.failure.IntakeException;
import io.nolook.flink.tokenize.OnnxTokenizerLoader;
import io.nolook.flink.tokenize.TokenizeSettings;
import io.nolook.frame.FrameDecoder;
import io.nolook.frame.FrameFitter;
import io.nolook.frame.Picture;
import io.nolook.frame.PictureSource;
import io.nolook.frame.TimedPicture;
import io.nolook.model.VideoTokenizer;
import io.nolook.offline.OfflineTokenizer;
import io.nolook.record.TokenFrames;
import io.nolook.schema.TokenFrame;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What the tokens of {@link BenchPictures} must be, made without Kafka and Flink, camera by camera. */
public final class OfflineTokens {
    private final List<List<TokenFrame>> phases;

    private OfflineTokens(List<List<TokenFrame>> phases) {
        this.phases = phases;
    }

    /**
     * What came of a comparison.
     *
     * @param tokenFrames compared
     * @param equal token frames of the same frames with the same tokens
     * @param tokens compared
     * @param equalTokens of them
     */
    public record Comparison(long tokenFrames, long equal, long tokens, long equalTokens) {

        public boolean same() {
            return tokenFrames > 0 && equal == tokenFrames;
        }

        /** Tokens that are equal, 0 to 1. */
        public double share() {
            return (double) equalTokens / tokens;
        }
    }

    /** Makes them. */
    public static OfflineTokens of(TokenizeSettings settings, BenchPictures pictures, long frames) throws IOException {
        List<Picture> fitted = fitted(settings, pictures);
        List<List<TokenFrame>> phases = new ArrayList<>();
        try (VideoTokenizer tokenizer = new OnnxTokenizerLoader(settings).open()) {
            for (int camera = 0; camera < BenchPictures.PHASES; camera++) {
                List<TokenFrame> tokens = new ArrayList<>();
                new OfflineTokenizer(tokenizer, settings)
                        .tokenize(shown(fitted, pictures, camera, frames), "offline", tokens::add);
                phases.add(tokens);
            }
        }
        return new OfflineTokens(phases);
    }

    /** Those that somebody else made, of cameras 0 to {@link BenchPictures#PHASES}. */
    public static OfflineTokens of(Map<String, List<TokenFrame>> made) {
        List<List<TokenFrame>> phases = new ArrayList<>();
        for (int camera = 0; camera < BenchPictures.PHASES; camera++) {
            phases.add(made.getOrDefault(BenchCameras.name(camera), List.of()));
        }
        return new OfflineTokens(phases);
    }

    /** What decoding and fitting a picture takes on one thread, once Java has compiled it. */
    public static double secondsToFit(TokenizeSettings settings, BenchPictures pictures) {
        fitted(settings, pictures);
        long began = System.nanoTime();
        int count = fitted(settings, pictures).size();
        return (System.nanoTime() - began) / 1e9 / count;
    }

    private static List<Picture> fitted(TokenizeSettings settings, BenchPictures pictures) {
        FrameDecoder decoder = new FrameDecoder(settings.frameLimits());
        FrameFitter fitter = new FrameFitter(
                settings.frameFit(),
                settings.frameSize().width(),
                settings.frameSize().height());
        List<Picture> fitted = new ArrayList<>();
        for (byte[] jpeg : pictures.jpegs()) {
            try {
                fitted.add(decoder.decode(ByteBuffer.wrap(jpeg), fitter).picture());
            } catch (IntakeException e) {
                throw new IllegalStateException("found a picture of ours that does not decode", e);
            }
        }
        return fitted;
    }

    private static PictureSource shown(List<Picture> fitted, BenchPictures pictures, int camera, long frames) {
        long[] next = {0};
        return new PictureSource() {
            @Override
            public Optional<TimedPicture> next() {
                long sequence = next[0]++;
                return sequence == frames
                        ? Optional.empty()
                        : Optional.of(
                                new TimedPicture(fitted.get(pictures.index(camera, sequence)), sequence * 33_333L));
            }

            @Override
            public void close() {}
        };
    }

    /**
     * Compares what was read of cameras, each from its first frame on.
     *
     * @param found by camera, in order; each a beginning of what there is
     */
    public Comparison compare(Map<String, List<TokenFrame>> found) {
        long frames = 0;
        long equal = 0;
        long tokens = 0;
        long equalTokens = 0;
        for (Map.Entry<String, List<TokenFrame>> camera : found.entrySet()) {
            String number = camera.getKey().substring(camera.getKey().lastIndexOf('-') + 1);
            List<TokenFrame> expected = phases.get(Integer.parseInt(number) % BenchPictures.PHASES);
            for (int i = 0; i < camera.getValue().size(); i++) {
                frames++;
                TokenFrame mine = camera.getValue().get(i);
                int[] values = TokenFrames.tokens(mine);
                tokens += values.length;
                if (i < expected.size() && sameFrames(mine, expected.get(i))) {
                    int[] others = TokenFrames.tokens(expected.get(i));
                    equal += Arrays.equals(values, others) ? 1 : 0;
                    equalTokens += equal(values, others);
                }
            }
        }
        return new Comparison(frames, equal, tokens, equalTokens);
    }

    private static boolean sameFrames(TokenFrame one, TokenFrame other) {
        return one.getFirstSequence() == other.getFirstSequence()
                && one.getLastSequence() == other.getLastSequence()
                && one.getPosition() == other.getPosition();
    }

    private static long equal(int[] one, int[] other) {
        long equal = 0;
        for (int i = 0; i < Math.min(one.length, other.length); i++) {
            equal += one[i] == other[i] ? 1 : 0;
        }
        return equal;
    }
}
