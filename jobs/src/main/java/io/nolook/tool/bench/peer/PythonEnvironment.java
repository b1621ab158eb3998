package io.nolook.tool.bench.peer;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The virtual environment of the Python peers, made where it is missing or made for other requirements.
 *
 * @param folder of the peers and of {@code requirements.txt}
 */
record PythonEnvironment(Path folder) {
    private static final String REQUIREMENTS = "requirements.txt";

    PythonEnvironment {
        if (!Files.isRegularFile(folder.resolve(REQUIREMENTS))) {
            throw new IllegalArgumentException("--peers: found no " + REQUIREMENTS + " in " + folder.toAbsolutePath()
                    + ", expected the folder deploy/bench/peers of nolook");
        }
    }

    /** The interpreter, with all that the peers need. */
    Path python(PrintWriter out) throws IOException, InterruptedException {
        Path made = folder.toAbsolutePath().resolve(".venv");
        Path python = made.resolve("bin/python");
        Path stamp = made.resolve(REQUIREMENTS);
        String requirements = Files.readString(folder.resolve(REQUIREMENTS));
        if (Files.isExecutable(python)
                && Files.isRegularFile(stamp)
                && Files.readString(stamp).equals(requirements)) {
            return python;
        }
        out.println("making a virtual environment in " + made);
        out.flush();
        run(List.of("python3", "-m", "venv", "--clear", made.toString()));
        Path wanted = folder.toAbsolutePath().resolve(REQUIREMENTS);
        run(List.of(
                python.toString(),
                "-m",
                "pip",
                "install",
                "--quiet",
                "--disable-pip-version-check",
                "--only-binary=:all:",
                "-r",
                wanted.toString()));
        Files.writeString(stamp, requirements);
        return python;
    }

    private static void run(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int status = process.waitFor();
        if (status != 0) {
            throw new IOException("found that '" + String.join(" ", command) + "' failed with " + status
                    + ", expected Python 3.11 with venv and packages for this machine: " + said.strip());
        }
    }
}
