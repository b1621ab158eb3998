package io.nolook.tool.eval;

import io.nolook.frame.Picture;
import io.nolook.report.ContactSheet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Pictures of clips side by side, one PNG a clip: original, tokens, codecs at the nearest rate. */
public final class ClipPictures {
    private static final int COLUMNS = 6;

    private final Path folder;
    private final Map<String, Path> written = new LinkedHashMap<>();

    /**
     * Frames of one kind.
     *
     * @param title ASCII
     */
    record Line(String title, List<Picture> frames) {}

    /**
     * @param folder made when the first picture is written
     */
    public ClipPictures(Path folder) {
        this.folder = folder;
    }

    void write(String clip, List<Line> lines) throws IOException {
        Files.createDirectories(folder);
        List<ContactSheet.Row> rows = new ArrayList<>();
        for (Line line : lines) {
            rows.add(new ContactSheet.Row(line.title(), line.frames(), List.of()));
        }
        String name = clip.replaceAll("[^A-Za-z0-9._-]", "_");
        Path path = folder.resolve(name + ".png");
        for (int n = 2; written.containsValue(path); n++) {
            path = folder.resolve(name + "-" + n + ".png");
        }
        ContactSheet.write(rows, COLUMNS, path);
        written.put(clip, path);
    }

    /** Files by clip. */
    public Map<String, Path> written() {
        return Collections.unmodifiableMap(written);
    }
}
