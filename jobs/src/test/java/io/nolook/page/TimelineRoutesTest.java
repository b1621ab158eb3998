package io.nolook.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.javalin.Javalin;
import io.nolook.archive.CodedSegment;
import io.nolook.archive.PayloadCodec;
import io.nolook.archive.SegmentCoder;
import io.nolook.archive.SegmentEnd;
import io.nolook.job.archive.TestTokens;
import io.nolook.offline.Decoders;
import io.nolook.page.picture.ArchiveExport;
import io.nolook.page.picture.ArchivePictures;
import io.nolook.page.picture.ArchiveRecords;
import io.nolook.page.timeline.ArchivedSegment;
import io.nolook.page.timeline.Timeline;
import io.nolook.record.ArchiveSegments;
import io.nolook.schema.SingleObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the archive no longer holds is said to be gone, and nothing else is shown in its place. */
class TimelineRoutesTest {
    private static final CodedSegment FIRST = segment(0);
    private static final CodedSegment OTHER = segment(1);

    private final Timeline timeline = new Timeline(1 << 20);
    private final List<Long> fetched = new ArrayList<>();
    private ArchiveRecords.Fetch records = (partition, offset) -> Optional.empty();
    private ArchivePictures pictures;
    private Javalin server;

    private static CodedSegment segment(int camera) {
        return SegmentCoder.encode(
                ArchiveSegments.segment(TestTokens.camera(camera, TestTokens.INTERVAL), SegmentEnd.KEYFRAME),
                PayloadCodec.PACKED);
    }

    private static byte[] bytes(CodedSegment segment) {
        return SingleObject.archiveSegments().encode(ArchiveSegments.record(segment));
    }

    /** As the timeline knows it, at one place. */
    private static ArchivedSegment archived(CodedSegment segment) {
        return ArchivedSegment.of(segment.outline(), Optional.of("FIRST_FRAME"), 0, 3, bytes(segment).length);
    }

    @BeforeEach
    void start() {
        ArchiveRecords read = new ArchiveRecords((partition, offset) -> {
            fetched.add(offset);
            return records.value(partition, offset);
        });
        Configuration models = new Configuration();
        pictures = new ArchivePictures(read, new Decoders(models));
        TimelineRoutes routes =
                new TimelineRoutes(timeline, pictures, new ArchiveExport(read, () -> new Decoders(models)), () -> 0);
        timeline.add(archived(FIRST));
        server = Javalin.create(config -> {
                    config.startup.showJavalinBanner = false;
                    PageErrors.add(config.routes);
                    routes.add(config.routes);
                })
                .start("127.0.0.1", 0);
    }

    @AfterEach
    void stop() {
        server.stop();
        pictures.close();
    }

    private HttpResponse<String> get(String what) throws IOException, InterruptedException {
        String address = "http://127.0.0.1:" + server.port() + "/api/archive/camera-" + what;
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(URI.create(address)).build(), HttpResponse.BodyHandlers.ofString());
    }

    private static String picture(int camera) {
        return camera + "/picture.jpg?at=" + TestTokens.START_MICROS / 1000;
    }

    private static String export(int camera) {
        return camera + "/export.avro?from=" + TestTokens.START_MICROS / 1000 + "&to="
                + (TestTokens.START_MICROS / 1000 + 1000);
    }

    @Test
    void anotherSegmentInItsPlaceIsNotShown() throws Exception {
        records = (partition, offset) -> Optional.of(bytes(OTHER));

        for (String what : List.of(picture(0), export(0))) {
            HttpResponse<String> answer = get(what);
            assertThat(answer.statusCode()).isEqualTo(404);
            assertThat(answer.body())
                    .contains("found segment camera-1/7/0/0 at 0/3 of the archive")
                    .contains("expected segment camera-0/7/0/0: it is gone");
        }
    }

    @Test
    void noRecordInItsPlaceIsSaid() throws Exception {
        for (String what : List.of(picture(0), export(0))) {
            HttpResponse<String> answer = get(what);
            assertThat(answer.statusCode()).isEqualTo(404);
            assertThat(answer.body()).contains("found no record at 0/3", "it is gone");
        }
    }

    @Test
    void aBrokerThatIsAwayIsAnotherThing() throws Exception {
        records = (partition, offset) -> {
            throw new IOException("found no broker, expected one");
        };

        assertThat(get(picture(0)).statusCode()).isEqualTo(502);
        assertThat(get(export(0)).statusCode()).isEqualTo(502);
    }

    /** Its tokenizer is none that decodes: only that it is read is looked at. */
    @Test
    void whatWasReadBeforeStandsForNoOtherInItsPlace() throws Exception {
        records = (partition, offset) -> Optional.of(bytes(FIRST));
        get(picture(0));
        get(picture(0));
        assertThat(fetched).as("kept").hasSize(1);
        timeline.add(archived(OTHER));
        records = (partition, offset) -> Optional.of(bytes(OTHER));

        get(picture(1));

        assertThat(fetched).hasSize(2);
    }
}
