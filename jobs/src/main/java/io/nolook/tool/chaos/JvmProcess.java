package io.nolook.tool.chaos;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** One server in a JVM of its own; can be started again after its death. */
public final class JvmProcess implements AutoCloseable {
    private static final long STOP_SECONDS = 30;

    private final String name;
    private final String classPath;
    private final List<String> command;
    private final Path log;
    private Process process;

    /**
     * @param name of the log file in {@code folder}
     * @param classPath of the JVM
     * @param options of the JVM
     * @param arguments the main class and its arguments
     */
    public JvmProcess(String name, Path folder, String classPath, List<String> options, List<String> arguments) {
        this.name = name;
        this.classPath = classPath;
        log = folder.resolve(name + ".log");
        command = new ArrayList<>();
        command.add(ProcessHandle.current().info().command().orElse("java"));
        command.addAll(options);
        command.addAll(arguments);
    }

    String name() {
        return name;
    }

    /** Has another command start it, such as {@code taskset -c 0}, which becomes it. */
    public JvmProcess under(List<String> starter) {
        command.addAll(0, starter);
        return this;
    }

    /** What the system knows of it; only of one that was started. */
    public ProcessHandle handle() {
        return process.toHandle();
    }

    public void start() throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command);
        // by environment: the class path is longer than some tools show of a command line
        builder.environment().put("CLASSPATH", classPath);
        builder.redirectErrorStream(true);
        builder.redirectOutput(ProcessBuilder.Redirect.appendTo(new File(log.toString())));
        process = builder.start();
    }

    public boolean alive() {
        return process != null && process.isAlive();
    }

    /** SIGKILL: nothing is flushed, closed or said. */
    void kill() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor();
    }

    /** SIGTERM, and SIGKILL when that is not enough. */
    public void stop() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
            kill();
        }
    }

    /** SIGSTOP: alive, and silent. */
    void pause() throws IOException, InterruptedException {
        signal("-STOP");
    }

    /** SIGCONT. */
    void resume() throws IOException, InterruptedException {
        signal("-CONT");
    }

    /** Has the JVM write what its threads do into its log. */
    void dumpThreads() throws IOException, InterruptedException {
        if (alive()) {
            signal("-QUIT");
        }
    }

    private void signal(String signal) throws IOException, InterruptedException {
        int status = new ProcessBuilder("kill", signal, Long.toString(process.pid()))
                .inheritIO()
                .start()
                .waitFor();
        if (status != 0) {
            throw new IOException("found that kill " + signal + " of " + name + " failed with " + status);
        }
    }

    @Override
    public void close() {
        if (process != null) {
            process.destroyForcibly();
        }
    }
}
