package io.nolook.camera;

import io.nolook.kafka.FrameProducer;
import io.nolook.schema.CameraStatus;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the status topic how each camera is: every ten seconds, and within a second when its rating changes.
 *
 * <p>One thread of its own. A broker that takes nothing costs statuses, and nothing else.
 */
final class FleetStatus implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(FleetStatus.class);
    private static final long LOOK_MILLIS = 1_000;
    private static final long TELL_MILLIS = 10_000;
    private static final long LAST_MILLIS = 2_000;

    private final FrameProducer producer;
    private final Supplier<List<CameraFeed>> feeds;
    private final String sender = host() + ":" + ProcessHandle.current().pid();
    private final Clock clock = Clock.systemUTC();
    private final Map<String, Told> told = new HashMap<>();
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(work -> {
        Thread thread = new Thread(work, "fleet-status");
        thread.setDaemon(true);
        return thread;
    });

    private final BooleanSupplier stuck;
    private boolean toldStuck;

    private record Told(CameraHealth.Rating rating, long atMillis) {}

    /** @param stuck whether the broker takes nothing */
    FleetStatus(FrameProducer producer, Supplier<List<CameraFeed>> feeds, BooleanSupplier stuck) {
        this.producer = producer;
        this.stuck = stuck;
        this.feeds = feeds;
        thread.scheduleWithFixedDelay(this::look, LOOK_MILLIS, LOOK_MILLIS, TimeUnit.MILLISECONDS);
    }

    private static String host() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "unknown";
        }
    }

    private void look() {
        try {
            long now = clock.millis();
            tellOfTheBroker();
            for (CameraFeed feed : feeds.get()) {
                CameraHealth.Report report = feed.report();
                Told before = told.get(feed.spec().id());
                if (before == null || before.rating() != report.rating() || now - before.atMillis() >= TELL_MILLIS) {
                    told.put(feed.spec().id(), new Told(report.rating(), now));
                    tell(feed, report, report.rating(), report.reason());
                }
            }
        } catch (RuntimeException e) { // else nothing would be told any more
            LOG.debug("a status could not be told", e);
        }
    }

    private void tellOfTheBroker() {
        boolean now = stuck.getAsBoolean();
        if (now != toldStuck) {
            toldStuck = now;
            if (now) {
                LOG.warn("the broker takes nothing; pictures wait in the queues");
            } else {
                LOG.info("the broker takes pictures again");
            }
        }
    }

    private void tell(CameraFeed feed, CameraHealth.Report report, CameraHealth.Rating rating, String reason) {
        CameraSpec spec = feed.spec();
        Map<String, Long> dropped = new HashMap<>();
        report.drops().forEach((why, count) -> dropped.put(why.word(), count));
        producer.tell(
                spec.id(),
                Optional.of(CameraStatus.newBuilder()
                        .setCamera(spec.id())
                        .setAtMicros(TimeUnit.MILLISECONDS.toMicros(clock.millis()))
                        .setSender(sender)
                        .setGroup(spec.group())
                        .setRating(rating.word())
                        .setReason(reason)
                        .setEpoch(feed.epoch())
                        .setWantedFramesPerSecond(spec.framesPerSecond())
                        .setFramesPerSecond(report.framesPerSecond())
                        .setSourceWidth(report.width())
                        .setSourceHeight(report.height())
                        .setNewestMicros(report.newestMillis() < 0 ? -1 : report.newestMillis() * 1000)
                        .setFrames(report.frames())
                        .setBytes(report.bytes())
                        .setDropped(dropped)
                        .setReconnectsLastHour(report.reconnects())
                        .build()));
    }

    /** A camera is no longer one of the fleet. */
    void takenOut(String camera) {
        thread.execute(() -> {
            told.remove(camera);
            producer.tell(camera, Optional.empty());
        });
    }

    /** The process ends: these are offline. */
    void stopped(List<CameraFeed> last) {
        thread.execute(() ->
                last.forEach(feed -> tell(feed, feed.report(), CameraHealth.Rating.OFFLINE, "its sender was stopped")));
    }

    /** Gives what was to be told a moment. */
    @Override
    public void close() {
        thread.shutdown();
        try {
            thread.awaitTermination(LAST_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        thread.shutdownNow();
    }
}
