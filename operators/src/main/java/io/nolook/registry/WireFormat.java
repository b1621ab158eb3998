package io.nolook.registry;

import io.nolook.schema.SingleObject;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.jspecify.annotations.Nullable;

/**
 * How records travel: as Avro single objects, which all code knows, or in the wire format of Confluent's registry.
 *
 * <p>The two differ in what is before the body: 0xC3 0x01 and the schema's fingerprint, or 0x00 and its number in the registry.
 * Here one is exchanged for the other; bodies are not touched. The registry is asked once for each schema, then no more.
 * Thread-safe.
 */
public final class WireFormat implements Serializable {
    private static final long serialVersionUID = 1;

    /** Avro single objects, in and out: nothing is exchanged, no registry asked. */
    public static final WireFormat SINGLE_OBJECT = new WireFormat(null, null, false);

    private static final int MOST_PORT = 65_535;
    private static final int SINGLE_HEADER = 10;
    private static final int CONFLUENT_HEADER = 5;
    private static final byte[] SINGLE_MARK = {(byte) 0xC3, 1};

    /** Numbers that are kept. */
    private static final int MOST_NUMBERS = 1000;

    /** Numbers that the registry did not know lately; while there are so many, others are not asked for: anybody can make them up. */
    private static final int MOST_UNKNOWN = 100;

    private static final long UNKNOWN_NANOS = Duration.ofSeconds(30).toNanos();

    private final @Nullable String url;
    private final @Nullable String authorization;
    private final boolean writes;

    private transient volatile @Nullable Known known;

    private WireFormat(@Nullable String url, @Nullable String authorization, boolean writes) {
        this.url = url;
        this.authorization = authorization;
        this.writes = writes;
    }

    /**
     * Reads both formats.
     *
     * @param url of the registry, such as http://registry:8081
     * @param authorization the header of that name, such as "Basic ..."; null for none
     * @param writes whether records are written in the registry's format, else as single objects
     * @throws IllegalArgumentException for what is no such address, or no header
     */
    public static WireFormat confluent(String url, @Nullable String authorization, boolean writes) {
        if (!isAddress(url)) {
            throw new IllegalArgumentException("found " + (url.contains("@") ? "a user or what is no address" : url)
                    + ", expected a schema registry at http://HOST:PORT or https://HOST");
        }
        if (authorization != null && !authorization.matches("[ -~]+")) {
            throw new IllegalArgumentException("found letters in the header Authorization that none may have");
        }
        return new WireFormat(url, authorization, writes);
    }

    private static boolean isAddress(String url) {
        try {
            URI uri = new URI(url);
            return uri.getHost() != null
                    && uri.getUserInfo() == null
                    && uri.getQuery() == null
                    && uri.getFragment() == null
                    && uri.getPort() <= MOST_PORT
                    && ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()));
        } catch (URISyntaxException e) {
            return false;
        }
    }

    /** What was asked: the registry's numbers by subject and fingerprint, and fingerprints by number. */
    private record Known(
            SchemaRegistry registry,
            Map<Map.Entry<String, Long>, Integer> numbers,
            Map<Integer, Long> fingerprints,
            Map<Integer, Long> unknown) {}

    private Known known() {
        Known now = known;
        if (now == null) {
            SchemaRegistry registry = new SchemaRegistry(Objects.requireNonNull(url), authorization);
            now = new Known(registry, new ConcurrentHashMap<>(), new ConcurrentHashMap<>(), new ConcurrentHashMap<>());
            known = now;
        }
        return now;
    }

    /**
     * A record as it is sent.
     *
     * @param topic whose subject, the topic's name and "-value", the schema is registered under
     * @param single an Avro single object of one of nolook's schemas; null in a tombstone
     * @throws UncheckedIOException when the registry cannot be reached, or refuses the schema
     */
    public byte @Nullable [] outgoing(String topic, byte @Nullable [] single) {
        if (!writes || single == null) {
            return single;
        }
        long fingerprint =
                ByteBuffer.wrap(single).order(ByteOrder.LITTLE_ENDIAN).getLong(SINGLE_MARK.length);
        Map.Entry<String, Long> key = Map.entry(topic + "-value", fingerprint);
        Integer number = known().numbers().get(key);
        if (number == null) {
            number = registered(key.getKey(), fingerprint);
            known().numbers().put(key, number);
        }
        return ByteBuffer.allocate(CONFLUENT_HEADER + single.length - SINGLE_HEADER)
                .put((byte) 0)
                .putInt(number)
                .put(single, SINGLE_HEADER, single.length - SINGLE_HEADER)
                .array();
    }

    private int registered(String subject, long fingerprint) {
        Schema schema = SingleObject.schemas().get(fingerprint);
        if (schema == null) {
            throw new IllegalArgumentException(
                    "found a record of schema " + Long.toHexString(fingerprint) + ", expected one of nolook's");
        }
        try {
            return known().registry().register(subject, schema.toString());
        } catch (IOException e) {
            throw new UncheckedIOException(e.getMessage(), e);
        }
    }

    /**
     * A record as the code knows it; what is in no format of which the schema is known is left as it is, and will be refused.
     *
     * @param value a record's value as Kafka gives it; null in a tombstone
     * @throws UncheckedIOException when the registry cannot be reached: the record is not at fault
     */
    public byte @Nullable [] incoming(byte @Nullable [] value) {
        if (url == null || value == null || value.length < CONFLUENT_HEADER || value[0] != 0) {
            return value;
        }
        int number = ByteBuffer.wrap(value).getInt(1);
        Optional<Long> fingerprint = number < 0 ? Optional.empty() : fingerprint(number);
        if (fingerprint.isEmpty()) {
            return value;
        }
        return ByteBuffer.allocate(SINGLE_HEADER + value.length - CONFLUENT_HEADER)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(SINGLE_MARK)
                .putLong(fingerprint.get())
                .put(value, CONFLUENT_HEADER, value.length - CONFLUENT_HEADER)
                .array();
    }

    private Optional<Long> fingerprint(int number) {
        Known now = known();
        Long fingerprint = now.fingerprints().get(number);
        if (fingerprint != null) {
            return Optional.of(fingerprint);
        }
        now.unknown().values().removeIf(asked -> System.nanoTime() - asked >= UNKNOWN_NANOS);
        if (now.unknown().containsKey(number) || now.unknown().size() >= MOST_UNKNOWN) {
            return Optional.empty();
        }
        Optional<Long> told;
        try {
            told = now.registry().schema(number).flatMap(WireFormat::fingerprint);
        } catch (IOException e) {
            throw new UncheckedIOException(e.getMessage(), e);
        }
        if (told.isEmpty()) {
            now.unknown().put(number, System.nanoTime());
        } else {
            if (now.fingerprints().size() >= MOST_NUMBERS) {
                now.fingerprints().clear();
            }
            now.fingerprints().put(number, told.get());
        }
        return told;
    }

    private static Optional<Long> fingerprint(String schema) {
        try {
            return Optional.of(SchemaNormalization.parsingFingerprint64(new Schema.Parser().parse(schema)));
        } catch (RuntimeException e) { // Avro has one for each way to be wrong
            return Optional.empty(); // of somebody else: with references, or none that Avro can read
        }
    }
}
