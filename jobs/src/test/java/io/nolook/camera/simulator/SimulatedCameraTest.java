package io.nolook.camera.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nolook.frame.Picture;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SimulatedCameraTest {
    @ParameterizedTest
    @ValueSource(longs = {0, 1, 2, -7, Long.MAX_VALUE})
    void givesTheSamePixelsInAnyOrder(long seed) {
        SimulatedCamera camera = new SimulatedCamera(seed, 48, 32);
        byte[] ninth = camera.picture(9).rgb();
        camera.picture(1_000_000);

        assertThat(camera.picture(9).rgb()).isEqualTo(ninth);
        assertThat(new SimulatedCamera(seed, 48, 32).picture(9).rgb()).isEqualTo(ninth);
    }

    @Test
    void givesTheSamePixelsOnEveryMachine() throws Exception {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        for (long seed = 0; seed < 3; seed++) {
            SimulatedCamera camera = new SimulatedCamera(seed, 64, 64);
            for (long index = 0; index < 200; index += 40) {
                digest.update(camera.picture(index).rgb());
            }
        }

        assertThat(HexFormat.of().formatHex(digest.digest(), 0, 8)).isEqualTo("2102227d05e0f894");
    }

    @ParameterizedTest
    @CsvSource({"8, 8", "128, 128", "33, 77", "320, 180"})
    void looksLikeACamera(int width, int height) {
        SimulatedCamera camera = new SimulatedCamera(5, width, height);
        Picture picture = camera.picture(30);

        assertThat(picture.width()).isEqualTo(width);
        assertThat(picture.height()).isEqualTo(height);
        assertThat(mean(picture)).isBetween(40.0, 215.0);
        // contrast within a picture, a little change to the next, more to a later one
        assertThat(difference(picture, mean(picture))).isGreaterThan(15);
        double next = difference(picture, camera.picture(31));
        assertThat(next).isBetween(1.0, 25.0);
        assertThat(difference(picture, camera.picture(130))).isGreaterThan(next);
    }

    @Test
    void seedsShowDifferentScenes() {
        Picture one = new SimulatedCamera(1, 64, 64).picture(0);

        for (long seed = 2; seed < 10; seed++) {
            assertThat(difference(one, new SimulatedCamera(seed, 64, 64).picture(0)))
                    .isGreaterThan(10);
        }
    }

    @Test
    void refusesSizesItCannotPaint() {
        assertThatThrownBy(() -> new SimulatedCamera(1, 4, 128))
                .hasMessage("found a camera of 4 x 128, expected sides of 8 to 8192");
    }

    private static double mean(Picture picture) {
        long sum = 0;
        for (byte value : picture.rgb()) {
            sum += value & 0xff;
        }
        return (double) sum / picture.rgb().length;
    }

    private static double difference(Picture picture, double level) {
        double sum = 0;
        for (byte value : picture.rgb()) {
            sum += Math.abs((value & 0xff) - level);
        }
        return sum / picture.rgb().length;
    }

    private static double difference(Picture a, Picture b) {
        long sum = 0;
        for (int i = 0; i < a.rgb().length; i++) {
            sum += Math.abs((a.rgb()[i] & 0xff) - (b.rgb()[i] & 0xff));
        }
        return (double) sum / a.rgb().length;
    }
}
