package io.nolook.replay;

import io.nolook.frame.Picture;
import io.nolook.frame.PictureSink;
import io.nolook.media.Outputs;
import io.nolook.media.PictureFiles;
import io.nolook.model.VideoDetokenizer;
import io.nolook.offline.TokenFile;
import io.nolook.report.ContactSheet;
import io.nolook.schema.TokenFrame;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.avro.file.DataFileWriter;

/** The files of a replay: token frames go to all of them as they come, decoded where pictures are asked for. */
public final class ReplayOutputs implements Replay.Each, Closeable {
    private static final int COLUMNS = 8;

    /**
     * What is asked for.
     *
     * @param outs files that end in .avro, .mp4 or .png, or folders
     * @param fromMicros pictures before it are left out
     * @param toMicros pictures after it are left out
     * @param framesPerSecond of videos
     * @param sheetEvery one picture in so many is kept for a contact sheet
     */
    public record Wanted(List<Path> outs, long fromMicros, long toMicros, double framesPerSecond, long sheetEvery) {

        /** Whether anything of it takes pictures. */
        public boolean decodes() {
            return outs.stream().anyMatch(out -> !isTokens(out));
        }
    }

    /**
     * What came of it.
     *
     * @param pictures how many
     * @param firstMillis when the first one was there, milliseconds since 1970; 0 without one
     * @param files where all of it is
     */
    public record Shown(long pictures, long firstMillis, List<Path> files) {}

    private final Wanted wanted;
    private final Function<TokenFrame, VideoDetokenizer> decoders;
    private final List<DataFileWriter<TokenFrame>> tokenFiles = new ArrayList<>();
    private final Map<Path, PictureFiles> sinks = new LinkedHashMap<>();
    private final List<Path> sheets = new ArrayList<>();
    private final List<Picture> kept = new ArrayList<>();

    private Optional<ReplayDecoder> decoder = Optional.empty();
    private long pictures;
    private long firstPictureMillis;

    /**
     * @param decoders the decoder of a token frame; what it gives stays the caller's
     */
    public ReplayOutputs(Wanted wanted, Function<TokenFrame, VideoDetokenizer> decoders) {
        this.wanted = wanted;
        this.decoders = decoders;
    }

    /** Opens the files at the first token frame, when its decoder is there: a refused replay leaves none. */
    private void begin(TokenFrame first) throws IOException {
        if (wanted.decodes()) {
            decoders.apply(first);
            decoder = Optional.of(new ReplayDecoder(decoders, wanted.fromMicros(), wanted.toMicros(), this::show));
        }
        for (Path out : wanted.outs()) {
            if (isTokens(out)) {
                tokenFiles.add(TokenFile.create(out));
            } else if (out.toString().endsWith(".png")) {
                sheets.add(out);
            } else {
                sinks.put(out, Outputs.open(out, wanted.framesPerSecond()));
            }
        }
    }

    @Override
    public void frame(TokenFrame frame) throws IOException {
        if (tokenFiles.isEmpty() && sinks.isEmpty() && sheets.isEmpty()) {
            begin(frame);
        }
        for (DataFileWriter<TokenFrame> file : tokenFiles) {
            file.append(frame);
        }
        if (decoder.isPresent()) {
            decoder.get().frame(frame);
        }
    }

    private void show(Picture picture) throws IOException {
        firstPictureMillis = firstPictureMillis > 0 ? firstPictureMillis : System.currentTimeMillis();
        for (PictureSink sink : sinks.values()) {
            sink.write(picture);
        }
        if (!sheets.isEmpty() && pictures % wanted.sheetEvery() == 0) {
            kept.add(picture);
        }
        pictures++;
    }

    /** Writes the contact sheets; what pictures there were. */
    public Shown finish(String title) throws IOException {
        if (!kept.isEmpty()) {
            for (Path sheet : sheets) {
                ContactSheet.write(List.of(new ContactSheet.Row(title, kept, List.of())), COLUMNS, sheet);
            }
        }
        List<Path> files = wanted.outs().stream()
                .flatMap(out -> sinks.containsKey(out) ? sinks.get(out).files().stream() : Stream.of(out))
                .toList();
        return new Shown(pictures, firstPictureMillis, files);
    }

    @Override
    public void close() throws IOException {
        for (DataFileWriter<TokenFrame> file : tokenFiles) {
            file.close();
        }
        for (PictureSink sink : sinks.values()) {
            sink.close();
        }
    }

    private static boolean isTokens(Path out) {
        return out.toString().endsWith(".avro");
    }
}
