package io.nolook.page;

import io.nolook.archive.CodedSegment;
import io.nolook.archive.SegmentCoder;
import io.nolook.archive.SegmentException;
import io.nolook.archive.TokenStep;
import io.nolook.kafka.KafkaSettings;
import io.nolook.kafka.TopicFollower;
import io.nolook.kafka.TopicFollower.Followed;
import io.nolook.page.timeline.ArchivedSegment;
import io.nolook.page.timeline.CameraEvent;
import io.nolook.page.timeline.EventLog;
import io.nolook.page.timeline.Timeline;
import io.nolook.record.ActionEvents;
import io.nolook.record.ArchiveSegments;
import io.nolook.record.ReceivedRecord;
import io.nolook.schema.ActionEvent;
import io.nolook.schema.ActionState;
import io.nolook.schema.ArchiveSegment;
import io.nolook.schema.SingleObject;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.IsolationLevel;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads committed segments and actions into the timeline and the events. One thread. */
final class ArchiveFeed implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ArchiveFeed.class);

    private final KafkaSettings kafka;
    private final Timeline timeline;
    private final EventLog events;
    private final SingleObject<ArchiveSegment> segments = SingleObject.archiveSegments();
    private final SingleObject<ActionEvent> actions = SingleObject.actionEvents();
    private final AtomicLong unreadable = new AtomicLong();
    private final TopicFollower follower;

    /**
     * @param back how far back both are read
     */
    ArchiveFeed(KafkaSettings kafka, Timeline timeline, EventLog events, Duration back) {
        this.kafka = kafka;
        this.timeline = timeline;
        this.events = events;
        follower = new TopicFollower(
                kafka,
                "page-archive",
                IsolationLevel.READ_COMMITTED,
                List.of(Followed.back(kafka.archiveTopic(), back), Followed.back(kafka.actionsTopic(), back)),
                this::take);
    }

    /** Begins, and returns at once. */
    void start() {
        follower.start();
    }

    private void take(ReceivedRecord record) {
        try {
            if (record.topic().equals(kafka.archiveTopic())) {
                ArchivedSegment segment = segment(record);
                RecordLimits.captured(segment.fromMicros(), segment.toMicros(), System.currentTimeMillis());
                timeline.add(segment);
            } else {
                ActionEvent action = actions.decode(RecordLimits.small(record));
                RecordLimits.captured(action.getStartMicros(), action.getEndMicros(), System.currentTimeMillis());
                events.add(event(action));
            }
        } catch (SegmentException | IOException | RuntimeException e) { // one record must not end the following
            unreadable.incrementAndGet();
            LOG.debug("found a record of {} that cannot be read", record.topic(), e);
        }
    }

    private ArchivedSegment segment(ReceivedRecord record) throws SegmentException {
        CodedSegment coded = ArchiveSegments.read(record.value(), segments);
        return ArchivedSegment.of(
                coded.outline(),
                SegmentCoder.begins(coded).map(TokenStep.Begins::reason),
                record.partition(),
                record.offset(),
                record.value().length);
    }

    private static CameraEvent event(ActionEvent action) throws IOException {
        return new CameraEvent(
                ActionEvents.id(action),
                action.getCamera(),
                action.getLabel(),
                action.getStartMicros() / 1000,
                action.getEndMicros() / 1000,
                action.getState() == ActionState.ENDED,
                (float) RecordLimits.number("confidence", action.getConfidence()));
    }

    /** Records that could not be read. */
    long unreadable() {
        return unreadable.get();
    }

    @Override
    public void close() {
        follower.close();
    }
}
