package io.nolook.tool.eval;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Everything an evaluation found; {@code report.json} is this record.
 *
 * @param model what was evaluated
 * @param machine where
 * @param setting how
 * @param scores means over the clips
 * @param beside the second decoder's, means over the clips; null without one
 * @param bitsPerPixel all bits of all clips over all pixels
 * @param codes how the codes were used, over all clips
 * @param flicker change of the reconstruction error from frame to frame
 * @param stills means over the clips
 * @param heldPsnr of first frames held, by token frame, dB; means over the clips
 * @param encode time of encoder steps
 * @param decode time of decoder steps
 * @param longClip absent when no clip was long enough, or none was asked for
 * @param sizes other frame sizes
 * @param codecs pooled over the clips; empty without codecs
 * @param comparisons tokens beside codecs
 * @param likeness the rates at which H.264 looks as good as the tokens, at the clips' mean rate of pictures
 * @param clips each alone
 */
public record EvalReport(
        Model model,
        Machine machine,
        Setting setting,
        Scores scores,
        @Nullable Scores beside,
        Rate bitsPerPixel,
        Codes codes,
        ChunkFlicker flicker,
        Stills stills,
        List<Double> heldPsnr,
        Speed encode,
        Speed decode,
        @Nullable LongClip longClip,
        List<SizeResult> sizes,
        List<CodecPoint> codecs,
        List<Comparison> comparisons,
        List<Likeness> likeness,
        List<ClipResult> clips) {

    /**
     * The tokenizer.
     *
     * @param nominalBitsPerPixel bits a token over its pixels and frames; short clips pay a little more for their first
     */
    public record Model(
            String name,
            String tokenizerId,
            String encoderHash,
            int bits,
            int chunkFrames,
            int spatialStride,
            int receptiveField,
            double nominalBitsPerPixel) {}

    /** What computed, so that times can be compared. */
    public record Machine(String runtimeId, String processor, int processors) {}

    /**
     * How it was measured.
     *
     * @param size of the frames, WIDTHxHEIGHT
     * @param fit how sources were brought to it
     * @param limitFrames most frames of a clip
     * @param frames of all clips
     * @param ffmpeg its version, or why there are no codecs
     * @param codecCommands how the codecs were run, by codec
     */
    public record Setting(
            String size, String fit, int limitFrames, long frames, String ffmpeg, Map<String, String> codecCommands) {}

    /**
     * Use of the codes.
     *
     * @param tokens the sample
     * @param distinct codes seen
     * @param entropyPerToken plug-in estimate from the frequencies of the sample, bits; too low for small samples
     * @param bitEntropies of each bit alone, least significant first
     * @param deadBits of entropy below 0.01
     */
    public record Codes(long tokens, int distinct, double entropyPerToken, double[] bitEntropies, int deadBits) {}

    /**
     * RMS of the frame-to-frame change of the error, 0..255, at chunk borders, inside chunks, and in blocks that stand
     * still; NaN where there are none.
     */
    public record ChunkFlicker(double border, double inside, double still) {}

    /**
     * Another frame size.
     *
     * @param size WIDTHxHEIGHT; sources that are smaller were enlarged
     * @param msSsimScales scales of MS-SSIM; 0 where the coarsest would be smaller than its window, and it is left out
     * @param frames of all clips
     */
    public record SizeResult(String size, int msSsimScales, long frames, Scores scores, Rate bitsPerPixel) {}

    /** Whether every check that can fail has passed. */
    public boolean passed() {
        return longClip == null || longClip.passed();
    }
}
