package io.nolook.tool.bench;

import com.github.luben.zstd.Zstd;
import com.sun.management.OperatingSystemMXBean;
import io.nolook.archive.PayloadCodec;
import io.nolook.archive.SegmentException;
import io.nolook.archive.TokenGrid;
import io.nolook.frame.FrameSize;
import io.nolook.model.onnx.ModelFiles;
import io.nolook.model.onnx.OnnxVideoTokenizer;
import io.nolook.model.onnx.SessionSettings;
import io.nolook.offline.TokenFile;
import io.nolook.record.TokenFrames;
import io.nolook.schema.TokenFrame;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.apache.avro.file.DataFileReader;

/**
 * How small segments of real tokens get, and what coding them costs beside making them.
 *
 * <p>A segment is a clip, coded by itself; where bit-packing is smaller it counts, for every coder. CPU time, so that a
 * busy machine does not count; the bytes come back and are compared.
 */
public final class ArchiveBench {
    private static final int ZSTD_LEVEL = 19;
    private static final int ROUNDS = 3;

    /**
     * Sizes of one source, bytes.
     *
     * @param source name of its file
     * @param tokenFrames in it
     * @param packed bit-packed
     * @param deflated bit-packed, then Deflate at its best level
     * @param zstd bit-packed, then Zstandard at level 19
     * @param context of the context model
     * @param pretrained of the same with tables
     */
    public record Source(
            String source, int tokenFrames, long packed, long deflated, long zstd, long context, long pretrained) {

        String line() {
            return String.format(
                    Locale.ROOT,
                    "%s: %d token frames, %d bytes packed; Deflate %.3f, zstd %.3f, context %.3f, pretrained %.3f of"
                            + " that",
                    source,
                    tokenFrames,
                    packed,
                    (double) deflated / packed,
                    (double) zstd / packed,
                    (double) context / packed,
                    (double) pretrained / packed);
        }
    }

    /**
     * What was measured.
     *
     * @param sources each by itself
     * @param pooled all of them
     * @param belowBest how far the pretrained model is below the best of Deflate and Zstandard, pooled, 0 to 1
     * @param encodeCpuMillis of the pretrained model, a token frame
     * @param decodeCpuMillis of the pretrained model, a token frame
     * @param tokenizerCpuMillis of the bare model, a frame
     * @param coderShare of the tokenizer's CPU time, 0 to 1
     */
    public record Result(
            List<Source> sources,
            Source pooled,
            double belowBest,
            double encodeCpuMillis,
            double decodeCpuMillis,
            double tokenizerCpuMillis,
            double coderShare)
            implements Finding {

        @Override
        public List<String> lines() {
            List<String> lines = new ArrayList<>();
            sources.forEach(source -> lines.add(source.line()));
            lines.add(pooled.line());
            lines.add(String.format(
                    Locale.ROOT,
                    "%.1f %% below the best other; CPU a token frame: coding %.3f ms, decoding %.3f ms;"
                            + " tokenizing %.2f ms a frame, of which coding is %.1f %%",
                    100 * belowBest,
                    encodeCpuMillis,
                    decodeCpuMillis,
                    tokenizerCpuMillis,
                    100 * coderShare));
            return lines;
        }
    }

    private long encodeNanos;
    private long decodeNanos;
    private long coded;

