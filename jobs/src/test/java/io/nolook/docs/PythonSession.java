package io.nolook.docs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The Python of one page: block after block in one interpreter, the page's folder being the working directory.
 *
 * <p>A block whose packages this machine lacks is compiled only; without Python, nothing is done.
 */
final class PythonSession implements AutoCloseable {
    private static final String DRIVER = """
            import json, sys, traceback
            names = {"__name__": "__main__"}
            for line in sys.stdin:
                block = json.loads(line)
                try:
                    code = compile(block["text"], block["place"], "exec")
                    if block["run"]:
                        exec(code, names)
                    print("\\0done", flush=True)
                except ModuleNotFoundError as e:
                    print("\\0compiled only:", e, flush=True)
                except BaseException:
                    traceback.print_exc(file=sys.stdout)
                    print("\\0failed", flush=True)
            """;

    private static final String BROKER_OF_PAGES = "localhost:9092";

    private final Process process;
    private final String bootstrapServers;
    private final BufferedReader out;
    private final Writer in;

    private PythonSession(Process process, String bootstrapServers) {
        this.process = process;
        this.bootstrapServers = bootstrapServers;
        out = process.inputReader();
        in = process.outputWriter();
    }

    /**
     * Starts the interpreter of the models' tests, or the system's; empty where there is none.
     *
     * @param bootstrapServers the broker that pages call localhost:9092
     */
    static Optional<PythonSession> start(Path folder, String bootstrapServers) throws IOException {
        Optional<Path> python = Stream.of(
                        Page.HOME.resolve("deploy/models/.venv/bin/python"), Path.of("/usr/bin/python3"))
                .filter(Files::isExecutable)
                .findFirst();
        if (python.isEmpty()) {
            return Optional.empty();
        }
        ProcessBuilder builder = new ProcessBuilder(python.get().toString(), "-c", DRIVER)
                .directory(folder.toFile())
                .redirectErrorStream(true);
        builder.environment()
                .put("PYTHONPATH", Page.HOME.resolve("deploy/python").toString());
        builder.environment().put("HOME", folder.toString()); // epochs of cameras and caches are the page's own
        builder.environment().put("PYTHONDONTWRITEBYTECODE", "1");
        return Optional.of(new PythonSession(builder.start(), bootstrapServers));
    }

    /** What is done with a block. */
    enum Way {
        RUN,
        COMPILE
    }

    void take(Block block, Way way) throws IOException {
        String text = block.text().replace(BROKER_OF_PAGES, bootstrapServers);
        in.write(new ObjectMapper()
                .writeValueAsString(Map.of("text", text, "place", block.place(), "run", way == Way.RUN)));
        in.write('\n');
        in.flush();
        StringBuilder said = new StringBuilder();
        String line = out.readLine();
        while (line != null && !line.startsWith("\0")) {
            said.append(line).append('\n');
            line = out.readLine();
        }
        assertThat(line).as("%s%n%s", block, said).isNotNull().isNotEqualTo("\0failed");
    }

    @Override
    public void close() throws IOException {
        in.close();
        process.destroy();
    }
}
