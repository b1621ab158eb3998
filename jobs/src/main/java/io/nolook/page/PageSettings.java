package io.nolook.page;

import io.nolook.flink.stream.OptionChecks;
import io.nolook.option.HostPort;
import io.nolook.option.OptionTexts;
import io.nolook.option.PageOptions;
import io.nolook.page.live.LiveLimits;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.UnrecoverableKeyException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;

/**
 * The options of the page, checked before anything runs.
 *
 * @param listen where it is
 * @param hosts names by which browsers may ask for a page on this machine alone
 * @param token that whoever looks must know; empty for none
 * @param proxy that says who looks; empty for none
 * @param tls of HTTPS; empty for HTTP
 * @param configuration all options
 */
public record PageSettings(
        InetSocketAddress listen,
        Set<String> hosts,
        Optional<String> token,
        Optional<Proxy> proxy,
        Optional<Tls> tls,
        Configuration configuration) {
    private static final int FEWEST_CHARACTERS = 16;
    private static final int TOKEN_FRAMES = 96;
    private static final int NOTES = 50;

    /**
     * A proxy that lets people in.
     *
     * @param header in which it names them
     * @param addresses that it connects from
     */
    public record Proxy(String header, Set<InetAddress> addresses) {}

    /** A PKCS12 file of certificate and key, and its password. */
    public record Tls(Path keystore, String password) {

        @Override
        public String toString() {
            return "Tls[" + keystore + "]";
        }
    }

    /**
     * Checks every option.
     *
     * @throws IllegalArgumentException naming the key, what was found and what is expected
     */
    public static PageSettings of(Configuration configuration) {
        OptionChecks.readable(configuration, PageOptions.all());
        checkRanges(configuration);
        InetSocketAddress listen = listen(configuration.get(PageOptions.LISTEN));
        Optional<String> token = token(configuration);
        Optional<Proxy> proxy = proxy(configuration);
        if (!listen.getAddress().isLoopbackAddress() && token.isEmpty() && proxy.isEmpty()) {
            throw new IllegalArgumentException(PageOptions.LISTEN.key() + ": found " + listen.getHostString()
                    + ", which others can reach, and neither " + PageOptions.TOKEN.key() + ", "
                    + PageOptions.TOKEN_FILE.key() + " nor " + PageOptions.PROXY_HEADER.key()
                    + ", expected one of them, or an address of this machine alone, such as 127.0.0.1:9480");
        }
        return new PageSettings(
                listen,
                OptionTexts.words(configuration.get(PageOptions.HOSTS)),
                token,
                proxy,
                tls(configuration),
                new Configuration(configuration));
    }

    private static void checkRanges(Configuration configuration) {
        double rate = configuration.get(PageOptions.PICTURES_PER_SECOND);
        OptionChecks.require(rate >= 0.1 && rate <= 30, PageOptions.PICTURES_PER_SECOND, rate, "0.1 to 30");
        OptionChecks.range(PageOptions.DECODED_CAMERAS, configuration.get(PageOptions.DECODED_CAMERAS), 1, 1000, "");
        OptionChecks.range(PageOptions.MAX_CAMERAS, configuration.get(PageOptions.MAX_CAMERAS), 1, 100_000, "");
        OptionChecks.range(PageOptions.MAX_VIEWERS, configuration.get(PageOptions.MAX_VIEWERS), 1, 1000, "");
        atLeast(configuration, PageOptions.PICTURES_MAX_BYTES, 1 << 20, "1 MiB");
        atLeast(configuration, PageOptions.TIMELINE_MAX_BYTES, 1 << 20, "1 MiB");
        atLeast(configuration, PageOptions.EVENTS_MAX_BYTES, 1 << 16, "64 KiB");
        Duration back = configuration.get(PageOptions.BACK);
        OptionChecks.require(
                !back.isNegative() && back.compareTo(Duration.ofDays(7)) <= 0, PageOptions.BACK, back, "0 s to 7 d");
        Duration archived = configuration.get(PageOptions.TIMELINE_BACK);
        OptionChecks.require(
                !archived.isNegative() && archived.compareTo(Duration.ofDays(366)) <= 0,
                PageOptions.TIMELINE_BACK,
                archived,
                "0 s to 366 d");
    }

    private static void atLeast(
            Configuration configuration, ConfigOption<MemorySize> option, long bytes, String expected) {
        OptionChecks.require(
                bytes(configuration, option) >= bytes, option, configuration.get(option), "at least " + expected);
    }

    private static long bytes(Configuration configuration, ConfigOption<MemorySize> option) {
        return configuration.get(option).getBytes();
    }

    private static InetSocketAddress listen(String text) {
        InetSocketAddress address = HostPort.here(PageOptions.LISTEN.key(), text);
        OptionChecks.require(
                !address.isUnresolved(), PageOptions.LISTEN, address.getHostString(), "an address of this machine");
        return address;
    }

    private static Optional<String> token(Configuration configuration) {
        String token = configuration.getOptional(PageOptions.TOKEN).orElse("");
        String file = configuration.get(PageOptions.TOKEN_FILE);
        ConfigOption<String> from = file.isEmpty() ? PageOptions.TOKEN : PageOptions.TOKEN_FILE;
        if (!file.isEmpty()) {
            OptionChecks.require(token.isEmpty(), from, "both it and page.token", "one of them");
            token = OptionTexts.secret(from, file);
        }
        OptionChecks.require(
                token.isEmpty() || token.length() >= FEWEST_CHARACTERS,
                from,
                "a token of " + token.length() + " characters",
                "at least " + FEWEST_CHARACTERS + ", such as those of openssl rand -hex 16");
        return Optional.of(token).filter(said -> !said.isEmpty());
    }

    private static Optional<Proxy> proxy(Configuration configuration) {
        String header = configuration.get(PageOptions.PROXY_HEADER);
        OptionChecks.require(
                header.matches("[A-Za-z0-9-]*"), PageOptions.PROXY_HEADER, header, "letters, digits and hyphens");
        Set<InetAddress> addresses = OptionTexts.words(configuration.get(PageOptions.PROXY_ADDRESSES)).stream()
                .map(PageSettings::address)
                .collect(Collectors.toSet());
        return header.isEmpty() ? Optional.empty() : Optional.of(new Proxy(header, addresses));
    }

    private static InetAddress address(String text) {
        try {
            return InetAddress.getByName(text);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(
                    PageOptions.PROXY_ADDRESSES.key() + ": found " + text + ", expected an address", e);
        }
    }

    private static Optional<Tls> tls(Configuration configuration) {
        String keystore = configuration.get(PageOptions.TLS_KEYSTORE);
        if (keystore.isEmpty()) {
            return Optional.empty();
        }
        OptionChecks.require(
                Files.isReadable(Path.of(keystore)), PageOptions.TLS_KEYSTORE, "no file " + keystore, "a PKCS12 file");
        Tls tls = new Tls(
                Path.of(keystore),
                configuration.getOptional(PageOptions.TLS_KEYSTORE_PASSWORD).orElse(""));
        open(tls);
        return Optional.of(tls);
    }

    /** Here rather than when a browser comes. */
    private static void open(Tls tls) {
        try (InputStream in = Files.newInputStream(tls.keystore())) {
            KeyStore keys = KeyStore.getInstance("PKCS12");
            keys.load(in, tls.password().toCharArray());
            OptionChecks.require(
                    keys.size() > 0,
                    PageOptions.TLS_KEYSTORE,
                    tls.keystore() + " without a key",
                    "a key and its chain");
        } catch (IOException e) {
            boolean isPassword = e.getCause() instanceof UnrecoverableKeyException;
            throw new IllegalArgumentException(
                    isPassword
                            ? PageOptions.TLS_KEYSTORE_PASSWORD.key() + ": found one that does not open "
                                    + tls.keystore() + ", expected its own"
                            : PageOptions.TLS_KEYSTORE.key() + ": found " + tls.keystore()
                                    + " that cannot be read as PKCS12, expected a PKCS12 file: " + e.getMessage(),
                    e);
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException(PageOptions.TLS_KEYSTORE.key() + ": " + e.getMessage(), e);
        }
    }

    /** Whether browsers of other machines can reach it. */
    public boolean isOnThisMachineAlone() {
        return listen.getAddress().isLoopbackAddress();
    }

    public LiveLimits limits() {
        return new LiveLimits(
                configuration.get(PageOptions.MAX_CAMERAS),
                bytes(configuration, PageOptions.PICTURES_MAX_BYTES),
                TOKEN_FRAMES,
                NOTES);
    }

    /** Least time between two pictures that are decoded of a camera. */
    public Duration decodeInterval() {
        return Duration.ofNanos(Math.round(1e9 / configuration.get(PageOptions.PICTURES_PER_SECOND)));
    }

    public int decodedCameras() {
        return configuration.get(PageOptions.DECODED_CAMERAS);
    }

    public int maxViewers() {
        return configuration.get(PageOptions.MAX_VIEWERS);
    }

    public boolean keyframes() {
        return configuration.get(PageOptions.KEYFRAMES);
    }

    public Duration back() {
        return configuration.get(PageOptions.BACK);
    }

    /** How far back the archive and the events are read. */
    public Duration timelineBack() {
        return configuration.get(PageOptions.TIMELINE_BACK);
    }

    public long timelineBytes() {
        return bytes(configuration, PageOptions.TIMELINE_MAX_BYTES);
    }

    public long eventsBytes() {
        return bytes(configuration, PageOptions.EVENTS_MAX_BYTES);
    }

    /** Without the token. */
    @Override
    public String toString() {
        return "PageSettings[" + listen + "]";
    }
}
