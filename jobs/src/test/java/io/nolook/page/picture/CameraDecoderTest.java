package io.nolook.page.picture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nolook.frame.FrameSize;
import io.nolook.frame.Picture;
import io.nolook.job.recognize.SimulatedTokens;
import io.nolook.offline.Decoders;
import io.nolook.offline.OfflineDetokenizer;
import io.nolook.schema.TokenFrame;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Whatever is left out, the picture is that of the whole clip, bit for bit. */
class CameraDecoderTest {
    private static Decoders decoders;
    private static List<TokenFrame> tokens;
    private static final List<byte[]> EXPECTED = new ArrayList<>();

    @BeforeAll
    static void decodeAll() throws IOException {
        Configuration options = new Configuration();
        options.setString("inference.device", "cpu");
        options.setString("inference.threads", "1");
        decoders = new Decoders(options);
        tokens = SimulatedTokens.of(1, 4 * 24 + 1, new FrameSize(64, 64));
        OfflineDetokenizer whole = new OfflineDetokenizer(decoders::of);
        for (TokenFrame frame : tokens) {
            List<Picture> pictures = whole.decode(frame);
            EXPECTED.add(pictures.get(pictures.size() - 1).rgb());
        }
    }

    @AfterAll
    static void close() {
        decoders.close();
    }

    private final CameraDecoder decoder = new CameraDecoder(new OfflineDetokenizer(decoders::of));

    private byte[] newest(int from, int to) {
        List<Picture> pictures = decoder.last(tokens.subList(from, to + 1));
        return pictures.get(pictures.size() - 1).rgb();
    }

    @Test
    void goesOnFromTheLastOne() {
        for (int to : new int[] {0, 1, 4, 9, 24}) {
            assertThat(newest(0, to)).as("%d", to).isEqualTo(EXPECTED.get(to));
        }
    }

    @Test
    void beginsInTheMidstOfAClip() {
        assertThat(newest(3, 22)).isEqualTo(EXPECTED.get(22));
        assertThat(newest(4, 23)).isEqualTo(EXPECTED.get(23));
    }

    @Test
    void jumpsAheadAndBackToAKeyframe() {
        assertThat(newest(0, 2)).isEqualTo(EXPECTED.get(2));
        assertThat(newest(5, 24)).as("further than its history").isEqualTo(EXPECTED.get(24));
        assertThat(newest(0, 0)).isEqualTo(EXPECTED.get(0));
    }

    @Test
    void tooFewSaysSoAndHarmsNothing() {
        assertThat(newest(0, 3)).isEqualTo(EXPECTED.get(3));
        assertThatThrownBy(() -> newest(20, 24)).hasMessageContaining("found 5 token frames of the clip, expected");
        assertThat(newest(0, 4)).isEqualTo(EXPECTED.get(4));
    }
}
