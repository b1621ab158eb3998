package io.nolook.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.nolook.archive.PayloadCodec;
import io.nolook.archive.SegmentCoder;
import io.nolook.archive.SegmentEnd;
import io.nolook.archive.SegmentOutline;
import io.nolook.job.archive.TestTokens;
import io.nolook.record.ArchiveSegments;
import io.nolook.schema.ArchiveDeletion;
import io.nolook.schema.TokenFrame;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What goes, and how what is left is told from what was lost. */
class ExpiryPlanTest {
    private static final long NOW = TestTokens.START_MICROS + 1_000_000_000;
    private static final List<TokenFrame> FRAMES = TestTokens.camera(0, 18);
    /** Of three token frames: a clip is three of them. */
    private static final List<SegmentOutline> SEGMENTS = List.of(
            segment(FRAMES.subList(0, 3)),
            segment(FRAMES.subList(3, 6)),
            segment(FRAMES.subList(6, 9)),
            segment(FRAMES.subList(9, 12)));

    private final ExpiryPlan plan = new ExpiryPlan("archive", ends(2), NOW);

    private static SegmentOutline segment(List<TokenFrame> frames) {
        return SegmentCoder.encode(ArchiveSegments.segment(frames, SegmentEnd.FULL), PayloadCodec.PACKED)
                .outline();
    }

    private static long ends(int segment) {
        return SEGMENTS.get(segment).extent().lastCapturedAtMicros();
    }

    private boolean offer(int partition, long offset, int segment) {
        return plan.offer(
                new ExpiryPlan.Read(partition, offset, "camera-0", 0, 100, Optional.of(SEGMENTS.get(segment))));
    }

    private boolean offerDamaged(int partition, long offset, long capturedMicros) {
        return plan.offer(
                new ExpiryPlan.Read(partition, offset, "camera-1", capturedMicros / 1000, 7, Optional.empty()));
    }

    @Test
    void allBeforeTheFirstOfAPartitionThatStaysGoes() {
        assertThat(offer(0, 4, 0)).isTrue();
        assertThat(offer(0, 7, 1)).as("ends before").isTrue();
        assertThat(offer(0, 8, 2)).as("ends then").isFalse();
        assertThat(offer(0, 9, 0)).as("behind one that stays").isFalse();
        assertThat(offer(1, 0, 3)).isFalse();
        assertThat(offer(2, 5, 1)).as("the last of its partition").isTrue();

        assertThat(plan.befores()).isEqualTo(Map.of(0, 8L, 2, 6L));
        assertThat(plan.deletions())
                .extracting(ArchiveDeletion::getPartition, ArchiveDeletion::getBeforeOffset)
                .containsExactly(tuple(0, 8L), tuple(2, 6L));
    }

    @Test
    void whatGoesIsListed() {
        offer(0, 0, 0);
        offerDamaged(0, 1, ends(1));
        offer(0, 2, 1);

        assertThat(plan.deletions()).hasSize(2);
        assertThat(plan.deletions().get(0))
                .isEqualTo(ArchiveDeletion.newBuilder()
                        .setCamera("camera-0")
                        .setTopic("archive")
                        .setPartition(0)
                        .setBeforeOffset(3)
                        .setDeletedAtMicros(NOW)
                        .setOlderThanMicros(ends(2))
                        .setSegments(2)
                        .setTokenFrames(6)
                        .setBytes(200)
                        .setDamaged(0)
                        .setFirstCapturedAtMicros(TestTokens.START_MICROS)
                        .setLastCapturedAtMicros(ends(1))
                        .setLastEpoch(7)
                        .setLastClip(0)
                        .setNextPosition(6)
                        .build());
        assertThat(plan.deletions().get(1).getDamaged()).isEqualTo(1);
        assertThat(plan.deletions().get(1).getBytes()).isEqualTo(7);
    }

    @Test
    void damagedRecordsGoByTheirTimestamp() {
        assertThat(offerDamaged(0, 0, ends(1))).isTrue();
        assertThat(offerDamaged(0, 1, ends(2) + 1_000)).isFalse();
    }

    @Test
    void whatIsLeftFollowsWhatWasDeleted() {
        offer(0, 0, 0);
        offer(0, 1, 1);
        ArchiveDeletions deletions = new ArchiveDeletions(plan.deletions());

        ArchiveCensus whole = new ArchiveCensus(deletions);
        whole.beginnings("archive", Map.of(0, 2L, 1, 0L));
        whole.outline(SEGMENTS.get(2), 100);
        assertThat(whole.faults()).isEmpty();

        ArchiveCensus lost = new ArchiveCensus(new ArchiveDeletions(List.of()));
        lost.beginnings("archive", Map.of(0, 2L));
        lost.outline(SEGMENTS.get(2), 100);
        assertThat(lost.faults())
                .containsExactly(
                        "archive 0: found 2 as the offset of the oldest record, expected 0: what was before it is gone,"
                                + " and archive expire did not delete it",
                        "segment camera-0/7/0/6: found position 6 without the token frames before it, expected them or a"
                                + " keyframe");
    }

    @Test
    void aHoleBehindWhatWasDeletedIsAHole() {
        offer(0, 0, 0);

        ArchiveCensus census = new ArchiveCensus(new ArchiveDeletions(plan.deletions()));
        census.outline(SEGMENTS.get(2), 100);

        assertThat(census.faultCount()).isEqualTo(1);
    }
}
