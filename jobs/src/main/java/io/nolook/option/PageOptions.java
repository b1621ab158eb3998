package io.nolook.option;

import static org.apache.flink.configuration.ConfigOptions.key;

import java.time.Duration;
import java.util.List;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.MemorySize;

/** Options of the page: type, default, unit, range, cost. */
public final class PageOptions {

    public static final ConfigOption<String> LISTEN = key("page.listen")
            .stringType()
            .defaultValue("127.0.0.1:9480")
            .withDescription("Where the page is, HOST:PORT; port 0 takes a free one. Beyond this machine only with a"
                    + " token or behind a proxy.");

    public static final ConfigOption<String> HOSTS = key("page.hosts")
            .stringType()
            .defaultValue("")
            .withDescription("Further names, separated by commas, by which browsers may ask for a page on this machine"
                    + " alone; others are refused, since a web site could point its own name here.");

    public static final ConfigOption<String> TOKEN = key("page.token")
            .stringType()
            .noDefaultValue()
            .withDescription("Secret that whoever looks must know, at least 16 characters; never as an argument, but in"
                    + " a file of --config or in NOLOOK_PAGE_TOKEN.");

    public static final ConfigOption<String> TOKEN_FILE = key("page.token-file")
            .stringType()
            .defaultValue("")
            .withDescription("File that holds page.token on its first line. Empty for none.");

    public static final ConfigOption<String> PROXY_HEADER = key("page.proxy-header")
            .stringType()
            .defaultValue("")
            .withDescription(
                    "Header in which a proxy names who it let in, such as X-Forwarded-User; requests without it"
                            + " are refused. Empty for no proxy.");

    public static final ConfigOption<String> PROXY_ADDRESSES = key("page.proxy-addresses")
            .stringType()
            .defaultValue("127.0.0.1,::1")
            .withDescription("Addresses that page.proxy-header is believed from, separated by commas: those that the"
                    + " proxy connects from.");

    public static final ConfigOption<String> TLS_KEYSTORE = key("page.tls.keystore")
            .stringType()
            .defaultValue("")
            .withDescription(
                    "PKCS12 file of the certificate and its key: the page is then HTTPS alone. Empty for HTTP.");

    public static final ConfigOption<String> TLS_KEYSTORE_PASSWORD = key("page.tls.keystore-password")
            .stringType()
            .noDefaultValue()
            .withDescription("Of page.tls.keystore; never as an argument, but in a file of --config or in"
                    + " NOLOOK_PAGE_TLS_KEYSTORE_PASSWORD.");

    public static final ConfigOption<Boolean> KEYFRAMES = key("page.keyframes")
            .booleanType()
            .defaultValue(false)
            .withDescription("Whether the page may ask the tokenizing job for keyframes: all that it ever writes.");

    public static final ConfigOption<Double> PICTURES_PER_SECOND = key("page.pictures-per-second")
            .doubleType()
            .defaultValue(1.0)
            .withDescription(
                    "Most pictures a second that are decoded of each camera in view, 0.1 to 30. Raising it costs"
                            + " processor time.");

    public static final ConfigOption<Integer> DECODED_CAMERAS = key("page.decoded-cameras")
            .intType()
            .defaultValue(64)
            .withDescription("Most cameras that are decoded at a time, 1 to 1000; each takes the decoder's activations,"
                    + " 1 to 3 MiB.");

    public static final ConfigOption<MemorySize> PICTURES_MAX_BYTES = key("page.pictures-max-bytes")
            .memoryType()
            .defaultValue(MemorySize.ofMebiBytes(128))
            .withDescription("Most bytes of the newest frames of all cameras together, at least 1 MiB; beyond it those"
                    + " that are oldest are not shown.");

    public static final ConfigOption<Integer> MAX_CAMERAS = key("page.max-cameras")
            .intType()
            .defaultValue(1000)
            .withDescription("Most cameras that the page knows, 1 to 100000; each takes up to 200 KB beside its newest"
                    + " frame.");

    public static final ConfigOption<Integer> MAX_VIEWERS = key("page.max-viewers")
            .intType()
            .defaultValue(32)
            .withDescription("Most browsers that follow the page at a time, 1 to 1000; each takes a connection and now"
                    + " and then a thread.");

    public static final ConfigOption<Duration> BACK = key("page.back")
            .durationType()
            .defaultValue(Duration.ofHours(1))
            .withDescription(
                    "How far back actions and dead letters are read at the start, 0 s to 7 d. More takes longer"
                            + " to start.");

    public static final ConfigOption<Duration> TIMELINE_BACK = key("page.timeline-back")
            .durationType()
            .defaultValue(Duration.ofDays(1))
            .withDescription("How far back the archive and the events are read at the start, 0 s to 366 d. All of it is"
                    + " read from the broker: 77 MB a camera and day at 128x128 and 30 frames/s.");

    public static final ConfigOption<MemorySize> TIMELINE_MAX_BYTES = key("page.timeline-max-bytes")
            .memoryType()
            .defaultValue(MemorySize.ofMebiBytes(64))
            .withDescription(
                    "Most bytes of what is known of segments, at least 1 MiB; beyond it the oldest are forgotten."
                            + " A segment takes 240 bytes: 64 MiB are four days of 25 cameras at 30 frames/s.");

    public static final ConfigOption<MemorySize> EVENTS_MAX_BYTES = key("page.events-max-bytes")
            .memoryType()
            .defaultValue(MemorySize.ofMebiBytes(16))
            .withDescription("Most bytes of the events that are shown, at least 64 KiB; an event takes about 500.");

    private PageOptions() {}

    /** All of them, in the order of the documentation. */
    public static List<ConfigOption<?>> all() {
        return List.of(
                LISTEN,
                HOSTS,
                TOKEN,
                TOKEN_FILE,
                PROXY_HEADER,
                PROXY_ADDRESSES,
                TLS_KEYSTORE,
                TLS_KEYSTORE_PASSWORD,
                KEYFRAMES,
                PICTURES_PER_SECOND,
                DECODED_CAMERAS,
                PICTURES_MAX_BYTES,
                MAX_CAMERAS,
                MAX_VIEWERS,
                BACK,
                TIMELINE_BACK,
                TIMELINE_MAX_BYTES,
                EVENTS_MAX_BYTES);
    }
}
