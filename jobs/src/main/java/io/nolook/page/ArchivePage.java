package io.nolook.page;

import io.nolook.kafka.KafkaSettings;
import io.nolook.kafka.RecordFetcher;
import io.nolook.offline.Decoders;
import io.nolook.page.picture.ArchiveExport;
import io.nolook.page.picture.ArchivePictures;
import io.nolook.page.picture.ArchiveRecords;
import io.nolook.page.timeline.EventLog;
import io.nolook.page.timeline.Timeline;
import java.util.List;
import org.apache.flink.configuration.Configuration;

/**
 * The part of the page that looks back: the archive by time, and events.
 *
 * <pre>
 *   archive, actions --> ArchiveFeed --+--> Timeline --+--> TimelineRoutes
 *   records by offset -----------------|--> pictures --+
 *                                      +--> EventLog -----> EventRoutes
 * </pre>
 */
final class ArchivePage implements AutoCloseable {
    private final ArchiveFeed feed;
    private final RecordFetcher fetcher;
    private final ArchivePictures pictures;
    private final List<PageRoutes> routes;

    /**
     * @param models options of the decoders
     */
    ArchivePage(PageSettings settings, KafkaSettings kafka, Configuration models) {
        Timeline timeline = new Timeline(settings.timelineBytes());
        EventLog events = new EventLog(settings.eventsBytes());
        feed = new ArchiveFeed(kafka, timeline, events, settings.timelineBack());
        fetcher = new RecordFetcher(kafka, kafka.archiveTopic());
        ArchiveRecords records = new ArchiveRecords(fetcher::value);
        pictures = new ArchivePictures(records, new Decoders(models));
        ArchiveExport export = new ArchiveExport(records, () -> new Decoders(models));
        routes = List.of(new TimelineRoutes(timeline, pictures, export, feed::unreadable), new EventRoutes(events));
    }

    List<PageRoutes> routes() {
        return routes;
    }

    /** Begins to read, and returns at once. */
    void start() {
        feed.start();
    }

    /** Closes it; nobody asks any more. */
    @Override
    public void close() {
        feed.close();
        pictures.close();
        fetcher.close();
    }
}
