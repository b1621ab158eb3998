package io.nolook.frame;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class PictureEncoderTest {
    private final PictureEncoder encoder = new PictureEncoder();

    @Test
    void betterQualityIsNearerAndLonger() throws Exception {
        Picture picture = TestPictures.soft(64, 48);
        FrameDecoder decoder = new FrameDecoder(FrameLimits.DEFAULTS);
        byte[] rough = encoder.jpeg(picture, 0.2);
        byte[] fine = encoder.jpeg(picture, 0.95);

        assertThat(fine.length).isGreaterThan(rough.length);
        assertThat(TestPictures.meanDifference(picture, decoder.decode(ByteBuffer.wrap(fine))))
                .isLessThan(TestPictures.meanDifference(picture, decoder.decode(ByteBuffer.wrap(rough))));
    }

    @Test
    void writesTheSameBytesAgain() {
        Picture picture = TestPictures.noise(16, 16, 1);
        byte[] first = encoder.jpeg(picture, 0.5);
        encoder.png(picture);
        encoder.jpeg(TestPictures.soft(40, 10), 0.9);

        assertThat(encoder.jpeg(picture, 0.5)).isEqualTo(first);
    }

    @Test
    void refusesQualityOutOfRange() {
        assertThatThrownBy(() -> encoder.jpeg(TestPictures.soft(8, 8), 1.5))
                .hasMessage("found JPEG quality 1.5, expected 0 to 1");
        assertThatThrownBy(() -> encoder.jpeg(TestPictures.soft(8, 8), Double.NaN))
                .hasMessageContaining("expected 0 to 1");
    }
}
