package io.nolook.tool.export;

import io.nolook.media.FileNames;
import io.nolook.schema.TokenFrame;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** NumPy archives, some for each camera: {@code CAMERA-00000.npz} and so on. */
final class NpzSink implements ExportSink {
    /** Times of entries: no file says when it was written. */
    private static final long ZIP_EPOCH_MILLIS = 315_619_200_000L;

    private final Path folder;
    private final TokenForm form;
    private final int rows;
    private final Map<String, List<TokenFrame>> pending = new LinkedHashMap<>();
    private final Map<String, Integer> next = new LinkedHashMap<>();
    private final List<Path> files = new ArrayList<>();

    /**
     * @param rows most token frames of a file
     */
    NpzSink(Path folder, TokenForm form, int rows) {
        this.folder = folder;
        this.form = form;
        this.rows = rows;
    }

    @Override
    public void add(List<TokenFrame> frames) throws IOException {
        String camera = frames.get(0).getCamera();
        List<TokenFrame> mine = pending.computeIfAbsent(camera, name -> new ArrayList<>());
        boolean other = !mine.isEmpty() && !TokenColumns.kind(mine.get(0)).equals(TokenColumns.kind(frames.get(0)));
        if (other || mine.size() + frames.size() > rows) {
            flush(camera, mine);
        }
        mine.addAll(frames);
    }

    private void flush(String camera, List<TokenFrame> frames) throws IOException {
        if (frames.isEmpty()) {
            return;
        }
        Path file = folder.resolve(String.format(
                Locale.ROOT, "%s-%05d.npz", FileNames.of(camera), next.merge(camera, 1, Integer::sum) - 1));
        try (OutputStream out = Files.newOutputStream(file);
                ZipOutputStream zip = new ZipOutputStream(out)) {
            zip.setLevel(Deflater.BEST_SPEED);
            Map<String, Npy> arrays = TokenColumns.arrays(frames, form);
            TokenFrame first = frames.get(0);
            arrays.put("camera", text(first.getCamera()));
            arrays.put("tokenizer_id", text(first.getTokenizerId()));
            arrays.put("bits", Npy.ofLongs(new long[] {first.getBits()}));
            arrays.put("vocabulary", Npy.ofLongs(new long[] {form.size(first.getBits())}));
            for (Map.Entry<String, Npy> array : arrays.entrySet()) {
                ZipEntry entry = new ZipEntry(array.getKey() + ".npy");
                entry.setTime(ZIP_EPOCH_MILLIS);
                zip.putNextEntry(entry);
                array.getValue().write(zip);
                zip.closeEntry();
            }
        }
        files.add(file);
        frames.clear();
    }

    /** A text as the array of its UTF-8 bytes: no pickles. */
    private static Npy text(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return new Npy("|u1", new int[] {bytes.length}, ByteBuffer.wrap(bytes));
    }

    @Override
    public List<Path> files() {
        return List.copyOf(files);
    }

    @Override
    public void close() throws IOException {
        for (Map.Entry<String, List<TokenFrame>> camera : pending.entrySet()) {
            flush(camera.getKey(), camera.getValue());
        }
    }
}
