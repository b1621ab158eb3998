package io.nolook.camera;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AddressTest {
    private static final String PASSWORD = "p@ss/w:rd";
    private static final Map<String, String> ENVIRONMENT = Map.of("GATE_USER", "us er", "GATE_PASSWORD", PASSWORD);

    @Test
    void secretsComeFromTheEnvironmentAndAreEscaped() throws IOException {
        Address address = new Address("rtsp://${GATE_USER}:${GATE_PASSWORD}@10.0.0.7:554/stream1?pwd=${GATE_PASSWORD}");

        assertThat(address.opened(ENVIRONMENT::get))
                .isEqualTo("rtsp://us%20er:p%40ss%2Fw%3Ard@10.0.0.7:554/stream1?pwd=p%40ss%2Fw%3Ard");
        assertThat(address.shown()).isEqualTo("rtsp://10.0.0.7:554/stream1");
        assertThat(address.tellsCredentials()).isFalse();
    }

    @Test
    void secretsComeFromFiles(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("secret"), PASSWORD + "\n");

        assertThat(new Address("http://camera/${file:" + file + "}").opened(ENVIRONMENT::get))
                .isEqualTo("http://camera/p%40ss%2Fw%3Ard");
        assertThatThrownBy(() -> new Address("http://camera/${file:/none}").opened(ENVIRONMENT::get))
                .hasMessage("found no readable file /none, expected a secret of an address in it");
    }

    @Test
    void aMissingVariableIsNamed() {
        assertThatThrownBy(() -> new Address("rtsp://${NOBODY}@door/x?y=${GATE_USER}").opened(ENVIRONMENT::get))
                .hasMessage("found no variable NOBODY in the environment, expected it for the address rtsp://door/x");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "rtsp://admin:p@ss/w:rd@10.0.0.7/stream",
                "rtsp://admin:p@ss/w:rd@10.0.0.7/stream?a=b",
                "http://10.0.0.7/video?user=admin&pwd=p@ss/w:rd",
                "http://10.0.0.7/video#p@ss/w:rd",
                "http://10.0.0.7/video?pwd=w:rd",
                "rtsp://10.0.0.7/video?a=1&loginpas=p@ss",
                "http://10.0.0.7/?access_token=w:rd",
                "http://ad?min:p@ss/w:rd@10.0.0.7/video?pwd=p@ss/w:rd"
            })
    void noPasswordIsShownWhateverItHolds(String template) {
        assertThat(new Address(template).shown()).doesNotContain("w:rd").doesNotContain("p@ss");
        assertThat(new Address(template).tellsCredentials()).isTrue();
    }

    @Test
    void whatHasNoSecretIsShown() {
        assertThat(new Address("/dev/video0").shown()).isEqualTo("/dev/video0");
        assertThat(new Address("rtsp://10.0.0.7:8554/a/b").shown()).isEqualTo("rtsp://10.0.0.7:8554/a/b");
        assertThat(new Address("rtsp://10.0.0.7:8554/a/b").tellsCredentials()).isFalse();
    }
}
