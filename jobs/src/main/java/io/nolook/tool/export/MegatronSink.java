package io.nolook.tool.export;

import io.nolook.schema.TokenFrame;
import io.nolook.sequence.Vocabulary;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * Megatron's indexed dataset, a clip a sequence and a document: {@code tokens.bin} and {@code tokens.idx}.
 *
 * <pre>
 *   tokens.bin  int32 [ids]
 *   tokens.idx  "MMIDIDX" 0 0, u64 version 1, u8 type 4 (int32), u64 sequences, u64 documents + 1,
 *               int32 [sequences] lengths in ids, int64 [sequences] offsets in bytes,
 *               int64 [documents + 1] first sequence of each document, and the end
 * </pre>
 *
 * <p>All little-endian. Ids of the {@link Vocabulary} have its marks: {@code BEGIN_CLIP [GAP] KEYFRAME t t t ... FRAME t t t
 * ... END_CLIP}; other numbers stand alone. Source: Megatron-LM, megatron/core/datasets/indexed_dataset.py.
 */
final class MegatronSink extends ClipSink {
    private static final byte[] MAGIC = "MMIDIDX\0\0".getBytes(StandardCharsets.US_ASCII);
    private static final long VERSION = 1;
    private static final int INT32 = 4;

    private final TokenForm form;
    private final List<Integer> lengths = new ArrayList<>();
    private @Nullable OutputStream ids;

    /**
     * @param rows most token frames of a document
     */
    MegatronSink(Path folder, TokenForm form, int rows) {
        super(folder, form, rows);
        this.form = form;
    }

    @Override
    void clip(List<TokenFrame> frames) throws IOException {
        if (ids == null) {
            ids = open("tokens.bin");
        }
        int length = 0;
        for (TokenFrame frame : frames) {
            if (frame.getPosition() == 0) {
                length += mark(Vocabulary.BEGIN_CLIP);
                length += frame.getSkippedFrom() == null ? 0 : mark(Vocabulary.GAP);
            }
            length += mark(frame.getPosition() == 0 ? Vocabulary.KEYFRAME : Vocabulary.FRAME);
            length = Math.addExact(length, write(form.numbers(frame)));
        }
        lengths.add(length + mark(Vocabulary.END_CLIP));
    }

    /** Writes a special id, if ids are of the vocabulary; returns how many numbers that were. */
    private int mark(int special) throws IOException {
        if (form.offset() == TokenForm.Offset.NONE) {
            return 0;
        }
        int[] place = new int[form.width()];
        place[0] = special; // the second id of a place is padding, which is 0
        return write(place);
    }

    private int write(int[] numbers) throws IOException {
        ids.write(LittleEndian.ints(numbers));
        return numbers.length;
    }

    @Override
    void end() throws IOException {
        OutputStream index = open("tokens.idx");
        int count = lengths.size();
        index.write(MAGIC);
        index.write(LittleEndian.longs(VERSION));
        index.write(INT32);
        index.write(LittleEndian.longs(count, count + 1));
        index.write(
                LittleEndian.ints(lengths.stream().mapToInt(Integer::intValue).toArray()));
        long[] offsets = new long[count];
        for (int i = 1; i < count; i++) {
            offsets[i] = offsets[i - 1] + (long) lengths.get(i - 1) * Integer.BYTES;
        }
        index.write(LittleEndian.longs(offsets));
        index.write(LittleEndian.longs(LongStream.rangeClosed(0, count).toArray()));
    }

    @Override
    Map<String, Object> described(TokenFrame frame) {
        Map<String, Object> described = new LinkedHashMap<>();
        described.put("token_frames", written());
        described.put("height", frame.getHeight());
        described.put("width", frame.getWidth());
        described.put("numbers_a_token", form.width());
        return described;
    }
}
