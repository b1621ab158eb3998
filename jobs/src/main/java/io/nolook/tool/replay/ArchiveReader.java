package io.nolook.tool.replay;

import io.nolook.archive.CodedSegment;
import io.nolook.archive.SegmentException;
import io.nolook.kafka.KafkaSettings;
import io.nolook.kafka.TopicReader;
import io.nolook.record.ArchiveSegments;
import io.nolook.schema.ArchiveSegment;
import io.nolook.schema.SingleObject;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.IsolationLevel;

/** Segments of the archive topic, checked; a record that was changed costs itself only. One thread. */
public final class ArchiveReader {
    private static final long FIRST_LOOK_BACK_MILLIS = TimeUnit.MINUTES.toMillis(1);

    private final KafkaSettings kafka;
    private final SingleObject<ArchiveSegment> format = SingleObject.archiveSegments();

    /** Takes what is read. */
    public interface Each {
        /**
         * A segment whose checksum is right.
         *
         * @param recordBytes of its value
         */
        void segment(CodedSegment segment, int recordBytes);

        /**
         * A record that is no segment, or was changed.
         *
         * @param place of the record
         * @param why what was found and expected
         */
        void damaged(String place, String why);
    }

    public ArchiveReader(KafkaSettings kafka) {
        this.kafka = kafka;
    }

    /** Reads all committed segments, each camera's in order. */
    public void readAll(Each each) {
        try (TopicReader reader = reader()) {
            reader.readToEnd(record -> take(record, each));
        }
    }

    /**
     * The segments of a camera that hold a stretch of time, and those before them back to the keyframe that it needs.
     *
     * <p>The broker finds where segments of a time begin; as long as no keyframe is found there it is asked for an earlier
     * time. Reading ends with the first segment of the camera that begins after the stretch.
     *
     * @param damaged is told of records that cannot be read
     */
    public List<CodedSegment> find(String camera, long fromMicros, long toMicros, Consumer<String> damaged) {
        long from = TimeUnit.MICROSECONDS.toMillis(fromMicros);
        for (long lookBack = FIRST_LOOK_BACK_MILLIS; ; lookBack *= 8) {
            boolean fromStart = lookBack > from;
            List<CodedSegment> seen = new ArrayList<>();
            List<String> bad = new ArrayList<>();
            try (TopicReader reader = reader()) {
                if (!fromStart) {
                    reader.seek(from - lookBack);
                }
                collect(reader, camera, toMicros, seen, bad);
            }
            int first = first(seen, fromMicros);
            if (fromStart || first >= 0) {
                bad.forEach(damaged);
                return seen.subList(Math.max(0, first), seen.size()).stream()
                        .filter(segment -> segment.extent().firstCapturedAtMicros() <= toMicros)
                        .toList();
            }
        }
    }

    private void collect(
            TopicReader reader, String camera, long toMicros, List<CodedSegment> seen, List<String> damaged) {
        Map<Integer, Long> ends = reader.ends();
        boolean[] beyond = {false};
        while (!beyond[0] && !reader.isAt(ends)) {
            reader.poll(record -> {
                if (!camera.equals(key(record))) {
                    return;
                }
                take(record, new Each() {
                    @Override
                    public void segment(CodedSegment segment, int recordBytes) {
                        beyond[0] |= segment.extent().firstCapturedAtMicros() > toMicros;
                        seen.add(segment);
                    }

                    @Override
                    public void damaged(String place, String why) {
                        damaged.add(place + ": " + why);
                    }
                });
            });
        }
    }

    /** Where a stretch begins: at the last keyframe that is not after its start; -1 when none was seen. */
    private static int first(List<CodedSegment> seen, long fromMicros) {
        int found = -1;
        for (int i = 0; i < seen.size(); i++) {
            CodedSegment.Extent extent = seen.get(i).extent();
            if (extent.firstPosition() == 0 && extent.firstCapturedAtMicros() <= fromMicros) {
                found = i;
            }
        }
        return found;
    }

    private void take(ConsumerRecord<byte[], byte[]> record, Each each) {
        String place = record.topic() + " " + record.partition() + "/" + record.offset();
        try {
            if (record.value() == null) {
                throw new SegmentException("found a null value, expected an ArchiveSegment");
            }
            CodedSegment segment = ArchiveSegments.read(record.value(), format);
            if (!segment.head().camera().equals(key(record))) {
                throw new SegmentException(
                        segment.name() + ": found key '" + key(record) + "', expected the camera id as key");
            }
            each.segment(segment, record.value().length);
        } catch (SegmentException e) {
            each.damaged(place, e.getMessage());
        }
    }

    private static String key(ConsumerRecord<byte[], byte[]> record) {
        return record.key() == null ? "" : new String(record.key(), StandardCharsets.UTF_8);
    }

    private TopicReader reader() {
        return new TopicReader(kafka, kafka.archiveTopic(), IsolationLevel.READ_COMMITTED);
    }
}
