package io.nolook.media;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Images and videos, told apart by the ending of their names; what of a folder is read, and what is left alone.
 *
 * <p>Of a folder only the files themselves are read, in name order, none of its folders. Hidden files are never read and
 * never spoken of.
 */
public enum MediaKind {
    /** What gives one picture a file. */
    IMAGE("image", List.of(".jpg", ".jpeg", ".png", ".webp", ".bmp", ".avif", ".gif", ".tif", ".tiff")),
    /** What FFmpeg reads as a video. */
    VIDEO(
            "video",
            List.of(
                    ".mp4", ".m4v", ".mov", ".3gp", ".mkv", ".webm", ".avi", ".ts", ".mts", ".m2ts", ".mpg", ".mpeg",
                    ".vob", ".flv", ".wmv", ".asf", ".mxf", ".ogv", ".y4m", ".h264", ".h265", ".hevc", ".mjpg",
                    ".mjpeg"));

    private static final int MOST_NAMES = 20;

    private final String word;
    private final List<String> endings;

    MediaKind(String word, List<String> endings) {
        this.word = word;
        this.endings = endings;
    }

    /** Whether a file is one by its name, and not hidden. */
    public boolean names(Path file) {
        String name = name(file).toLowerCase(Locale.ROOT);
        return !name.startsWith(".") && endings.stream().anyMatch(name::endsWith);
    }

    /**
     * The files of a folder that are of this kind, in name order.
     *
     * @throws IOException when there is none
     */
    public List<Path> in(Path folder) throws IOException {
        List<Path> found = shown(folder, true);
        if (found.isEmpty()) {
            throw new IOException("found no " + word + " in " + folder + ", expected files ending in "
                    + String.join(", ", endings) + "; convert other formats");
        }
        return found;
    }

    /** What else a folder holds, in one line for people; empty when there is nothing else. */
    public Optional<String> leftAlone(Path folder) throws IOException {
        List<Path> others = shown(folder, false);
        if (others.isEmpty()) {
            return Optional.empty();
        }
        int more = others.size() - MOST_NAMES;
        String names = others.stream()
                .limit(MOST_NAMES)
                .map(path -> name(path) + (Files.isDirectory(path) ? "/" : ""))
                .collect(Collectors.joining(", "));
        return Optional.of(
                folder + ": left alone what is no " + word + ": " + names + (more > 0 ? " and " + more + " more" : ""));
    }

    private List<Path> shown(Path folder, boolean ours) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.filter(path -> !name(path).startsWith("."))
                    .filter(path -> ours == (names(path) && Files.isRegularFile(path)))
                    .sorted(Comparator.comparing(MediaKind::name))
                    .toList();
        }
    }

    private static String name(Path path) {
        Path name = path.getFileName();
        return name == null ? "" : name.toString();
    }
}
