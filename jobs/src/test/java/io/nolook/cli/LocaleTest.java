package io.nolook.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nolook.job.backfill.Recording;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A machine without a language: LANG unset, as in containers and under cron. Ids are in Persian. */
@EnabledOnOs(OS.LINUX)
class LocaleTest {
    private static final String JAVA =
            Path.of(System.getProperty("java.home"), "bin", "java").toString();

    @TempDir
    private Path folder;

    private record Ended(int status, String said) {}

    @Test
    void whatIsSaidIsUtf8() throws Exception {
        Path options = Files.writeString(folder.resolve("nolook.properties"), "دوربین = 1\n");

        Ended ended = main("run tokenize --config " + options);

        assertThat(ended.said()).startsWith("nolook: دوربین: found an option that nobody knows");
        assertThat(ended.status()).isEqualTo(1);
    }

    /** The bytes of the id, which Java 17 takes in the encoding of the locale. */
    @Test
    void anIdThatJavaCannotReadIsRefused() throws Exception {
        Ended ended = main("replay --camera $'\\xd8\\xaf\\xd8\\xb1' --from 0 --to 1 --out x.mp4");

        assertThat(ended.said())
                .startsWith("nolook: found an argument with letters that are none in this locale's encoding, ")
                .contains("set LC_ALL=C.UTF-8");
        assertThat(ended.status()).isEqualTo(2);
        assertThatThrownBy(() -> Recording.name(Path.of("gate-\uFFFD.mp4")))
                .hasMessageContaining("expected UTF-8: set LC_ALL=C.UTF-8, or rename it");
    }

    /** The script's own java says what it was given; the jar is newer than all sources. */
    @Test
    void theScriptGivesJavaALocaleThatKnowsAllLetters() throws Exception {
        Path script = Files.copy(Path.of("../nolook"), folder.resolve("nolook"));
        Files.writeString(folder.resolve("pom.xml"), "<flink.opens>-Dopens=1</flink.opens>\n");
        Files.createDirectories(folder.resolve("jobs/target"));
        Files.writeString(folder.resolve("jobs/target/nolook.jar"), "");
        Path bin = Files.createDirectories(folder.resolve("bin"));
        program(bin.resolve("javac"), "echo javac 17.0.1");
        program(bin.resolve("java"), "echo \"$LC_ALL ${@: -1}\"");
        String call = "PATH=" + bin + ":$PATH; bash " + script + " $'\\xd8\\xaf'";

        assertThat(bash(call, Map.of()).said()).isEqualTo("C.UTF-8 د\n");
        assertThat(bash(call, Map.of("LC_ALL", "C")).said()).isEqualTo("C.UTF-8 د\n");
        assertThat(bash(call, Map.of("LC_ALL", "C.UTF-8", "LANG", "fa_IR")).said())
                .isEqualTo("C.UTF-8 د\n");
        assertThat(bash(call, Map.of("LANG", "C.UTF-8")).said()).isEqualTo(" د\n");
    }

    private static void program(Path file, String line) throws IOException {
        Files.writeString(file, "#!/usr/bin/env bash\n" + line + "\n");
        assertThat(file.toFile().setExecutable(true)).isTrue();
    }

    private Ended main(String arguments) throws Exception {
        String classPath = System.getProperty("java.class.path");
        return bash("exec " + JAVA + " -cp \"$CLASSES\" io.nolook.cli.Main " + arguments, Map.of("CLASSES", classPath));
    }

    private Ended bash(String line, Map<String, String> environment) throws Exception {
        Path said = folder.resolve("said");
        ProcessBuilder builder =
                new ProcessBuilder("bash", "-c", line).redirectErrorStream(true).redirectOutput(said.toFile());
        builder.environment().clear();
        builder.environment().put("PATH", System.getenv("PATH"));
        builder.environment().putAll(environment);
        Process process = builder.start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return new Ended(process.exitValue(), Files.readString(said, StandardCharsets.UTF_8));
    }
}
