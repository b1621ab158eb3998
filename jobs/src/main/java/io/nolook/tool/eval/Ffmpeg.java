package io.nolook.tool.eval;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The system's {@code ffmpeg} program, for codecs that the built-in FFmpeg does not have.
 *
 * <p>Started without a shell; reads and writes files as its standard streams; ended when it takes too long.
 */
public final class Ffmpeg {
    private static final String PROGRAM = "ffmpeg";
    private static final long TIMEOUT_SECONDS = 600;
    private static final int MOST_MESSAGE = 500;

    private final String version;

    private Ffmpeg(String version) {
        this.version = version;
    }

    /** The one on the PATH, when it has all encoders that are asked for. */
    public static Optional<Ffmpeg> find(List<String> encoders) {
        try {
            String found = text(List.of("-encoders"));
            if (encoders.stream().anyMatch(encoder -> !found.contains(" " + encoder + " "))) {
                return Optional.empty();
            }
            return Optional.of(
                    new Ffmpeg(text(List.of("-version")).lines().findFirst().orElse("ffmpeg")));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** The first line that it says of itself. */
    public String version() {
        return version;
    }

    /**
     * Runs it once.
     *
     * @param in becomes its standard input
     * @param out gets its standard output
     * @throws IOException when it fails; it says what ffmpeg said
     */
    public void run(List<String> arguments, Path in, Path out) throws IOException {
        start(arguments, in.toFile(), out);
    }

    private static Path temporary(String ending) throws IOException {
        return Files.createTempFile(Path.of(System.getProperty("java.io.tmpdir")), "nolook-ffmpeg-", ending);
    }

    private static String text(List<String> arguments) throws IOException {
        Path out = temporary(".txt");
        try {
            start(arguments, null, out);
            return Files.readString(out, StandardCharsets.UTF_8);
        } finally {
            Files.delete(out);
        }
    }

    private static void start(List<String> arguments, File in, Path out) throws IOException {
        List<String> command = new ArrayList<>(List.of(PROGRAM, "-hide_banner", "-loglevel", "error"));
        command.addAll(arguments);
        Path said = temporary(".log");
        try {
            ProcessBuilder builder =
                    new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(said.toFile());
            if (in != null) {
                builder.redirectInput(in);
            }
            Process process = builder.start();
            if (in == null) {
                process.getOutputStream().close();
            }
            if (!ended(process)) {
                throw new IOException("found ffmpeg still running after " + TIMEOUT_SECONDS + " s, expected an end: "
                        + String.join(" ", command));
            }
            if (process.exitValue() != 0) {
                String message = Files.readString(said).strip();
                throw new IOException("found exit code " + process.exitValue() + " of ffmpeg, expected 0: "
                        + message.substring(0, Math.min(MOST_MESSAGE, message.length())) + " ("
                        + String.join(" ", command) + ")");
            }
        } finally {
            Files.delete(said);
        }
    }

    private static boolean ended(Process process) throws IOException {
        try {
            return process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("found an interrupt while ffmpeg ran, expected none", e);
        } finally {
            process.destroyForcibly();
        }
    }
}
