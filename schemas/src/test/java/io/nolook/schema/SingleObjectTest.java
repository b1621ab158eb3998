package io.nolook.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nolook.schema.TestRecords.Sample;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.DecoderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SingleObjectTest {

    static Stream<Sample<?>> samples() {
        return TestRecords.all();
    }

    @ParameterizedTest
    @MethodSource("samples")
    void bringsBackEveryField(Sample<?> sample) throws IOException {
        assertThat(sample.decode(sample.encoded())).isEqualTo(sample.value());
    }

    @ParameterizedTest
    @MethodSource("samples")
    void startsWithTheMarkerAndTheFingerprintInLittleEndian(Sample<?> sample) {
        byte[] encoded = sample.encoded();

        assertThat(Arrays.copyOf(encoded, 2)).containsExactly(0xC3, 0x01);
        assertThat(ByteBuffer.wrap(encoded).order(ByteOrder.LITTLE_ENDIAN).getLong(2))
                .isEqualTo(
                        SchemaNormalization.parsingFingerprint64(sample.value().getSchema()));
    }

    @ParameterizedTest
    @MethodSource("samples")
    void givesTheSameBytesEachTime(Sample<?> sample) throws IOException {
        byte[] first = sample.encoded();

        assertThat(sample.encoded()).isEqualTo(first);
        sample.decode(first);
        assertThat(sample.encoded()).isEqualTo(first);
    }

    @ParameterizedTest
    @MethodSource("samples")
    void readsTheBytesOfEveryVersion(Sample<?> sample) throws IOException {
        assertThat(sample.fixtures()).hasSameSizeAs(SingleObject.released(sample.name()));
        for (Map.Entry<String, ?> fixture : sample.fixtures().entrySet()) {
            try (InputStream in = getClass().getResourceAsStream("/fixtures/" + fixture.getKey())) {
                assertThat(sample.decode(in.readAllBytes())).isEqualTo(fixture.getValue());
            }
        }
    }

    @ParameterizedTest
    @MethodSource("samples")
    void bodyIsPlainAvroOfItsSchema(Sample<?> sample) throws IOException {
        byte[] encoded = sample.encoded();
        Schema schema = sample.value().getSchema();

        GenericRecord read = new GenericDatumReader<GenericRecord>(schema)
                .read(null, DecoderFactory.get().binaryDecoder(encoded, 10, encoded.length - 10, null));

        assertThat(read.toString()).isEqualTo(sample.value().toString());
    }

    @ParameterizedTest
    @MethodSource("samples")
    void refusesWhatHasNoHeader(Sample<?> sample) {
        for (int length = 0; length < 10; length++) {
            byte[] cut = Arrays.copyOf(sample.encoded(), length);
            assertThatThrownBy(() -> sample.decode(cut))
                    .isInstanceOf(IOException.class)
                    .hasMessage("found " + length + " bytes without the header C3 01, expected an Avro single object of"
                            + " io.nolook.schema." + sample.name());
        }
        for (int at = 0; at < 2; at++) {
            byte[] other = sample.encoded();
            other[at]++;
            assertThatThrownBy(() -> sample.decode(other))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("without the header C3 01");
        }
    }

    @ParameterizedTest
    @MethodSource("samples")
    void refusesAnUnknownFingerprint(Sample<?> sample) {
        byte[] encoded = sample.encoded();
        ByteBuffer.wrap(encoded).order(ByteOrder.LITTLE_ENDIAN).putLong(2, 0x1234abcdL);

        assertThatThrownBy(() -> sample.decode(encoded))
                .isInstanceOf(IOException.class)
                .hasMessage("found schema fingerprint 1234abcd, expected a released version of io.nolook.schema."
                        + sample.name() + "; upgrade the reader if the writer is newer");
    }

    @Test
    void refusesARecordOfAnotherKind() {
        byte[] tokens = SingleObject.tokenFrames().encode(TestRecords.tokenFrame());

        assertThatThrownBy(() -> SingleObject.frames().decode(tokens))
                .isInstanceOf(IOException.class)
                .hasMessageEndingWith("expected a released version of io.nolook.schema.Frame;"
                        + " upgrade the reader if the writer is newer");
    }

    @ParameterizedTest
    @MethodSource("samples")
    void refusesEveryTruncation(Sample<?> sample) throws IOException {
        byte[] encoded = sample.encoded();

        for (int length = 10; length < encoded.length; length++) {
            byte[] cut = Arrays.copyOf(encoded, length);
            assertThatThrownBy(() -> sample.decode(cut))
                    .as("%s cut to %d of %d bytes", sample, length, encoded.length)
                    .isInstanceOf(IOException.class);
        }
        assertThat(sample.decode(encoded)).as("the reader after failures").isEqualTo(sample.value());
    }

    @ParameterizedTest
    @MethodSource("samples")
    void refusesTrailingBytes(Sample<?> sample) {
        byte[] longer = Arrays.copyOf(sample.encoded(), sample.encoded().length + 1);

        assertThatThrownBy(() -> sample.decode(longer))
                .isInstanceOf(IOException.class)
                .hasMessage("found bytes after the record, expected one io.nolook.schema." + sample.name());
    }

    @Test
    void saysWhichRecordItCouldNotRead() {
        byte[] encoded = SingleObject.frames().encode(TestRecords.frame());
        // the length of the camera id, first in the body, becomes -1
        encoded[10] = 1;

        assertThatThrownBy(() -> SingleObject.frames().decode(encoded))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("found bytes that are no io.nolook.schema.Frame of that schema: ");
    }
}
