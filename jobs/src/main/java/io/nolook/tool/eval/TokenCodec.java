package io.nolook.tool.eval;

import io.nolook.flink.tokenize.TokenizeSettings;
import io.nolook.frame.FrameSize;
import io.nolook.frame.Picture;
import io.nolook.media.SteadyPictures;
import io.nolook.model.ModelSpec;
import io.nolook.model.VideoDetokenizer;
import io.nolook.model.VideoTokenizer;
import io.nolook.offline.OfflineDetokenizer;
import io.nolook.offline.OfflineTokenizer;
import io.nolook.record.TokenFrames;
import io.nolook.schema.TokenFrame;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The tokenizer under evaluation at one frame size: pictures to tokens and back.
 *
 * <p>The offline core, so every token is what the job would give; a clip is one keyframe and what follows it. Owns its
 * models; one thread at a time.
 */
public final class TokenCodec implements AutoCloseable {
    private final VideoTokenizer tokenizer;
    private final VideoDetokenizer detokenizer;
    private final Optional<VideoDetokenizer> beside;
    private final TokenizeSettings settings;

    /** Opens the models at a frame size. */
    @FunctionalInterface
    public interface Factory {
        TokenCodec open(FrameSize size);
    }

    /**
     * A clip's tokens and what they decode to.
     *
     * @param coded its token frames
     * @param pictures as many as the clip has
     * @param encodeMillis wall time of each token frame, batch of one
     * @param decodeMillis the same of the decoder
     */
    record Run(List<TokenFrame> coded, List<Picture> pictures, List<Double> encodeMillis, List<Double> decodeMillis) {

        /** Of each token frame, raster order. */
        List<int[]> tokens() {
            return coded.stream().map(TokenFrames::tokens).toList();
        }
    }

    /**
     * @param tokenizer becomes the codec's
     * @param detokenizer becomes the codec's
     * @param beside a second decoder of the same tokens, for a look beside; becomes the codec's
     * @param settings whose keyframe interval no clip reaches
     */
    public TokenCodec(
            VideoTokenizer tokenizer,
            VideoDetokenizer detokenizer,
            Optional<VideoDetokenizer> beside,
            TokenizeSettings settings) {
        this.tokenizer = tokenizer;
        this.detokenizer = detokenizer;
        this.beside = beside;
        this.settings = settings;
    }

    Run run(List<Picture> frames, double framesPerSecond) throws IOException {
        List<Double> encodeMillis = new ArrayList<>();
        List<TokenFrame> coded = tokens(tokenizer, settings, frames, framesPerSecond, encodeMillis);
        List<Double> decodeMillis = new ArrayList<>();
        List<Picture> pictures = decode(detokenizer, coded, frames.size(), decodeMillis);
        return new Run(coded, pictures, encodeMillis, decodeMillis);
    }

    /**
     * The token frames of pictures at a steady rate.
     *
     * @param millis gets the wall time of each token frame, batch of one
     */
    public static List<TokenFrame> tokens(
            VideoTokenizer tokenizer,
            TokenizeSettings settings,
            List<Picture> frames,
            double framesPerSecond,
            List<Double> millis)
            throws IOException {
        List<TokenFrame> coded = new ArrayList<>();
        long[] began = {System.nanoTime()};
        new OfflineTokenizer(tokenizer, settings)
                .tokenize(new SteadyPictures(frames, framesPerSecond), "eval", frame -> {
                    millis.add((System.nanoTime() - began[0]) / 1e6);
                    coded.add(frame);
                    began[0] = System.nanoTime();
                });
        return coded;
    }

    /** What the second decoder makes of a run, as many pictures; empty without one. */
    List<Picture> beside(Run run) throws IOException {
        return beside.isPresent()
                ? decode(beside.get(), run.coded(), run.pictures().size(), new ArrayList<>())
                : List.of();
    }

    private static List<Picture> decode(
            VideoDetokenizer detokenizer, List<TokenFrame> coded, int expected, List<Double> millis)
            throws IOException {
        OfflineDetokenizer decoder = new OfflineDetokenizer(detokenizer);
        List<Picture> pictures = new ArrayList<>();
        for (TokenFrame frame : coded) {
            long start = System.nanoTime();
            pictures.addAll(decoder.decode(frame));
            millis.add((System.nanoTime() - start) / 1e6);
        }
        if (pictures.size() != expected) {
            throw new IOException("found " + pictures.size() + " decoded frames, expected " + expected);
        }
        return pictures;
    }

    ModelSpec spec() {
        return tokenizer.spec();
    }

    FrameSize size() {
        return tokenizer.size();
    }

    String encoderHash() {
        return tokenizer.fileHash();
    }

    String runtimeId() {
        return tokenizer.runtimeId();
    }

    @Override
    public void close() {
        try (VideoTokenizer ours = tokenizer;
                VideoDetokenizer theirs = detokenizer;
                VideoDetokenizer second = beside.orElse(null)) {
            // all are closed, whatever the others do
        }
    }
}
