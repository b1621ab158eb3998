package io.nolook.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nolook.archive.CodedSegment;
import io.nolook.archive.PayloadCodec;
import io.nolook.archive.SegmentCoder;
import io.nolook.archive.SegmentEnd;
import io.nolook.archive.SegmentException;
import io.nolook.schema.SingleObject;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** An outline says what its segment says in plain, whatever its coded part is. */
class SegmentOutlinesTest {
    private final SegmentOutlines outlines = new SegmentOutlines();
    private final CodedSegment coded = SegmentCoder.encode(
            ArchiveSegments.segment(ArchiveSegmentsTest.clip("gate", 40, 9), SegmentEnd.FULL), PayloadCodec.CONTEXT);
    private final byte[] bytes = SingleObject.archiveSegments().encode(ArchiveSegments.record(coded));

    @Test
    void anOutlineIsThatOfItsSegment() throws SegmentException {
        assertThat(outlines.read(bytes)).isEqualTo(coded.outline());
        assertThat(coded.outline().extent().gaps()).isNotEmpty();
    }

    /** Which is why listing is no check. */
    @Test
    void codedBytesAreNotLookedAt() throws SegmentException {
        byte[] changed = bytes.clone();
        for (int at = bytes.length - 5 - coded.payload().length; at < bytes.length - 5; at++) {
            changed[at] ^= 0x55;
        }
        assertThatThrownBy(() -> ArchiveSegments.read(changed, SingleObject.archiveSegments()))
                .isInstanceOf(SegmentException.class);
        assertThat(outlines.read(changed)).isEqualTo(coded.outline());
    }

    @Test
    void whatIsNoSegmentIsRefused() {
        for (int length = 0; length < bytes.length; length++) {
            byte[] cut = Arrays.copyOf(bytes, length);
            assertThatThrownBy(() -> outlines.read(cut))
                    .isInstanceOf(SegmentException.class)
                    .hasMessageContaining("found a record of " + length + " bytes that cannot be read");
        }
        byte[] longer = Arrays.copyOf(bytes, bytes.length + 1);
        assertThatThrownBy(() -> outlines.read(longer)).hasMessageContaining("found bytes after the record");
        byte[] other = bytes.clone();
        other[5] ^= 1;
        assertThatThrownBy(() -> outlines.read(other)).hasMessageContaining("expected the header of a released");
    }

    @Test
    void aFlippedBitIsAnotherOutlineOrARefusal() {
        for (int at = 0; at < bytes.length; at++) {
            for (int bit = 0; bit < 8; bit++) {
                byte[] changed = bytes.clone();
                changed[at] ^= (byte) (1 << bit);
                try {
                    assertThat(outlines.read(changed).name()).startsWith("segment ");
                } catch (SegmentException e) {
                    assertThat(e).hasMessageContaining("cannot be read");
                }
            }
        }
    }
}
