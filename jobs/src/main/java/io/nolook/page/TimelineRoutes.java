package io.nolook.page;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.nolook.frame.PictureEncoder;
import io.nolook.local.TemporaryFolder;
import io.nolook.model.ModelRefusedException;
import io.nolook.model.ModelUnavailableException;
import io.nolook.page.picture.ArchiveExport;
import io.nolook.page.picture.ArchivePictures;
import io.nolook.page.picture.ArchiveRecords;
import io.nolook.page.timeline.ArchivedSegment;
import io.nolook.page.timeline.Timeline;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/** The archive by time: {@code /api/archive} and what is below it. */
final class TimelineRoutes implements PageRoutes {
    private static final long LATEST_MILLIS = 253_402_300_799_000L; // year 9999
    private static final int MOST_PARTS = 2_000;
    private static final int MOST_CAMERAS = 64;
    private static final long MOST_EXPORTED_MILLIS = 600_000;
    private static final double QUALITY = 0.85;
    private static final String NOTHING =
            "found nothing that was captured then, expected a frame: a hole, or not archived yet";

    private final Timeline timeline;
    private final ArchivePictures pictures;
    private final ArchiveExport export;
    private final LongSupplier unreadable;
    private final PictureEncoder encoder = new PictureEncoder();
    private final Clock clock = Clock.systemUTC();

    /**
     * What the archive holds of a stretch of time.
     *
     * @param nowMillis this machine's clock, milliseconds since 1970
     * @param newestMillis end of what was captured last
     * @param forgottenToMillis what ends before is not known here; 0 when everything that was read is
     * @param segments that are known, of all time
     * @param recordsUnreadable of the archive and the actions that could not be read
     * @param fromMillis beginning of the stretch
     * @param toMillis its end
     * @param known ids of all cameras of the archive
     * @param cameras those that were asked for
     */
    record Stretch(
            long nowMillis,
            long newestMillis,
            long forgottenToMillis,
            int segments,
            long recordsUnreadable,
            long fromMillis,
            long toMillis,
            List<String> known,
            List<Timeline.Row> cameras) {}

    /**
     * @param unreadable counts records that could not be read
     */
    TimelineRoutes(Timeline timeline, ArchivePictures pictures, ArchiveExport export, LongSupplier unreadable) {
        this.timeline = timeline;
        this.pictures = pictures;
        this.export = export;
        this.unreadable = unreadable;
    }

    @Override
    public void add(RoutesConfig routes) {
        routes.get("/api/archive", this::stretch);
        routes.get("/api/archive/{id}/picture.jpg", context -> picture(context, "image/jpeg"));
        routes.get("/api/archive/{id}/picture.png", context -> picture(context, "image/png"));
        routes.get("/api/archive/{id}/export.mp4", context -> exported(context, "mp4", "video/mp4"));
        routes.get("/api/archive/{id}/export.avro", context -> exported(context, "avro", "application/octet-stream"));
    }

    private void stretch(Context context) {
        long to = Queries.optional(context, "to", 1, LATEST_MILLIS).orElseGet(clock::millis);
        long from = Queries.optional(context, "from", 0, to - 1).orElse(Math.max(0, to - 3_600_000));
        int parts =
                Queries.optional(context, "parts", 1, MOST_PARTS).orElse(240L).intValue();
        List<String> known = timeline.cameras();
        List<String> asked = context.queryParams("camera");
        PageJson.answer(
                context,
                new Stretch(
                        clock.millis(),
                        timeline.newestMillis(),
                        timeline.forgottenToMillis(),
                        timeline.size(),
                        unreadable.getAsLong(),
                        from,
                        to,
                        known,
                        known.stream()
                                .filter(camera -> asked.isEmpty() || asked.contains(camera))
                                .limit(MOST_CAMERAS)
                                .map(camera -> timeline.row(camera, from * 1000, to * 1000, parts))
                                .toList()));
    }

    private void picture(Context context, String type) {
        long at = Queries.number(context, "at", 0, LATEST_MILLIS) * 1000 + 999; // of this millisecond, too
        Timeline.Moment moment = timeline.moment(context.pathParam("id"), at, Timeline.HOLE_MICROS);
        if (moment.segments().isEmpty()) {
            context.status(404);
            PageJson.answer(
                    context,
                    Map.of(
                            "error", NOTHING,
                            "beforeMillis", moment.beforeMicros() / 1000,
                            "afterMillis", moment.afterMicros() / 1000));
            return;
        }
        try {
            ArchivePictures.Archived found = pictures.at(moment.segments(), at);
            context.header("Nolook-At-Millis", Long.toString(found.capturedAtMicros() / 1000));
            context.header("Nolook-Tokenizer", header(found.tokenFrame().getTokenizerId()));
            context.header("Nolook-Encoder", header(found.tokenFrame().getEncoderHash()));
            context.contentType(type);
            context.result(
                    type.endsWith("png") ? encoder.png(found.picture()) : encoder.jpeg(found.picture(), QUALITY));
        } catch (ArchiveRecords.GoneException e) {
            PageJson.fail(context, 404, e.getMessage());
        } catch (IOException | IllegalArgumentException | ModelRefusedException | ModelUnavailableException e) {
            PageJson.fail(context, 502, String.valueOf(e.getMessage()));
        }
    }

    /** Ids come from records: nothing else may enter a header. */
    private static String header(String text) {
        return text.replaceAll("[^A-Za-z0-9._-]", "_");
    }

    private void exported(Context context, String kind, String type) throws IOException {
        String camera = context.pathParam("id");
        long from = Queries.number(context, "from", 0, LATEST_MILLIS);
        long to = Queries.number(context, "to", from, from + MOST_EXPORTED_MILLIS);
        List<ArchivedSegment> stretch = timeline.between(camera, from * 1000, to * 1000 + 999);
        if (stretch.isEmpty()) {
            PageJson.fail(context, 404, NOTHING);
            return;
        }
        TemporaryFolder folder = TemporaryFolder.create("nolook-export");
        boolean answered = false;
        try {
            Path file = folder.path().resolve("export." + kind);
            export.write(stretch, from * 1000, to * 1000 + 999, file);
            context.header(
                    "Content-Disposition", "attachment; filename=\"" + header(camera) + "-" + from + "." + kind + "\"");
            context.contentType(type);
            context.result(new Deleting(Files.newInputStream(file), folder));
            answered = true;
        } catch (ArchiveExport.BusyException e) {
            context.header("Retry-After", "5");
            PageJson.fail(context, 503, e.getMessage());
        } catch (ArchiveRecords.GoneException e) {
            PageJson.fail(context, 404, e.getMessage());
        } catch (IOException | IllegalArgumentException | ModelRefusedException | ModelUnavailableException e) {
            PageJson.fail(context, 502, String.valueOf(e.getMessage()));
        } finally {
            if (!answered) {
                folder.close();
            }
        }
    }

    /** A file whose folder goes when it was read. */
    private static final class Deleting extends FilterInputStream {
        private final TemporaryFolder folder;

        Deleting(InputStream in, TemporaryFolder folder) {
            super(in);
            this.folder = folder;
        }

        @Override
        public void close() throws IOException {
            super.close();
            folder.close();
        }
    }
}
