package io.nolook.tool.export;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.nolook.media.FileNames;
import io.nolook.schema.TokenFrame;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * Tar shards as WebDataset reads them: a sample is a stretch of a clip, {@code KEY.tokens.npy} and {@code KEY.json}.
 *
 * <p>Files are {@code shard-00000.tar} and so on. Written by Commons Compress.
 */
final class TarSink implements ExportSink {
    private final Path folder;
    private final TokenForm form;
    private final int rows;
    private final ObjectMapper json = new ObjectMapper();
    private final List<Path> files = new ArrayList<>();
    private @Nullable TarArchiveOutputStream shard;
    private int inShard = Integer.MAX_VALUE;

    /**
     * @param rows token frames from which a shard is full
     */
    TarSink(Path folder, TokenForm form, int rows) {
        this.folder = folder;
        this.form = form;
        this.rows = rows;
    }

    @Override
    public void add(List<TokenFrame> frames) throws IOException {
        if (inShard >= rows) {
            close();
            Path file = folder.resolve(String.format(Locale.ROOT, "shard-%05d.tar", files.size()));
            shard = new TarArchiveOutputStream(
                    new BufferedOutputStream(Files.newOutputStream(file)), StandardCharsets.UTF_8.name());
            shard.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX); // of long camera ids
            files.add(file);
            inShard = 0;
        }
        inShard += frames.size();
        TokenFrame first = frames.get(0);
        // WebDataset parts a key from its extension at the first dot: FileNames leaves none
        String key = String.format(
                Locale.ROOT,
                "%s-%d-%d-%d",
                FileNames.of(first.getCamera()),
                first.getEpoch(),
                first.getClip(),
                first.getPosition());
        ByteArrayOutputStream tokens = new ByteArrayOutputStream();
        TokenColumns.arrays(frames, form).get("tokens").write(tokens);
        entry(key + ".tokens.npy", tokens.toByteArray());
        entry(key + ".json", json.writeValueAsBytes(described(frames)));
    }

    private Map<String, Object> described(List<TokenFrame> frames) {
        TokenFrame first = frames.get(0);
        Map<String, Object> described = new LinkedHashMap<>();
        described.put("camera", first.getCamera());
        described.put("tokenizer_id", first.getTokenizerId());
        described.put("encoder_hash", first.getEncoderHash());
        described.put("bits", first.getBits());
        described.put("vocabulary", form.size(first.getBits()));
        TokenColumns.NUMBERS.forEach((name, value) ->
                described.put(name, frames.stream().mapToLong(value).toArray()));
        return described;
    }

    private void entry(String name, byte[] content) throws IOException {
        TarArchiveEntry entry = new TarArchiveEntry(name);
        entry.setSize(content.length);
        entry.setModTime(FileTime.fromMillis(0)); // the same tokens are the same bytes
        shard.putArchiveEntry(entry);
        shard.write(content);
        shard.closeArchiveEntry();
    }

    @Override
    public List<Path> files() {
        return List.copyOf(files);
    }

    @Override
    public void close() throws IOException {
        if (shard != null) {
            shard.close();
            shard = null;
        }
    }
}
