package io.nolook.tool.actions;

import io.nolook.media.MediaKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Clips in folders that are named for what they show.
 *
 * @param clips in order of label and name, at least one
 */
public record LabelledClips(List<Clip> clips) {
    /** A clip, and what it shows. */
    public record Clip(Path path, String label) {}

    /**
     * Finds DIR/label/*.mp4.
     *
     * @throws IOException when there is none
     */
    public static LabelledClips in(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            throw new IOException("found no folder at " + folder + ", expected one with a folder for each label");
        }
        List<Clip> clips = new ArrayList<>();
        for (Path label : sorted(folder)) {
            if (Files.isDirectory(label)) {
                for (Path file : sorted(label)) {
                    if (MediaKind.VIDEO.names(file)) {
                        clips.add(new Clip(file, label.getFileName().toString()));
                    }
                }
            }
        }
        if (clips.isEmpty()) {
            throw new IOException("found no clip in " + folder + ", expected LABEL/*.mp4 in it");
        }
        return new LabelledClips(clips);
    }

    /** Labels in order. */
    public List<String> labels() {
        return clips.stream().map(Clip::label).distinct().toList();
    }

    private static List<Path> sorted(Path folder) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.sorted().toList();
        }
    }
}
