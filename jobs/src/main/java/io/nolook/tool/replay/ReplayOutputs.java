package io.nolook.tool.replay;

import io.nolook.frame.Picture;
import io.nolook.frame.PictureSink;
import io.nolook.media.Outputs;
import io.nolook.model.VideoDetokenizer;
import io.nolook.offline.TokenFile;
import io.nolook.report.ContactSheet;
import io.nolook.schema.TokenFrame;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
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
    public record Wanted(List<Path> outs, long fromMicros, long toMicros, double framesPerSecond, long sheetEvery) {}

    /**
     * What came of it.
     *
     * @param pictures how many
     * @param firstMillis when the first one was there, milliseconds since 1970; 0 without one
     */
    public record Shown(long pictures, long firstMillis) {}

    private final Wanted wanted;
    private final Function<TokenFrame, VideoDetokenizer> open;
    private final List<DataFileWriter<TokenFrame>> tokenFiles = new ArrayList<>();
    private final List<PictureSink> sinks = new ArrayList<>();
    private final List<Path> sheets = new ArrayList<>();
    private final List<Picture> kept = new ArrayList<>();

    private Optional<VideoDetokenizer> detokenizer = Optional.empty();
    private Optional<ReplayDecoder> decoder = Optional.empty();
    private long pictures;
    private long firstPictureMillis;

    /**
     * @param open opens the decoder of a token frame; becomes this object's
     */
    public ReplayOutputs(Wanted wanted, Function<TokenFrame, VideoDetokenizer> open) {
        this.wanted = wanted;
        this.open = open;
    }

    /** Opens the files at the first token frame, when its decoder is there: a refused replay leaves none. */
    private void begin(TokenFrame first) throws IOException {
        boolean decodes = wanted.outs().stream().anyMatch(out -> !out.toString().endsWith(".avro"));
        if (decodes) {
            detokenizer = Optional.of(open.apply(first));
            decoder = detokenizer.map(
                    opened -> new ReplayDecoder(opened, wanted.fromMicros(), wanted.toMicros(), this::show));
        }
        for (Path out : wanted.outs()) {
            if (out.toString().endsWith(".avro")) {
                tokenFiles.add(TokenFile.create(out));
            } else if (out.toString().endsWith(".png")) {
                sheets.add(out);
            } else {
                sinks.add(Outputs.open(out, wanted.framesPerSecond()));
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
        for (PictureSink sink : sinks) {
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
        return new Shown(pictures, firstPictureMillis);
    }

    @Override
    public void close() throws IOException {
        for (DataFileWriter<TokenFrame> file : tokenFiles) {
            file.close();
        }
        for (PictureSink sink : sinks) {
            sink.close();
        }
        detokenizer.ifPresent(VideoDetokenizer::close);
    }
}
