package io.nolook.job.archive;

import io.nolook.archive.PayloadCodec;
import io.nolook.archive.SegmentCoder;
import io.nolook.archive.SegmentEnd;
import io.nolook.kafka.KafkaSettings;
import io.nolook.record.ArchiveSegments;
import io.nolook.schema.ArchiveSegment;
import io.nolook.schema.SingleObject;
import io.nolook.schema.TokenFrame;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Archives that no job wrote. */
public final class TestArchive {

    private TestArchive() {}

    /** Sends token frames of one camera to the archive topic, a segment a clip. */
    public static void send(KafkaSettings kafka, List<TokenFrame> frames) {
        send(kafka, frames, value -> value);
    }

    /**
     * Sends token frames of one camera to the archive topic, a segment a clip.
     *
     * @param change what becomes of the bytes of each record
     */
    public static void send(KafkaSettings kafka, List<TokenFrame> frames, UnaryOperator<byte[]> change) {
        sendSegments(kafka, clips(frames), SegmentEnd.KEYFRAME, change);
    }

    /**
     * Sends segments to the archive topic, in this order.
     *
     * @param change what becomes of the bytes of each record
     */
    public static void sendSegments(
            KafkaSettings kafka, List<List<TokenFrame>> segments, SegmentEnd end, UnaryOperator<byte[]> change) {
        SingleObject<ArchiveSegment> format = SingleObject.archiveSegments();
        try (KafkaProducer<byte[], byte[]> producer = TestTokens.producer(kafka)) {
            for (List<TokenFrame> frames : segments) {
                ArchiveSegment segment = ArchiveSegments.record(
                        SegmentCoder.encode(ArchiveSegments.segment(frames, end), PayloadCodec.CONTEXT));
                byte[] key = segment.getCamera().getBytes(StandardCharsets.UTF_8);
                long time = segment.getFirstCapturedAtMicros() / 1000;
                producer.send(new ProducerRecord<>(
                        kafka.archiveTopic(), null, time, key, change.apply(format.encode(segment))));
            }
        }
    }

    private static List<List<TokenFrame>> clips(List<TokenFrame> frames) {
        List<List<TokenFrame>> clips = new ArrayList<>();
        for (TokenFrame frame : frames) {
            if (frame.getPosition() == 0) {
                clips.add(new ArrayList<>());
            }
            clips.get(clips.size() - 1).add(frame);
        }
        return clips;
    }
}
