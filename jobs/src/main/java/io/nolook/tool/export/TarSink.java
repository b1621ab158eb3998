package io.nolook.tool.export;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.nolook.schema.TokenFrame;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Tar shards as WebDataset reads them: a sample is a stretch of a clip, {@code KEY.tokens.npy} and {@code KEY.json}.
 *
 * <p>Files are {@code shard-00000.tar} and so on. Source of the layout: POSIX.1-1988, ustar.
 */
final class TarSink implements ExportSink {
    private static final int BLOCK = 512;

    private final Path folder;
    private final TokenForm form;
    private final int rows;
    private final ObjectMapper json = new ObjectMapper();
    private final List<Path> files = new ArrayList<>();
    private OutputStream shard = OutputStream.nullOutputStream();
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
            Path file = folder.resolve("shard-%05d.tar".formatted(files.size()));
            shard = Files.newOutputStream(file);
            files.add(file);
            inShard = 0;
        }
        inShard += frames.size();
        TokenFrame first = frames.get(0);
        // WebDataset parts a key from its extension at the first dot: FileNames leaves none
        String key = "%s-%d-%d-%d"
                .formatted(FileNames.of(first.getCamera()), first.getEpoch(), first.getClip(), first.getPosition());
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
        byte[] header = new byte[BLOCK];
        byte[] path = name.getBytes(StandardCharsets.US_ASCII);
        if (path.length > 255) {
            throw new IOException("found the sample name " + name + ", expected at most 255 bytes");
        }
        // names above 100 bytes would need a prefix that ends at a slash: keys have none, so they are cut by hash
        byte[] shortened = path.length <= 100 ? path : shortened(name);
        System.arraycopy(shortened, 0, header, 0, shortened.length);
        octal(header, 100, 8, 0644);
        octal(header, 108, 8, 0);
        octal(header, 116, 8, 0);
        octal(header, 124, 12, content.length);
        octal(header, 136, 12, 0);
        Arrays.fill(header, 148, 156, (byte) ' ');
        header[156] = '0';
        System.arraycopy("ustar\00000".getBytes(StandardCharsets.US_ASCII), 0, header, 257, 8);
        int sum = 0;
        for (byte b : header) {
            sum += b & 0xff;
        }
        octal(header, 148, 7, sum);
        shard.write(header);
        shard.write(content);
        shard.write(new byte[(BLOCK - content.length % BLOCK) % BLOCK]);
    }

    private static byte[] shortened(String name) {
        int dot = name.indexOf('.');
        String key = name.substring(0, dot);
        String cut = key.substring(key.length() - 60) + "-" + Integer.toHexString(key.hashCode());
        return (cut + name.substring(dot)).getBytes(StandardCharsets.US_ASCII);
    }

    private static void octal(byte[] header, int at, int width, int value) {
        byte[] digits = "%0{w}o"
                .replace("{w}", Integer.toString(width - 1))
                .formatted(value)
                .getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(digits, 0, header, at, digits.length);
        header[at + width - 1] = 0;
    }

    @Override
    public List<Path> files() {
        return List.copyOf(files);
    }

    @Override
    public void close() throws IOException {
        // again: nothing is open, and the null stream takes it
        shard.write(new byte[2 * BLOCK]);
        shard.close();
        shard = OutputStream.nullOutputStream();
    }
}
