package io.nolook.tool.export;

import io.nolook.schema.TokenFrame;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The layout of the 1X World Model Challenge, version 1.1.
 *
 * <pre>
 *   video.bin        uint32 [num_images, s, s]   tokens, clip after clip
 *   segment_ids.bin  int32 [num_images]          number of the clip, from 0, rising
 *   metadata.json    num_images, s, h, w, token_dtype, vocab_size, hz
 * </pre>
 *
 * <p>All little-endian. Source: the loader in 1x-technologies/1xgpt, data.py and train.py.
 */
final class WorldModelSink extends ClipSink {
    private final TokenForm form;
    private @Nullable OutputStream video;
    private @Nullable OutputStream segments;
    private int clips;

    /**
     * @param rows most token frames of a segment
     * @throws IllegalArgumentException when a token is more than one number, or numbers do not begin at 0
     */
    WorldModelSink(Path folder, TokenForm form, int rows) {
        super(folder, form, rows);
        if (form.width() != 1 || form.offset() != TokenForm.Offset.NONE) {
            throw new IllegalArgumentException("found --factors or --vocabulary with --format 1x, expected neither: its"
                    + " loader takes tokens from 0 and splits them itself");
        }
        this.form = form;
    }

    @Override
    void accept(TokenFrame frame) {
        if (frame.getHeight() != frame.getWidth()) {
            throw new IllegalArgumentException("found token frames of " + frame.getHeight() + "x" + frame.getWidth()
                    + ", expected square ones for --format 1x: tokenize at a square frame.size, or export as npz, webdataset or"
                    + " parquet");
        }
    }

    @Override
    void clip(List<TokenFrame> frames) throws IOException {
        if (video == null) {
            video = open("video.bin");
            segments = open("segment_ids.bin");
        }
        for (TokenFrame frame : frames) {
            video.write(LittleEndian.ints(form.numbers(frame)));
        }
        int[] ids = new int[frames.size()];
        Arrays.fill(ids, clips++);
        segments.write(LittleEndian.ints(ids));
    }

    @Override
    void end() {}

    @Override
    Map<String, Object> described(TokenFrame frame) {
        Map<String, Object> described = new LinkedHashMap<>();
        described.put("num_images", written());
        described.put("token_dtype", "uint32");
        described.put("s", frame.getWidth());
        described.put("h", frame.getHeight());
        described.put("w", frame.getWidth());
        return described;
    }
}
