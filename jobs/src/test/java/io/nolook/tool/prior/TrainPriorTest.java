package io.nolook.tool.prior;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code generation/tokens.py} writes is read as it is. */
class TrainPriorTest {
    @TempDir
    private Path folder;

    @Test
    void factorsBecomeTokens() throws IOException {
        byte[] values = new byte[2 * 16 * 16 * 3];
        values[0] = 5;
        values[1] = 63;
        values[2] = 32;
        values[values.length - 3] = 1;

        List<List<int[]>> clips = TrainPrior.clips(npz("(1, 2, 16, 16, 3)", values));

        assertThat(clips).hasSize(1);
        assertThat(clips.get(0)).hasSize(2);
        assertThat(clips.get(0).get(0)[0]).isEqualTo(5 | 63 << 6 | 32 << 12);
        assertThat(clips.get(0).get(1)[255]).isEqualTo(1);
    }

    @Test
    void otherArraysAreRefused() throws IOException {
        Path other = npz("(1, 2, 8, 8, 3)", new byte[384]);

        assertThatThrownBy(() -> TrainPrior.clips(other))
                .hasMessageContaining("'shape': (1, 2, 8, 8, 3)")
                .hasMessageContaining("expected bytes of the shape [clips, token frames, 16, 16, 3]");
    }

    private Path npz(String shape, byte[] values) throws IOException {
        Path file = folder.resolve("tokens.npz");
        byte[] header = ("{'descr': '|u1', 'fortran_order': False, 'shape': " + shape + ", }\n")
                .getBytes(StandardCharsets.US_ASCII);
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
            zip.putNextEntry(new ZipEntry("about.npy"));
            zip.putNextEntry(new ZipEntry("tokens.npy"));
            zip.write(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, (byte) header.length, 0});
            zip.write(header);
            zip.write(values);
        }
        return file;
    }
}
