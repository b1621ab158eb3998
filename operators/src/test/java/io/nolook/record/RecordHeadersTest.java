package io.nolook.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nolook.record.ReceivedRecord.Header;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class RecordHeadersTest {

    private static Header header(String key, String value) {
        return new Header(key, value.getBytes(StandardCharsets.UTF_8));
    }

    private static List<String> keys(List<Header> headers) {
        return headers.stream().map(Header::key).toList();
    }

    @Test
    void headersComeBack() {
        List<Header> headers = List.of(header("é", "1"), new Header("none", null), header("", ""), header("é", "2"));
        List<Header> found = RecordHeaders.decode(RecordHeaders.encode(headers));

        assertThat(found).usingRecursiveComparison().isEqualTo(headers);
        assertThat(RecordHeaders.encode(List.of())).isEmpty();
        assertThat(RecordHeaders.decode(new byte[0])).isEmpty();
    }

    /** They are part of savepoints. */
    @Test
    void theBytesOfVersionOneStay() {
        byte[] bytes = RecordHeaders.encode(List.of(header("ab", "c"), new Header("d", null)));
        assertThat(HexFormat.of().formatHex(bytes))
                .isEqualTo(
                        "01" + "00000002" + "00000002" + "6162" + "00000001" + "63" + "00000001" + "64" + "ffffffff");
    }

    @Test
    void whatDoesNotFitStaysBehindAndTheTraceContextDoesNot() {
        List<Header> headers = List.of(
                header("large", "x".repeat(4030)),
                header("larger", "x".repeat(5000)),
                header("small", "y"),
                header("traceparent", "z".repeat(55)));
        byte[] bytes = RecordHeaders.encode(headers);

        assertThat(bytes.length).isLessThanOrEqualTo(RecordHeaders.MOST_BYTES);
        assertThat(keys(RecordHeaders.decode(bytes))).containsExactly("traceparent", "small");
    }

    @Test
    void otherBytesAreRefused() {
        byte[] bytes = RecordHeaders.encode(List.of(header("ab", "c")));
        for (int length = 1; length < bytes.length; length++) {
            byte[] cut = Arrays.copyOf(bytes, length);
            assertThatThrownBy(() -> RecordHeaders.decode(cut)).hasMessageContaining("end early");
        }
        bytes[0] = 2;
        assertThatThrownBy(() -> RecordHeaders.decode(bytes)).hasMessageContaining("version 2, expected 1");
    }
}
