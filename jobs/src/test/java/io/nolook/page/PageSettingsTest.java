package io.nolook.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nolook.option.OptionSources;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PageSettingsTest {
    private static final String TOKEN = "0123456789abcdef";

    private static PageSettings settings(String... pairs) {
        Configuration configuration = new Configuration();
        for (int i = 0; i < pairs.length; i += 2) {
            configuration.setString(pairs[i], pairs[i + 1]);
        }
        return PageSettings.of(configuration);
    }

    @Test
    void isOnThisMachineAloneByDefault() {
        assertThat(settings().isOnThisMachineAlone()).isTrue();
        assertThat(settings().keyframes()).isFalse();
        assertThat(settings().token()).isEmpty();
    }

    @Test
    void othersReachItWithATokenOrThroughAProxyOnly() {
        assertThatThrownBy(() -> settings("page.listen", "0.0.0.0:9480"))
                .hasMessage(
                        "page.listen: found 0.0.0.0, which others can reach, and neither page.token, page.token-file nor"
                                + " page.proxy-header, expected one of them, or an address of this machine alone, such as"
                                + " 127.0.0.1:9480");
        assertThat(settings("page.listen", "0.0.0.0:9480", "page.token", TOKEN).isOnThisMachineAlone())
                .isFalse();
        assertThat(settings("page.listen", "[::]:9480", "page.proxy-header", "X-User")
                        .proxy())
                .isPresent();
    }

    @Test
    void aTokenComesFromAFile(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("token"), TOKEN + "\nrest\n");

        assertThat(settings("page.token-file", file.toString()).token()).contains(TOKEN);
        assertThatThrownBy(
                        () -> settings("page.token-file", folder.resolve("none").toString()))
                .hasMessageContaining("page.token-file: found no file");
        assertThatThrownBy(() -> settings("page.token-file", file.toString(), "page.token", TOKEN))
                .hasMessageContaining("page.token-file: found both it and page.token, expected one of them");
    }

    @Test
    void aKeystoreThatDoesNotOpenIsSaidByItsOwnKey(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("page.p12");
        KeyStore keys = KeyStore.getInstance("PKCS12");
        keys.load(null, null);
        try (OutputStream out = Files.newOutputStream(file)) {
            keys.store(out, "right".toCharArray());
        }
        String password = "page.tls.keystore-password";
        assertThatThrownBy(() -> settings("page.tls.keystore", file.toString(), password, "wrong"))
                .hasMessageStartingWith(password + ": found one that does not open");
        assertThatThrownBy(() -> settings("page.tls.keystore", file.toString(), password, "right"))
                .hasMessageStartingWith("page.tls.keystore: found ")
                .hasMessageContaining("without a key");
        Files.writeString(file, "-----BEGIN PRIVATE KEY-----");
        assertThatThrownBy(() -> settings("page.tls.keystore", file.toString(), password, "right"))
                .hasMessageStartingWith("page.tls.keystore: found ")
                .hasMessageContaining("PKCS12");
        assertThatThrownBy(() -> settings("page.token-file", folder.toString()))
                .hasMessageStartingWith("page.token-file: found no file");
    }

    @Test
    void secretsAreNoArguments() {
        for (String secret : new String[] {"page.token=" + TOKEN, "page.tls.keystore-password=x"}) {
            assertThatThrownBy(() -> OptionSources.parse("-D", secret).read(Map.of()))
                    .hasMessageContaining("found a credential on the command line");
        }
    }

    @Test
    void aTokenIsNotShown() {
        assertThat(settings("page.token", TOKEN)).hasToString("PageSettings[/127.0.0.1:9480]");
    }

    @ParameterizedTest
    @CsvSource({
        "page.listen, 9480, HOST:PORT",
        "page.listen, localhost:99999, a port of 0 to 65535",
        "page.token, short, at least 16",
        "page.proxy-header, X User, 'letters, digits and hyphens'",
        "page.pictures-per-second, 0, 0.1 to 30",
        "page.decoded-cameras, 0, 1 to 1000",
        "page.max-cameras, 0, 1 to 100000",
        "page.max-viewers, 5000, 1 to 1000",
        "page.pictures-max-bytes, 1kb, at least 1 MiB",
        "page.back, 30 d, 0 s to 7 d",
        "page.tls.keystore, /nowhere, a PKCS12 file"
    })
    void whatCannotBeIsRefusedByItsKey(String key, String value, String expected) {
        assertThatThrownBy(() -> settings(key, value))
                .hasMessageStartingWith(key + ": found ")
                .hasMessageContaining(expected);
    }
}
