package io.nolook.media;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * A file that is written beside its place, and moved there when it is whole.
 *
 * <p>What fails leaves nothing that looks whole, and the file of before as it was.
 */
public final class UnfinishedFile implements Closeable {
    private final Path wanted;
    private final Path path;

    /**
     * @param wanted where it is to be; its folder is made if missing
     */
    public UnfinishedFile(Path wanted) throws IOException {
        this.wanted = wanted;
        Path absolute = wanted.toAbsolutePath();
        Files.createDirectories(absolute.getParent());
        path = absolute.resolveSibling("." + ProcessHandle.current().pid() + "-" + absolute.getFileName() + ".part");
    }

    /** Where it is written. */
    public Path path() {
        return path;
    }

    /** It is whole and closed: it goes to its place. */
    public void finish() throws IOException {
        Files.move(path, wanted.toAbsolutePath(), StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }

    /** Without having been finished it goes. */
    @Override
    public void close() throws IOException {
        Files.deleteIfExists(path);
    }
}
