package io.nolook.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

/** The command, which measures for real, on a small picture. */
class SizeCommandTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void saysWhatAFleetTakes() {
        assertThat(size("--cameras", "1200", "--rate", "2.5", "--source", "160x128", "--size", "64x64"))
                .as(err.toString())
                .isZero();

        assertThat(out.toString())
                .contains("1200 cameras, 160x128 at 2.5 frames/s, as 64x64 for nolook-small")
                .containsPattern(
                        "a frame, here +\\d+\\.\\d\\d ms of a core in the model, batches of \\d+; \\d+\\.\\d\\d ms")
                .containsPattern("cores +\\d+\\.\\d for the tokenizing job, 70 % busy")
                .contains("archive          at most 0.7 kbit/s a camera, 8.7 GiB a day");
    }

    @Test
    void mistakesAreToldBeforeMeasuring() {
        assertThat(size("--cameras", "0")).isEqualTo(1);
        assertThat(err.toString()).contains("--cameras: found 0").doesNotContain("measuring");
        assertThat(size("--cameras", "1", "--size", "100x64")).isEqualTo(1);
        assertThat(err.toString()).contains("expected multiples of 8").doesNotContain("measuring");
    }

    private int size(String... arguments) {
        String[] all = new String[arguments.length + 3];
        all[0] = "size";
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        all[arguments.length + 1] = "-D";
        all[arguments.length + 2] = "inference.device=cpu";
        return Main.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(all);
    }
}
