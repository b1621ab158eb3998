package io.nolook.tool.generation;

import io.nolook.archive.PayloadCodec;
import io.nolook.archive.TokenGrid;
import io.nolook.record.TokenFrames;
import io.nolook.schema.TokenFrame;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What the tokens of clips take, by a predictor and by what is simpler; clip after clip.
 *
 * <p>The unigram knows how frequent each token is in these very clips, which nobody does beforehand. The others know
 * nothing of a clip before they see it. What is counted is counted as it comes, from half of one on (Krichevsky and
 * Trofimov, 1981).
 */
final class TokenBits {
    private static final double BIT = Math.log(2);

    private final Map<Integer, Long> counts = new HashMap<>();
    private final List<List<int[]>> clips = new ArrayList<>();
    private final long[][][] follows; // factor, its value before, its value
    private final int factorBits;
    private final int factors;
    private double predicted;
    private double coded;
    private double archived;
    private double mixed;
    private double deflated;
    private double followed;
    private long tokens;

    /**
     * @param factors of a token, all of as many bits
     */
    TokenBits(int factors, int factorBits) {
        this.factors = factors;
        this.factorBits = factorBits;
        follows = new long[factors][(1 << factorBits) + 1][1 << factorBits];
    }

    /**
     * One more clip.
     *
     * @param frames its token frames, the first one a keyframe
     * @param bits that the predictor finds in each
     * @return bits a token: the predictor's, and the context coder's
     */
    double[] add(List<TokenFrame> frames, List<float[]> bits) {
        List<int[]> grids = frames.stream().map(TokenFrames::tokens).toList();
        TokenFrame first = frames.get(0);
        double ours = 0;
        for (float[] frame : bits) {
            for (float each : frame) {
                ours += each;
            }
        }
        double theirs = bits(PayloadCodec.CONTEXT, first, grids);
        predicted += ours;
        coded += theirs;
        double better = Math.min(ours, theirs);
        mixed += better + 1 - Math.log1p(Math.pow(2, better - Math.max(ours, theirs))) / BIT;
        deflated += bits(PayloadCodec.DEFLATE, first, grids);
        archived += bits(PayloadCodec.PRETRAINED, first, grids);
        int[] before = null;
        for (int[] frame : grids) {
            for (int i = 0; i < frame.length; i++) {
                counts.merge(frame[i], 1L, Long::sum);
                followed += follow(before == null ? -1 : before[i], frame[i]);
            }
            before = frame;
        }
        long count = (long) grids.size() * grids.get(0).length;
        tokens += count;
        clips.add(grids);
        return new double[] {ours / count, theirs / count};
    }

    private static double bits(PayloadCodec codec, TokenFrame first, List<int[]> grids) {
        TokenGrid grid = new TokenGrid(first.getHeight(), first.getWidth(), first.getBits());
        return 8.0
                * codec.suited(first.getTokenizerId(), grid, first.getPhasePeriod())
                        .encode(grid, first.getPhasePeriod(), grids)
                        .length;
    }

    /** Of each factor by what it was before at its place. */
    private double follow(int before, int token) {
        double bits = 0;
        int mask = (1 << factorBits) - 1;
        for (int factor = 0; factor < factors; factor++) {
            int shift = factor * factorBits;
            long[] seen = follows[factor][before < 0 ? 1 << factorBits : before >> shift & mask];
            int value = token >> shift & mask;
            long all = 0;
            for (long each : seen) {
                all += each;
            }
            bits -= Math.log((seen[value] + 0.5) / (all + 0.5 * seen.length)) / BIT;
            seen[value]++;
        }
        return bits;
    }

    private double unigram() {
        double bits = 0;
        for (long count : counts.values()) {
            bits -= count * Math.log((double) count / tokens) / BIT;
        }
        return bits;
    }

    /** The token that was there before, or else one as frequent as it is. */
    private double copied() {
        double bits = 0;
        double same = 0.5;
        double other = 0.5;
        for (List<int[]> clip : clips) {
            int[] before = null;
            for (int[] frame : clip) {
                for (int i = 0; i < frame.length; i++) {
                    double frequency = (double) counts.get(frame[i]) / tokens;
                    if (before == null) {
                        bits -= Math.log(frequency) / BIT;
                        continue;
                    }
                    double chance = same / (same + other);
                    boolean copy = frame[i] == before[i];
                    double found = (copy ? chance : 0) + (1 - chance) * frequency;
                    bits -= Math.log(found) / BIT;
                    same += copy ? 1 : 0;
                    other += copy ? 0 : 1;
                }
                before = frame;
            }
        }
        return bits;
    }

    long tokens() {
        return tokens;
    }

    /** Bits a token of all clips, by name. */
    Map<String, Double> all() {
        Map<String, Double> found = new LinkedHashMap<>();
        found.put("raw", (double) factors * factorBits);
        found.put("deflate", deflated / tokens);
        found.put("unigram", unigram() / tokens);
        found.put("copy-last", copied() / tokens);
        found.put("bigram", followed / tokens);
        found.put("context coder", coded / tokens);
        found.put("context coder with the archive's tables", archived / tokens);
        found.put("predictor", predicted / tokens);
        found.put("predictor or coder, clip by clip", mixed / tokens);
        return found;
    }
}
