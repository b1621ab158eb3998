package io.nolook.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.nolook.cli.Main;
import io.nolook.kafka.KafkaSettings;
import io.nolook.kafka.TopicLag;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Reader;
import java.io.StringWriter;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.flink.configuration.Configuration;
import picocli.CommandLine;

/**
 * The working directory of one page, in which its blocks are executed in order.
 *
 * <p>Commands of nolook run in this process, with names of files taken as of this folder; a job that runs until it is
 * stopped gets a process of its own, which {@link #close()} ends. Everything else is given to bash.
 */
final class Workplace implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final long SHELL_SECONDS = 60;
    /** How a demo runs that a page leaves to its defaults. */
    private static final List<String> SMALL_DEMO = List.of("--seconds", "2", "--cameras", "2");
    /** How commands run that take no file of options, as the pages' files say it of others. */
    private static final List<String> SMALL_BATCH = List.of("-D", "batch.size=2");

    private static final List<String> SMALL_PICTURE = List.of("-D", "frame.size=64x64");
    private static final Set<String> OF_ANY_SIZE = Set.of("demo", "tokenize", "check-model", "eval", "size");
    private static final Set<String> OF_ONE_SIZE = Set.of("recognize", "eval-actions", "eval-generation");

    private final Path folder;
    private final List<RunningJob> jobs = new ArrayList<>();

    Workplace(Path folder) {
        this.folder = folder;
    }

    void run(Block block) throws IOException, InterruptedException {
        StringBuilder shell = new StringBuilder();
        for (String line : block.commands()) {
            Optional<List<String>> nolook = Block.nolook(line);
            if (nolook.isPresent()) {
                shell(block, shell);
                long began = System.nanoTime();
                nolook(block, nolook.get());
                System.out.printf("%6d ms  %s  %s%n", (System.nanoTime() - began) / 1_000_000, block, line);
            } else {
                shell.append(line).append('\n');
            }
        }
        shell(block, shell);
    }

    private void shell(Block block, StringBuilder script) throws IOException, InterruptedException {
        if (script.isEmpty()) {
            return;
        }
        Path out = Files.createTempFile("nolook-docs-", ".out");
        Process bash = new ProcessBuilder("bash", "-euo", "pipefail", "-c", script.toString())
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(out.toFile())
                .start();
        boolean ended = bash.waitFor(SHELL_SECONDS, TimeUnit.SECONDS);
        String said = Files.readString(out);
        Files.delete(out);
        assertThat(ended && bash.exitValue() == 0)
                .as("%s%n%s%n%s", block, script, said)
                .isTrue();
        script.setLength(0);
    }

    private void nolook(Block block, List<String> words) throws IOException, InterruptedException {
        boolean endless =
                words.get(0).equals("run") && words.stream().noneMatch(word -> word.startsWith("source.stop"));
        if (endless) {
            jobs.add(RunningJob.start(folder, words, jobs.size()));
            return;
        }
        List<String> arguments =
                new ArrayList<>(words.stream().map(this::placed).toList());
        arguments.addAll(smaller(words));
        long until = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            StringWriter said = new StringWriter();
            PrintWriter out = new PrintWriter(said, true);
            CommandLine program = Main.commandLine().registerConverter(Path.class, text -> folder.resolve(text));
            int status = program.setOut(out).setErr(out).execute(arguments.toArray(String[]::new));
            if (status == 0) {
                awaitCommitted(words);
                return;
            }
            // what a running job has not committed yet is not there yet
            boolean mayCome = !jobs.isEmpty() && status == 1 && System.nanoTime() < until;
            String logs = jobs.stream().map(RunningJob::said).reduce("", String::concat);
            assertThat(mayCome)
                    .as("%s%nnolook %s%n%s%n%s", block, words, said, logs)
                    .isTrue();
            LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(1));
        }
    }

    /** What is added to a command that a page leaves to its defaults. */
    private static List<String> smaller(List<String> words) {
        String command = words.get(0);
        List<String> more = new ArrayList<>(words.equals(List.of("demo")) ? SMALL_DEMO : List.of());
        if (!words.contains("--config") && (OF_ANY_SIZE.contains(command) || OF_ONE_SIZE.contains(command))) {
            more.addAll(SMALL_BATCH);
            more.addAll(OF_ANY_SIZE.contains(command) ? SMALL_PICTURE : List.of());
        }
        return more;
    }

    /** Frames that were sent while the tokenizing job runs are in a checkpoint before the page goes on. */
    private void awaitCommitted(List<String> words) throws IOException, InterruptedException {
        boolean tokenized = jobs.stream().anyMatch(job -> job.name().equals("tokenize"));
        if (tokenized && words.get(0).equals("ingest")) {
            Properties properties = new Properties();
            try (Reader in = Files.newBufferedReader(folder.resolve("nolook.properties"))) {
                properties.load(in);
            }
            Configuration options = new Configuration();
            properties.stringPropertyNames().stream()
                    .filter(key -> key.matches("(kafka|topics)\\..*"))
                    .forEach(key -> options.setString(key, properties.getProperty(key)));
            KafkaSettings kafka = new KafkaSettings(options);
            long until = System.nanoTime() + PATIENCE.toNanos();
            while (TopicLag.uncheckpointedFrames(kafka) > 0 && System.nanoTime() < until) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(200));
            }
        }
    }

    /** A word that names a file of this folder, as of any folder; KEY=FILE likewise. */
    private String placed(String word) {
        int equals = word.indexOf('=');
        String name = word.substring(equals + 1);
        boolean file = name.matches(".*[./].*") && !name.startsWith("/") && Files.exists(folder.resolve(name));
        return file ? word.substring(0, equals + 1) + folder.resolve(name) : word;
    }

    @Override
    public void close() throws InterruptedException {
        for (RunningJob job : jobs) {
            job.close();
        }
    }

    /** A job in a process of its own, from its start until it is told to stop. */
    private record RunningJob(String name, Process process, Path log) implements AutoCloseable {

        static RunningJob start(Path folder, List<String> words, int number) throws IOException, InterruptedException {
            List<String> command = new ArrayList<>();
            command.add(ProcessHandle.current().info().command().orElse("java"));
            ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                    .filter(argument -> argument.startsWith("--add-opens"))
                    .forEach(command::add);
            command.addAll(List.of("-Xmx1g", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", Main.class.getName()));
            command.addAll(words);
            Path log = folder.resolve("job-" + number + ".log");
            ProcessBuilder builder = new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile());
            builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
            builder.environment().put("XDG_STATE_HOME", folder.resolve("state").toString());
            RunningJob job = new RunningJob(words.get(1), builder.start(), log);
            long until = System.nanoTime() + PATIENCE.toNanos();
            while (!job.said().contains("job " + words.get(1) + ": ")) {
                assertThat(job.process.isAlive() && System.nanoTime() < until)
                        .as("%s%n%s", words, job.said())
                        .isTrue();
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
            }
            return job;
        }

        String said() {
            try {
                return new String(Files.readAllBytes(log), StandardCharsets.UTF_8);
            } catch (IOException e) {
                return "found no log: " + e;
            }
        }

        @Override
        public void close() throws InterruptedException {
            assertThat(process.isAlive())
                    .as("a job ended by itself:%n%s", said())
                    .isTrue();
            process.destroy();
            if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        }
    }
}
