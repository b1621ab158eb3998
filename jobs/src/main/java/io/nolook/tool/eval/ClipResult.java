package io.nolook.tool.eval;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What was found for one clip.
 *
 * @param clip name
 * @param sourceSize before preparation, WIDTHxHEIGHT
 * @param framesPerSecond of the file
 * @param frames measured
 * @param tokens how many
 * @param scores of the tokens
 * @param beside the second decoder's; null without one
 * @param bitsPerPixel of the tokens
 * @param flickerBorder change of the error onto the first frame of a chunk, RMS of 0..255; NaN without one
 * @param flickerInside the same inside chunks
 * @param stills frames tokenized alone
 * @param heldPsnr of the first frame held, by token frame, dB
 * @param codecs the codecs' points, empty without them
 * @param likeness the rates at which H.264 looks as good, empty without codecs
 */
public record ClipResult(
        String clip,
        String sourceSize,
        double framesPerSecond,
        int frames,
        long tokens,
        Scores scores,
        @Nullable Scores beside,
        Rate bitsPerPixel,
        double flickerBorder,
        double flickerInside,
        Stills stills,
        List<Double> heldPsnr,
        List<CodecPoint> codecs,
        List<Likeness> likeness) {

    double seconds() {
        return frames / framesPerSecond;
    }
}
