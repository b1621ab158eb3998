package io.nolook.tool.export;

import io.nolook.schema.TokenFrame;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;

/** The columns of an export, a row a token frame. */
final class TokenColumns {
    /** Numbers of each row, by column name, in this order. */
    static final Map<String, ToLongFunction<TokenFrame>> NUMBERS = numbers();

    private TokenColumns() {}

    private static Map<String, ToLongFunction<TokenFrame>> numbers() {
        Map<String, ToLongFunction<TokenFrame>> columns = new LinkedHashMap<>();
        columns.put("epoch", TokenFrame::getEpoch);
        columns.put("clip", TokenFrame::getClip);
        columns.put("position", TokenFrame::getPosition);
        columns.put("phase_period", TokenFrame::getPhasePeriod);
        columns.put("first_sequence", TokenFrame::getFirstSequence);
        columns.put("last_sequence", TokenFrame::getLastSequence);
        columns.put("frames", TokenFrame::getFrames);
        columns.put("first_captured_at_micros", TokenFrame::getFirstCapturedAtMicros);
        columns.put("last_captured_at_micros", TokenFrame::getLastCapturedAtMicros);
        return columns;
    }

    /** Arrays by name: the numbers, and {@code tokens} of shape [rows, height, width] or, factorized, [..., 2]. */
    static Map<String, Npy> arrays(List<TokenFrame> frames, TokenForm form) {
        Map<String, Npy> arrays = new LinkedHashMap<>();
        TokenFrame first = frames.get(0);
        int each = first.getHeight() * first.getWidth() * form.width();
        int[] tokens = new int[Math.multiplyExact(frames.size(), each)];
        for (int i = 0; i < frames.size(); i++) {
            System.arraycopy(form.numbers(frames.get(i)), 0, tokens, i * each, each);
        }
        int[] shape = form.width() == 1
                ? new int[] {frames.size(), first.getHeight(), first.getWidth()}
                : new int[] {frames.size(), first.getHeight(), first.getWidth(), 2};
        arrays.put("tokens", Npy.ofInts(tokens, shape));
        NUMBERS.forEach((name, value) ->
                arrays.put(name, Npy.ofLongs(frames.stream().mapToLong(value).toArray())));
        return arrays;
    }

    /** What all rows of a file share. */
    static String kind(TokenFrame frame) {
        return frame.getTokenizerId() + "|" + frame.getHeight() + "x" + frame.getWidth() + "x" + frame.getBits();
    }
}
