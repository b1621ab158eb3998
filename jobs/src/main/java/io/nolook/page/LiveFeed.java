package io.nolook.page;

import io.nolook.failure.IntakeException;
import io.nolook.kafka.KafkaSettings;
import io.nolook.kafka.TopicFollower;
import io.nolook.kafka.TopicFollower.Followed;
import io.nolook.page.live.LiveAction;
import io.nolook.page.live.LiveCameras;
import io.nolook.page.live.LiveLetter;
import io.nolook.record.CameraKeys;
import io.nolook.record.ReceivedRecord;
import io.nolook.record.TokenFrameIntake;
import io.nolook.schema.ActionEvent;
import io.nolook.schema.CameraStatus;
import io.nolook.schema.FailedFrame;
import io.nolook.schema.SingleObject;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.apache.kafka.common.IsolationLevel;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the topics into what is known of the cameras.
 *
 * <p>Two threads: one for frames, which are most of the bytes, one for the rest. A record that cannot be read is counted,
 * and nothing else.
 */
final class LiveFeed implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LiveFeed.class);
    /** As far back as a clip is long with the default interval at few frames a second. */
    private static final Duration TOKENS_BACK = Duration.ofSeconds(60);

    /** Before they are committed: an aborted record comes again, and says the same. */
    private static final IsolationLevel AT_ONCE = IsolationLevel.READ_UNCOMMITTED;

    private static final int LONGEST_TEXT = 500;

    private final Clock clock = Clock.systemUTC();
    private final LiveCameras cameras;
    private final Consumer<LiveAction> acted;
    private final KafkaSettings kafka;
    private final TokenFrameIntake tokens = new TokenFrameIntake();
    private final SingleObject<CameraStatus> statuses = SingleObject.cameraStatus();
    private final SingleObject<ActionEvent> actions = SingleObject.actionEvents();
    private final SingleObject<FailedFrame> letters = SingleObject.failedFrames();
    private final AtomicLong unreadable = new AtomicLong();
    private final TopicFollower frames;
    private final TopicFollower rest;

    /**
     * @param back how far back actions and dead letters are read
     * @param acted takes each action that begins or ends from now on
     */
    LiveFeed(KafkaSettings kafka, LiveCameras cameras, Duration back, Consumer<LiveAction> acted) {
        this.kafka = kafka;
        this.cameras = cameras;
        this.acted = acted;
        frames = new TopicFollower(
                kafka, "page-frames", AT_ONCE, List.of(Followed.fromEnd(kafka.framesTopic())), this::frame);
        rest = new TopicFollower(
                kafka,
                "page-topics",
                AT_ONCE,
                List.of(
                        Followed.fromFirst(kafka.cameraStatusTopic()),
                        Followed.back(kafka.tokensTopic(), TOKENS_BACK),
                        Followed.back(kafka.actionsTopic(), back),
                        Followed.back(kafka.deadLettersTopic(), back)),
                this::other);
    }

    /** Begins, and returns at once. */
    void start() {
        frames.start();
        rest.start();
    }

    private void frame(ReceivedRecord record) {
        String camera = CameraKeys.cameraOrUnknown(record.key());
        if (record.value() == null || camera.equals(CameraKeys.UNKNOWN)) {
            unreadable.incrementAndGet();
        } else {
            cameras.frame(camera, record, clock.millis());
        }
    }

    /** Takes a record of any topic but that of frames. */
    void other(ReceivedRecord record) {
        try {
            if (record.topic().equals(kafka.cameraStatusTopic())) {
                status(record);
            } else if (record.topic().equals(kafka.tokensTopic())) {
                cameras.tokens(tokens.decode(record), record.timestampMillis(), clock.millis());
            } else if (record.topic().equals(kafka.actionsTopic())) {
                action(record);
            } else {
                letter(record);
            }
        } catch (IOException | IntakeException | RuntimeException e) { // one record must not end the following
            unreadable.incrementAndGet();
            LOG.debug("found a record of {} that cannot be read", record.topic(), e);
        }
    }

    private void status(ReceivedRecord record) throws IOException {
        String camera = CameraKeys.cameraOrUnknown(record.key());
        Optional<CameraStatus> said =
                record.value() == null ? Optional.empty() : Optional.of(statuses.decode(RecordLimits.small(record)));
        if (said.isPresent()) {
            RecordLimits.number("wantedFramesPerSecond", said.get().getWantedFramesPerSecond());
        }
        cameras.status(camera, said, clock.millis());
    }

    private void action(ReceivedRecord record) throws IOException {
        ActionEvent event = actions.decode(RecordLimits.small(record));
        LiveAction action = new LiveAction(
                event.getCamera(),
                event.getLabel(),
                event.getState().name().toLowerCase(Locale.ROOT),
                event.getEpoch(),
                event.getFirstSequence(),
                TimeUnit.MICROSECONDS.toMillis(event.getStartMicros()),
                TimeUnit.MICROSECONDS.toMillis(event.getEndMicros()),
                TimeUnit.MICROSECONDS.toMillis(event.getDurationMicros()),
                (float) RecordLimits.number("confidence", event.getConfidence()),
                record.timestampMillis());
        cameras.action(action);
        acted.accept(action);
    }

    private void letter(ReceivedRecord record) throws IOException {
        FailedFrame failed = letters.decode(record.value());
        cameras.letter(
                failed.getCamera(),
                new LiveLetter(
                        shortened(failed.getCode()),
                        shortened(failed.getReason()),
                        shortened(failed.getTopic()),
                        failed.getPartition(),
                        failed.getOffset(),
                        record.timestampMillis()));
    }

    private static String shortened(String text) {
        return text.substring(0, Math.min(LONGEST_TEXT, text.length()));
    }

    /** Why nobody knows how cameras are; empty while a broker answers. */
    Optional<TopicFollower.Away> away() {
        return frames.away().or(rest::away);
    }

    /** Records that could not be read. */
    long unreadable() {
        return unreadable.get();
    }

    @Override
    public void close() {
        frames.close();
        rest.close();
    }
}
