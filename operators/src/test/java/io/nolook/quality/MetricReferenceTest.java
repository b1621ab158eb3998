package io.nolook.quality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.nolook.frame.Picture;
import io.nolook.quality.StructuralSimilarity.Similarity;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** PSNR, SSIM and MS-SSIM beside scikit-image's, on pictures that metric_reference.py makes alike. */
class MetricReferenceTest {
    private final StructuralSimilarity similarity = new StructuralSimilarity();

    static Stream<String> lines() throws IOException {
        try (InputStream in = MetricReferenceTest.class.getResourceAsStream("/fixtures/metric-reference.tsv")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().skip(1);
        }
    }

    @ParameterizedTest
    @MethodSource("lines")
    void agreesWithTheReference(String line) {
        String[] cells = line.split("\t");
        int width = Integer.parseInt(cells[0]);
        int height = Integer.parseInt(cells[1]);
        Picture original = original(width, height);
        Picture decoded = decoded(original, Integer.parseInt(cells[2]), cells[3].equals("1"));
        SquaredError error = new SquaredError();
        error.add(original, decoded);

        Similarity found = similarity.of(original, decoded);

        assertThat(error.psnr()).isCloseTo(Double.parseDouble(cells[4]), within(1e-5));
        assertThat(found.ssim()).isCloseTo(Double.parseDouble(cells[5]), within(1e-5));
        assertThat(StructuralSimilarity.hasScales(width, height)).isEqualTo(!cells[6].equals("nan"));
        if (cells[6].equals("nan")) {
            assertThat(found.msSsim()).isNaN();
        } else {
            assertThat(found.msSsim()).isCloseTo(Double.parseDouble(cells[6]), within(1e-5));
        }
    }

    private static Picture original(int width, int height) {
        byte[] rgb = new byte[3 * width * height];
        for (int y = 0, i = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                for (int c = 0; c < 3; c++) {
                    rgb[i++] = (byte) ((x * (c + 2) + y * (5 - c)) / 3 + ((x / 9) ^ (y / 7)) % 2 * 60);
                }
            }
        }
        return new Picture(width, height, rgb);
    }

    private static Picture decoded(Picture original, int amplitude, boolean blur) {
        byte[] rgb = new byte[original.rgb().length];
        for (int i = 0; i < rgb.length; i++) {
            boolean last = i / 3 % original.width() == original.width() - 1;
            int right = original.rgb()[last ? i : i + 3] & 0xff;
            int value = original.rgb()[i] & 0xff;
            long noise = ((i * 2654435761L & 0xffffffffL) >> 20) % (2 * amplitude + 1) - amplitude;
            rgb[i] = (byte) Math.max(0, Math.min(255, (blur ? (value + right) / 2 : value) + noise));
        }
        return new Picture(original.width(), original.height(), rgb);
    }
}
