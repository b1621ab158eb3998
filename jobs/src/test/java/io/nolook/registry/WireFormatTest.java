package io.nolook.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nolook.schema.Frame;
import io.nolook.schema.FrameEncoding;
import io.nolook.schema.SingleObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.apache.flink.util.InstantiationUtil;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WireFormatTest {
    private static final Frame FRAME =
            new Frame("gate", 1L, 2L, 3L, FrameEncoding.RGB24, 1, 1, ByteBuffer.wrap(new byte[] {1, 2, 3}));

    private RegistryServer registry;
    private WireFormat format;

    @BeforeEach
    void start() throws IOException {
        registry = new RegistryServer();
        format = WireFormat.confluent(registry.url(), null, true);
    }

    @AfterEach
    void stop() {
        registry.close();
    }

    @Test
    void exchangesTheHeaderAndNothingElse() throws IOException {
        byte[] single = SingleObject.frames().encode(FRAME);
        byte[] sent = format.outgoing("frames", single);
        assertThat(sent).startsWith(0, 0, 1, (byte) 0x86, (byte) 0xA1).hasSize(single.length - 5); // number 100,001
        assertThat(Arrays.copyOfRange(sent, 5, sent.length)).isEqualTo(Arrays.copyOfRange(single, 10, single.length));
        assertThat(SingleObject.frames().decode(format.incoming(sent))).isEqualTo(FRAME);
    }

    @Test
    void asksOnceForEachSchemaAndSubject() {
        byte[] single = SingleObject.frames().encode(FRAME);
        for (int i = 0; i < 3; i++) {
            format.incoming(format.outgoing("frames", single));
            format.outgoing("decoded-frames", single);
        }
        assertThat(registry.asked())
                .containsExactly(
                        "POST /subjects/frames-value",
                        "POST /subjects/frames-value/versions",
                        "GET /schemas/ids/100001",
                        "POST /subjects/decoded-frames-value",
                        "POST /subjects/decoded-frames-value/versions");
    }

    @Test
    void whoMayNotRegisterFindsWhatAnotherDid() {
        byte[] single = SingleObject.frames().encode(FRAME);
        format.outgoing("frames", single);
        WireFormat.confluent(registry.url(), null, true).outgoing("frames", single);
        assertThat(registry.asked()).endsWith("POST /subjects/frames-value/versions", "POST /subjects/frames-value");
    }

    @Test
    void bothFormatsAreReadWhateverIsWritten() throws IOException {
        byte[] single = SingleObject.frames().encode(FRAME);
        byte[] sent = format.outgoing("frames", single);
        WireFormat reader = WireFormat.confluent(registry.url(), null, false);
        assertThat(reader.outgoing("frames", single)).isSameAs(single);
        assertThat(reader.incoming(single)).isSameAs(single);
        assertThat(reader.incoming(sent)).isEqualTo(single);
        assertThat(reader.incoming(null)).isNull();
        assertThat(format.outgoing("frames", null)).isNull();
    }

    @Test
    void recordsOfAnEarlierReleaseAreReadByTheirOwnSchema() throws IOException {
        String old = SingleObject.released("TokenFrame").get(0).toString();
        int number = registry.add("tokens-value", old);
        byte[] value = ByteBuffer.allocate(6)
                .put((byte) 0)
                .putInt(number)
                .put((byte) 7)
                .array();
        byte[] single = format.incoming(value);
        assertThat(single).hasSize(11).endsWith(7);
        long fingerprint =
                ByteBuffer.wrap(single).order(java.nio.ByteOrder.LITTLE_ENDIAN).getLong(2);
        assertThat(SingleObject.schemas().get(fingerprint)).hasToString(old);
    }

    @Test
    void whatTheRegistryDoesNotKnowIsLeftAndRefusedAndNotAskedForAgainAtOnce() {
        byte[] value = {0, 0, 0, 0, 9, 1, 2, 3};
        assertThat(format.incoming(value)).isSameAs(value);
        assertThat(format.incoming(value)).isSameAs(value);
        assertThat(registry.asked()).containsExactly("GET /schemas/ids/9");
        assertThatThrownBy(() -> SingleObject.frames().decode(value)).hasMessageContaining("record.registry.url");
        byte[] others = {0, 0, 1, (byte) 0x86, (byte) 0xA1, 1};
        registry.add("others-value", "{\"type\": \"record\", \"name\": \"Broken\"}");
        assertThat(format.incoming(others)).isSameAs(others);
    }

    @Test
    void numbersThatSomebodyMakesUpDoNotFloodTheRegistry() throws IOException {
        byte[] single = SingleObject.frames().encode(FRAME);
        byte[] sent = format.outgoing("frames", single);
        assertThat(format.incoming(sent)).isEqualTo(single);
        for (int number = 1; number <= 500; number++) {
            byte[] value = ByteBuffer.allocate(5).put((byte) 0).putInt(number).array();
            assertThat(format.incoming(value)).isSameAs(value);
        }
        assertThat(registry.asked()).hasSizeLessThanOrEqualTo(103);
        assertThat(format.incoming(sent)).isEqualTo(single);
    }

    @ParameterizedTest
    @CsvSource({"404, <html>", "404, ''", "200, ''", "200, {}", "200, '[1]'", "200, <html>", "500, <html>", "401, {}"})
    void whatIsNoRegistrysAnswerIsNoFaultOfTheRecord(int status, String text) {
        registry.answer(status, text);
        byte[] value = {0, 0, 0, 0, 9, 1, 2, 3};
        assertThatThrownBy(() -> format.incoming(value))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("schema registry at " + registry.url());
        byte[] single = SingleObject.frames().encode(FRAME);
        assertThatThrownBy(() -> format.outgoing("frames", single)).isInstanceOf(UncheckedIOException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"type\": \"record\", \"name\": \"A\", \"fields\": [{\"name\": \"b\", \"type\": \"other.B\"}]}",
                "{\"type\": \"fixed\", \"name\": \"A\", \"size\": -1}",
                "[\"int\", \"int\"]",
                "{\"type\": \"record\", \"name\": \"A\", \"fields\": [{\"name\": \"b\", \"type\": \"int\", \"order\": 3}]}",
                "null",
                ""
            })
    void schemasThatAvroCannotReadAloneAreNotKnown(String schema) {
        int number = registry.add("others-value", schema);
        byte[] value = ByteBuffer.allocate(6).put((byte) 0).putInt(number).array();
        assertThat(format.incoming(value)).isSameAs(value);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "registry:8081",
                "http://",
                "ftp://registry",
                "http://a:secret@registry",
                "http://r:99999",
                "http://r?x=1"
            })
    void whatIsNoAddressIsRefusedAtStart(String url) {
        assertThatThrownBy(() -> WireFormat.confluent(url, null, true))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("secret");
        assertThatThrownBy(() -> WireFormat.confluent("http://r", "Basic secret\n", true))
                .hasMessageNotContaining("secret");
    }

    @Test
    void aRegistryThatIsAwayIsNoFaultOfTheRecord() {
        registry.close();
        byte[] value = {0, 0, 0, 0, 9, 1, 2, 3};
        assertThatThrownBy(() -> format.incoming(value))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("found no answer of the schema registry at " + registry.url());
        byte[] single = SingleObject.frames().encode(FRAME);
        assertThatThrownBy(() -> format.outgoing("frames", single)).isInstanceOf(UncheckedIOException.class);
    }

    @Test
    void sendsTheAuthorizationAndSaysWhatIsRefused() {
        registry.requireAuthorization("Basic abc");
        byte[] single = SingleObject.frames().encode(FRAME);
        assertThatThrownBy(() -> format.outgoing("frames", single))
                .hasMessageContaining("status 401")
                .hasMessageContaining("frames-value");
        assertThat(WireFormat.confluent(registry.url() + "/", "Basic abc", true).outgoing("frames", single))
                .startsWith(0);
    }

    @Test
    void travelsToTasks() throws Exception {
        byte[] single = SingleObject.frames().encode(FRAME);
        format.outgoing("frames", single);
        WireFormat copy = InstantiationUtil.clone(format);
        assertThat(copy.outgoing("frames", single)).isEqualTo(format.outgoing("frames", single));
    }

    @Test
    void everySchemaOfARecordIsKnown() {
        assertThat(SingleObject.schemas().values().stream()
                        .map(org.apache.avro.Schema::getName)
                        .distinct())
                .contains("Frame", "TokenFrame", "FailedFrame", "CameraStatus", "ControlReport", "ArchiveDeletion")
                .hasSize(13);
    }
}
