package io.nolook.docs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * The Python of one page: block after block in one interpreter, the page's folder being the working directory.
 *
 * <p>A block whose packages this machine lacks is compiled only.
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

    private final Process process;
    private final BufferedReader out;
    private final Writer in;

    PythonSession(Path folder) throws IOException {
        Path own = Page.HOME.resolve("deploy/models/.venv/bin/python");
        String python = Files.isExecutable(own) ? own.toString() : "/usr/bin/python3";
        ProcessBuilder builder = new ProcessBuilder(python, "-c", DRIVER)
                .directory(folder.toFile())
                .redirectErrorStream(true);
        builder.environment()
                .put("PYTHONPATH", Page.HOME.resolve("deploy/models/tokenizer").toString());
        builder.environment().put("PYTHONDONTWRITEBYTECODE", "1");
        process = builder.start();
        out = process.inputReader();
        in = process.outputWriter();
    }

    void run(Block block) throws IOException {
        say(block, true);
    }

    void compile(Block block) throws IOException {
        say(block, false);
    }

    private void say(Block block, boolean run) throws IOException {
        in.write(new ObjectMapper()
                .writeValueAsString(Map.of("text", block.text(), "place", block.place(), "run", run)));
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
