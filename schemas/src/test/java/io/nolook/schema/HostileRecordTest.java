package io.nolook.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.nolook.schema.TestRecords.Sample;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bytes made to hurt: nothing but an IOException may come of them, and no memory beyond their size. */
class HostileRecordTest {
    private static final long LITTLE = 1 << 20;

    /** The start of a record's body. */
    private interface Body {
        void write(BinaryEncoder out) throws IOException;
    }

    static Stream<Sample<?>> samples() {
        return TestRecords.all();
    }

    @ParameterizedTest
    @ValueSource(longs = {1 << 20, 1 << 30, Integer.MAX_VALUE - 8, Integer.MAX_VALUE, 1L << 40, Long.MAX_VALUE, -1})
    void aPictureThatClaimsMoreBytesThanThereAreIsRefusedInLittleMemory(long claimed) throws IOException {
        byte[] encoded = hostile(SingleObject.frames().encode(TestRecords.frame()), out -> {
            out.writeString("gate");
            out.writeLong(1);
            out.writeLong(2);
            out.writeLong(3);
            out.writeEnum(0);
            out.writeInt(16);
            out.writeInt(16);
            out.writeLong(claimed);
        });

        assertRefusedInLittleMemory(SingleObject.frames(), encoded);
    }

    @ParameterizedTest
    @ValueSource(longs = {1 << 20, 1 << 30, Integer.MAX_VALUE - 8, Integer.MAX_VALUE, 1L << 40, Long.MAX_VALUE, -1})
    void aNameThatClaimsMoreBytesThanThereAreIsRefusedInLittleMemory(long claimed) throws IOException {
        byte[] encoded =
                hostile(SingleObject.tokenFrames().encode(TestRecords.tokenFrame()), out -> out.writeLong(claimed));

        assertRefusedInLittleMemory(SingleObject.tokenFrames(), encoded);
    }

    @ParameterizedTest
    @ValueSource(longs = {1 << 20, 1 << 30, Integer.MAX_VALUE - 8, Integer.MAX_VALUE, 1L << 40, Long.MAX_VALUE})
    void headersThatClaimMoreItemsThanThereAreAreRefusedInLittleMemory(long claimed) throws IOException {
        byte[] encoded = hostile(SingleObject.failedFrames().encode(TestRecords.failedFrame()), out -> {
            out.writeString("gate");
            out.writeEnum(1);
            out.writeString("CODE");
            out.writeString("reason");
            out.writeString("frames");
            out.writeInt(0);
            out.writeLong(1);
            out.writeLong(2);
            out.writeIndex(0);
            out.writeIndex(0);
            out.writeLong(-1);
            out.writeIndex(0);
            out.writeLong(claimed);
        });

        assertRefusedInLittleMemory(SingleObject.failedFrames(), encoded);
    }

    @ParameterizedTest
    @MethodSource("samples")
    void changedBytesGiveARecordOrAnIoException(Sample<?> sample) {
        Random random = new Random(17);
        byte[] valid = sample.encoded();
        int refused = 0;
        for (int attempt = 0; attempt < 20_000; attempt++) {
            byte[] bytes = valid.clone();
            int changes = 1 + random.nextInt(6);
            for (int i = 0; i < changes; i++) {
                int at = 10 + random.nextInt(bytes.length - 10);
                bytes[at] = random.nextInt(3) == 0 ? (byte) 0xff : (byte) random.nextInt(256);
            }
            refused += refused(sample, bytes);
        }
        assertThat(refused).isBetween(1_000, 19_999);
    }

    @ParameterizedTest
    @MethodSource("samples")
    void cutsAndNoiseGiveAnIoException(Sample<?> sample) {
        Random random = new Random(18);
        byte[] valid = sample.encoded();
        for (int attempt = 0; attempt < 5_000; attempt++) {
            byte[] noise = new byte[10 + random.nextInt(400)];
            random.nextBytes(noise);
            System.arraycopy(valid, 0, noise, 0, 10);
            refused(sample, noise);
            refused(sample, Arrays.copyOfRange(noise, random.nextInt(10), noise.length));
        }
    }

    @Test
    void aReaderGoesOnAfterAHostileRecord() throws IOException {
        SingleObject<Frame> codec = SingleObject.frames();
        byte[] valid = codec.encode(TestRecords.frame());
        byte[] encoded = hostile(valid, out -> out.writeLong(1 << 30));

        assertThatThrownBy(() -> codec.decode(encoded)).isInstanceOf(IOException.class);

        assertThat(codec.decode(valid)).isEqualTo(TestRecords.frame());
    }

    /** 1 when refused, 0 when read; anything but an IOException fails the test. */
    private static int refused(Sample<?> sample, byte[] bytes) {
        try {
            assertThat(sample.decode(bytes)).isNotNull();
            return 0;
        } catch (IOException e) {
            return 1;
        }
    }

    private static void assertRefusedInLittleMemory(SingleObject<?> codec, byte[] encoded) {
        // the first failure also loads classes
        assertThatThrownBy(() -> codec.decode(encoded)).isInstanceOf(IOException.class);
        ThreadMXBean thread = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = thread.getCurrentThreadAllocatedBytes();
        try {
            codec.decode(encoded);
        } catch (IOException e) {
            assertThat(thread.getCurrentThreadAllocatedBytes() - before).isLessThan(LITTLE);
        }
    }

    private static byte[] hostile(byte[] valid, Body body) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.write(valid, 0, 10);
        BinaryEncoder out = EncoderFactory.get().binaryEncoder(bytes, null);
        body.write(out);
        out.flush();
        bytes.write(new byte[] {1, 2, 3});
        return bytes.toByteArray();
    }

    @Test
    void aTombstoneIsSaidToBeOne() {
        assertThatThrownBy(() -> SingleObject.tokenFrames().decode(null))
                .isInstanceOf(IOException.class)
                .hasMessage("found no value (a tombstone), expected an Avro single object of"
                        + " io.nolook.schema.TokenFrame");
    }
}
