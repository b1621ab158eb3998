package io.nolook.page.picture;

import static org.assertj.core.api.Assertions.assertThat;

import io.nolook.frame.FrameLimits;
import io.nolook.frame.Picture;
import io.nolook.frame.PictureEncoder;
import io.nolook.page.live.NewestFrame;
import io.nolook.record.ReceivedRecord;
import io.nolook.schema.Frame;
import io.nolook.schema.FrameEncoding;
import io.nolook.schema.SingleObject;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Pictures of any shape come, or say why not. */
class OriginalPicturesTest {
    private final OriginalPictures pictures = new OriginalPictures(FrameLimits.DEFAULTS);
    private long number;

    private PictureBytes of(FrameEncoding encoding, int width, int height, byte[] payload) {
        Frame frame = Frame.newBuilder()
                .setCamera("gate")
                .setEpoch(1)
                .setSequence(0)
                .setCapturedAtMicros(0)
                .setEncoding(encoding)
                .setWidth(width)
                .setHeight(height)
                .setPayload(ByteBuffer.wrap(payload))
                .build();
        byte[] value = SingleObject.frames().encode(frame);
        byte[] key = "gate".getBytes(StandardCharsets.UTF_8);
        ReceivedRecord record = new ReceivedRecord("frames", 0, 0, 0, key, value, List.of());
        return pictures.of("gate", new NewestFrame(++number, record, 0));
    }

    @ParameterizedTest
    @CsvSource({"65500, 1", "1, 65500", "1, 1", "1, 7", "7, 1", "4096, 4096"})
    void aPngOfAnyShapeBecomesAJpeg(int width, int height) throws IOException {
        byte[] png = new PictureEncoder().png(new Picture(width, height, new byte[3 * width * height]));

        PictureBytes made = of(FrameEncoding.PNG, width, height, png);

        assertThat(made.reason()).isEmpty();
        var shown = ImageIO.read(new ByteArrayInputStream(made.jpeg().orElseThrow()));
        assertThat(shown.getWidth()).isEqualTo(width);
        assertThat(shown.getHeight()).isEqualTo(height);
    }

    @ParameterizedTest
    @CsvSource({"65501, 1", "65535, 1", "1, 65535", "1, 70000", "16777216, 1", "1, 16777216"})
    void aPngThatNoJpegCanHoldIsSaid(int width, int height) {
        byte[] png = new PictureEncoder().png(new Picture(width, height, new byte[3 * width * height]));

        PictureBytes made = of(FrameEncoding.PNG, width, height, png);

        assertThat(made.jpeg()).isEmpty();
        assertThat(made.reason()).contains(width + " x " + height, "expected at most 65500 a side");
    }

    @Test
    void aPngBeyondTheLimitsIsSaid() {
        byte[] png = new PictureEncoder().png(new Picture(1, 16_777_217, new byte[3 * 16_777_217]));

        assertThat(of(FrameEncoding.PNG, 1, 16_777_217, png).reason()).contains("expected");
    }

    @ParameterizedTest
    @CsvSource({"65500, 1", "1, 65500", "1, 1"})
    void aJpegOfAnyShapeGoesAsItCame(int width, int height) {
        byte[] jpeg = new PictureEncoder().jpeg(new Picture(width, height, new byte[3 * width * height]), 0.9);

        assertThat(of(FrameEncoding.JPEG, width, height, jpeg).jpeg()).contains(jpeg);
    }
}
