package io.nolook.camera;

import io.nolook.media.FileNames;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HexFormat;

/** Gives every run of a camera a higher epoch than the last, whatever the clock does. */
public final class Epochs {
    private static final int MOST_HEX_DIGITS = 200;

    private final Path folder;

    /**
     * @param folder where the last epoch of each camera is kept; made if missing
     */
    public Epochs(Path folder) {
        this.folder = folder;
    }

    /** The larger of now and the last epoch + 1, kept before it is returned. */
    public long next(String camera, long nowMillis) throws IOException {
        Files.createDirectories(folder);
        String hex = HexFormat.of().formatHex(camera.getBytes(StandardCharsets.UTF_8));
        boolean fits = hex.length() <= MOST_HEX_DIGITS;
        Path file = folder.resolve((fits ? hex : "long-" + FileNames.of(camera)) + ".epoch");
        long epoch = Math.max(nowMillis, last(file) + 1);
        Path fresh = Files.createTempFile(folder, "epoch", ".new");
        Files.writeString(fresh, Long.toString(epoch));
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        return epoch;
    }

    private static long last(Path file) throws IOException {
        try {
            return Long.parseLong(Files.readString(file).strip());
        } catch (NoSuchFileException e) {
            return -1;
        } catch (NumberFormatException e) {
            throw new IOException(
                    "found no epoch in " + file + ", expected a number: delete the file to start anew", e);
        }
    }
}
