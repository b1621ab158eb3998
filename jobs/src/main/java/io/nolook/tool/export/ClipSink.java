package io.nolook.tool.export;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.nolook.schema.TokenFrame;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Joins runs to clips, for layouts that know clips and nothing else: one kind of tokens in a folder.
 *
 * <p>Beside the layout's own files it writes {@code clips.jsonl}, a line a clip in the order in which they stand there, and
 * {@code metadata.json}, once closed. A clip of more than {@code rows} token frames, or with a hole, counts as several.
 */
abstract class ClipSink implements ExportSink {
    private static final double MICROS_A_SECOND = 1e6;

    private final Path folder;
    private final TokenForm form;
    private final int rows;
    private final ObjectMapper json = new ObjectMapper();
    private final Map<String, List<TokenFrame>> open = new LinkedHashMap<>();
    private final List<Path> files = new ArrayList<>();
    private final List<OutputStream> streams = new ArrayList<>();
    private @Nullable OutputStream clips;
    private @Nullable TokenFrame any;
    private long written;
    private long steps;
    private long micros;

    /**
     * @param rows most token frames of a clip
     */
    ClipSink(Path folder, TokenForm form, int rows) {
        this.folder = folder;
        this.form = form;
        this.rows = rows;
    }

    /** Takes a clip, or a stretch of one: token frames of one camera, none missing. */
    abstract void clip(List<TokenFrame> frames) throws IOException;

    /** Writes what can be written once all clips are. */
    abstract void end() throws IOException;

    /** What metadata.json says beside what it always does. */
    abstract Map<String, Object> described(TokenFrame frame);

    @Override
    public final void add(List<TokenFrame> frames) throws IOException {
        TokenFrame first = frames.get(0);
        if (any == null) {
            accept(first);
            any = first;
            clips = open("clips.jsonl");
        } else if (!TokenColumns.kind(any).equals(TokenColumns.kind(first))) {
            throw new IllegalArgumentException("found tokens of kind " + TokenColumns.kind(first) + " after "
                    + TokenColumns.kind(any) + ", expected one kind in such a folder: choose with --camera, --from and"
                    + " --to, and export once for each");
        }
        List<TokenFrame> clip = open.computeIfAbsent(first.getCamera(), name -> new ArrayList<>());
        if (!clip.isEmpty() && (clip.size() + frames.size() > rows || !follows(clip.get(clip.size() - 1), first))) {
            flush(clip);
        }
        clip.addAll(frames);
    }

    /**
     * Refuses what the layout cannot hold, before anything is written.
     *
     * @throws IllegalArgumentException saying what was found and expected
     */
    void accept(TokenFrame frame) {}

    private static boolean follows(TokenFrame before, TokenFrame next) {
        return next.getEpoch() == before.getEpoch()
                && next.getClip() == before.getClip()
                && next.getPosition() == before.getPosition() + 1;
    }

    private void flush(List<TokenFrame> clip) throws IOException {
        if (clip.isEmpty()) {
            return;
        }
        TokenFrame first = clip.get(0);
        TokenFrame last = clip.get(clip.size() - 1);
        clip(clip);
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("camera", first.getCamera());
        line.put("epoch", first.getEpoch());
        line.put("clip", first.getClip());
        line.put("position", first.getPosition());
        line.put("token_frames", clip.size());
        line.put("first_captured_at_micros", first.getFirstCapturedAtMicros());
        line.put("last_captured_at_micros", last.getLastCapturedAtMicros());
        clips.write((json.writeValueAsString(line) + "\n").getBytes(StandardCharsets.UTF_8));
        written += clip.size();
        steps += clip.size() - 1;
        micros += last.getLastCapturedAtMicros() - first.getLastCapturedAtMicros();
        clip.clear();
    }

    /** A file of the folder that is closed with this. */
    final OutputStream open(String name) throws IOException {
        Path file = folder.resolve(name);
        OutputStream stream = new BufferedOutputStream(Files.newOutputStream(file));
        streams.add(stream);
        files.add(file);
        return stream;
    }

    /** Token frames written so far. */
    final long written() {
        return written;
    }

    /** Token frames a second of a camera, on average; 0 when there is no clip of two. */
    final double rate() {
        return micros == 0 ? 0 : Math.round(steps * MICROS_A_SECOND / micros * 1000) / 1000.0;
    }

    @Override
    public final List<Path> files() {
        return List.copyOf(files);
    }

    @Override
    public final void close() throws IOException {
        if (any == null) {
            return;
        }
        for (List<TokenFrame> clip : open.values()) {
            flush(clip);
        }
        end();
        Map<String, Object> metadata = described(any);
        metadata.put("vocab_size", form.size(any.getBits()));
        metadata.put("hz", rate());
        metadata.put("tokenizer_id", any.getTokenizerId());
        metadata.put("encoder_hash", any.getEncoderHash());
        metadata.put("phase_period", any.getPhasePeriod());
        open("metadata.json").write(json.writeValueAsBytes(metadata));
        for (OutputStream stream : streams) {
            stream.close();
        }
        any = null;
    }
}