    /**
     * @param folder of token files, as {@code nolook tokenize} writes them
     * @param encoder location of the model
     */
    public Result run(Path folder, String encoder) throws IOException {
        List<Path> files;
        try (Stream<Path> found = Files.list(folder)) {
            files = found.filter(file -> file.toString().endsWith(".avro"))
                    .sorted()
                    .toList();
        }
        if (files.isEmpty()) {
            throw new IOException("found no .avro file in " + folder + ", expected those of nolook tokenize");
        }
        List<Source> sources = new ArrayList<>();
        for (int round = 0; round < ROUNDS; round++) {
            sources.clear();
            encodeNanos = 0;
            decodeNanos = 0;
            coded = 0;
            for (Path file : files) {
                sources.add(measure(file));
            }
        }
        Source pooled = new Source(
                "pooled",
                sources.stream().mapToInt(Source::tokenFrames).sum(),
                sources.stream().mapToLong(Source::packed).sum(),
                sources.stream().mapToLong(Source::deflated).sum(),
                sources.stream().mapToLong(Source::zstd).sum(),
                sources.stream().mapToLong(Source::context).sum(),
                sources.stream().mapToLong(Source::pretrained).sum());
        long best = Math.min(pooled.packed(), Math.min(pooled.deflated(), pooled.zstd()));
        byte[] model = ModelFiles.encoder(encoder, SessionSettings.cpu(1));
        double tokenizer = tokenizerCpuMillis(model);
        int chunk = ModelFiles.spec(model).chunkFrames();
        double encode = encodeNanos / 1e6 / coded;
        return new Result(
                sources,
                pooled,
                1 - (double) pooled.pretrained() / best,
                encode,
                decodeNanos / 1e6 / coded,
                tokenizer,
                encode / chunk / tokenizer);
    }

    private Source measure(Path file) throws IOException {
        long[] sizes = new long[5];
        int tokenFrames = 0;
        for (List<TokenFrame> clip : clips(file)) {
            TokenFrame first = clip.get(0);
            int period = first.getPhasePeriod();
            TokenGrid grid = new TokenGrid(first.getHeight(), first.getWidth(), first.getBits());
            List<int[]> tokens = clip.stream().map(TokenFrames::tokens).toList();
            byte[] packed = PayloadCodec.PACKED.encode(grid, period, tokens);
            sizes[0] += packed.length;
            sizes[1] += Math.min(packed.length, PayloadCodec.DEFLATE.encode(grid, period, tokens).length);
            sizes[2] += Math.min(packed.length, Zstd.compress(packed, ZSTD_LEVEL).length);
            sizes[3] += Math.min(packed.length, PayloadCodec.CONTEXT.encode(grid, period, tokens).length);
            PayloadCodec codec = PayloadCodec.PRETRAINED.suited(first.getTokenizerId(), grid, period);
            sizes[4] += Math.min(packed.length, timed(codec, grid, period, tokens));
            tokenFrames += clip.size();
        }
        String name = file.getFileName().toString().replace(".avro", "");
        return new Source(name, tokenFrames, sizes[0], sizes[1], sizes[2], sizes[3], sizes[4]);
    }

    private int timed(PayloadCodec codec, TokenGrid grid, int period, List<int[]> tokens) {
        long began = cpu();
        byte[] bytes = codec.encode(grid, period, tokens);
        long encoded = cpu();
        List<int[]> back;
        try {
            back = codec.decode(grid, period, tokens.size(), bytes);
        } catch (SegmentException e) {
            throw new IllegalStateException("found a payload that does not decode", e);
        }
        decodeNanos += cpu() - encoded;
        encodeNanos += encoded - began;
        coded += tokens.size();
        for (int i = 0; i < tokens.size(); i++) {
            if (!Arrays.equals(tokens.get(i), back.get(i))) {
                throw new IllegalStateException("found other tokens after decoding, expected the same");
            }
        }
        return bytes.length;
    }

    private static List<List<TokenFrame>> clips(Path file) throws IOException {
        List<List<TokenFrame>> clips = new ArrayList<>();
        try (DataFileReader<TokenFrame> reader = TokenFile.open(file)) {
            for (TokenFrame frame : reader) {
                if (frame.getPosition() == 0) {
                    clips.add(new ArrayList<>());
                }
                clips.get(clips.size() - 1).add(frame);
            }
        }
        return clips;
    }

    /** CPU time of the whole process for a frame, on one thread: of the smaller of two loops. */
    private static double tokenizerCpuMillis(byte[] encoder) {
        OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        double least = Double.MAX_VALUE;
        try (OnnxVideoTokenizer model = OnnxVideoTokenizer.open(encoder, SessionSettings.cpu(1))) {
            for (int round = 0; round < 2; round++) {
                long began = system.getProcessCpuTime();
                ModelBench.Loop loop = ModelBench.loop(model, new FrameSize(128, 128), 8);
                least = Math.min(least, (system.getProcessCpuTime() - began) / 1e6 / loop.frames());
            }
        }
        return least;
    }

    private static long cpu() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }
}
