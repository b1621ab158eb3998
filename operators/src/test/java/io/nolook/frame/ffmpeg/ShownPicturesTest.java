package io.nolook.frame.ffmpeg;

import static org.assertj.core.api.Assertions.assertThat;

import io.nolook.frame.FrameSize;
import io.nolook.frame.Orientation;
import io.nolook.frame.Picture;
import io.nolook.frame.TimedPicture;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Pictures come as players show them: files of the same scene, each told in another way. */
class ShownPicturesTest {

    static List<TimedPicture> read(String name) throws IOException {
        List<TimedPicture> pictures = new ArrayList<>();
        try (FfmpegPictureSource source = new FfmpegPictureSource(file(name).toString(), FfmpegOptions.DEFAULTS)) {
            for (Optional<TimedPicture> next = source.next(); next.isPresent(); next = source.next()) {
                pictures.add(next.get());
            }
        }
        return pictures;
    }

    private static Path file(String name) {
        try {
            return Path.of(ShownPicturesTest.class.getResource("/cases/" + name).toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Purple they were: 30 and more away from what they show. */
    @ParameterizedTest
    @CsvSource({"hlg.mp4, 4.0", "ct_2020_10_pq.mp4, 4.0", "sar.mp4, 6.0"})
    void lookLikeThePlainScene(String name, double most) throws IOException {
        List<TimedPicture> plain = read("plain.mp4");
        List<TimedPicture> found = read(name);
        for (int i = 0; i < found.size(); i++) {
            assertThat(difference(found.get(i).picture(), plain.get(i).picture()))
                    .as("picture %d", i)
                    .isLessThan(most);
        }
    }

    @Test
    void aMirroredSceneIsMirrored() throws IOException {
        List<TimedPicture> plain = read("plain.mp4");
        List<TimedPicture> found = read("hflip.mp4");
        assertThat(found).hasSameSizeAs(plain);
        for (int i = 0; i < found.size(); i++) {
            assertThat(difference(
                            found.get(i).picture(),
                            Orientation.turn(plain.get(i).picture(), 2)))
                    .isZero();
        }
    }

    /** FFmpeg takes a step back for a counter that ran over, and puts a day between two takes. */
    @Test
    void takesOfOtherTimesFollowAMinuteLater() throws IOException {
        List<TimedPicture> found = read("jump_back2h.ts");
        List<Long> steps = new ArrayList<>();
        for (int i = 1; i < found.size(); i++) {
            steps.add(found.get(i).atMicros() - found.get(i - 1).atMicros());
        }
        assertThat(found.get(0).atMicros()).isZero();
        assertThat(steps).containsOnlyOnce(60_000_000L);
        assertThat(steps.stream().filter(step -> step != 60_000_000L))
                .allSatisfy(step -> assertThat(step).isBetween(39_000L, 41_000L));
    }

    private static double difference(Picture one, Picture other) {
        assertThat(one.width()).isEqualTo(other.width());
        assertThat(one.height()).isEqualTo(other.height());
        long sum = 0;
        for (int i = 0; i < one.rgb().length; i++) {
            sum += Math.abs((one.rgb()[i] & 0xff) - (other.rgb()[i] & 0xff));
        }
        return (double) sum / one.rgb().length;
    }

    /** A corner stays, moves along its side, across, or both: the four numbers of each of EXIF's eight. */
    @ParameterizedTest
    @CsvSource({
        "1, 1, 0, 0, 1",
        "2, -1, 0, 0, 1",
        "3, -1, 0, 0, -1",
        "4, 1, 0, 0, -1",
        "5, 0, 1, 1, 0",
        "6, 0, 1, -1, 0",
        "7, 0, -1, -1, 0",
        "8, 0, -1, 1, 0"
    })
    void theWholeMatrixIsRead(int orientation, int a, int b, int c, int d) {
        assertThat(DisplayMatrix.orientation(a << 16, b << 16, c << 16, d << 16))
                .isEqualTo(orientation);
        Picture corner = new Picture(3, 2, new byte[18]);
        corner.rgb()[3 * 2] = 1; // right above
        Picture turned = Orientation.turn(corner, orientation);
        int x = a * 2 + Math.max(0, -a * 2) + Math.max(0, -c);
        int y = b * 2 + Math.max(0, -b * 2) + Math.max(0, -d);
        assertThat(turned.rgb()[3 * (y * turned.width() + x)])
                .as("at %d, %d", x, y)
                .isEqualTo((byte) 1);
    }

    @ParameterizedTest
    @CsvSource({
        "160, 240, 2, 1, 1000000, 320, 240",
        "160, 240, 1, 2, 1000000, 160, 480",
        "720, 576, 16, 15, 1000000, 768, 576",
        "720, 576, 0, 1, 1000000, 720, 576",
        "720, 576, 1, 1, 1000000, 720, 576",
        "160, 240, 2, 1, 40000, 160, 120",
        "160, 240, 1, 2, 40000, 80, 240",
        "160, 240, 1000, 1, 100000000, 160, 240",
    })
    void pixelsBecomeSquare(int width, int height, int num, int den, long most, int shownWidth, int shownHeight) {
        assertThat(SquarePixels.of(width, height, num, den, most)).isEqualTo(new FrameSize(shownWidth, shownHeight));
    }
}
