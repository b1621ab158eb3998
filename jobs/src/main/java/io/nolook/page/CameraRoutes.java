package io.nolook.page;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.nolook.page.live.CameraView;
import io.nolook.page.picture.DecodedPictures;
import io.nolook.page.picture.OriginalPictures;
import io.nolook.page.picture.PictureBytes;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** What is known of cameras, and their newest pictures: {@code /api/cameras} and what is below it. */
final class CameraRoutes implements PageRoutes {
    private final LivePage live;
    private final OriginalPictures originals;
    private final DecodedPictures decoded;

    CameraRoutes(LivePage live, OriginalPictures originals, DecodedPictures decoded) {
        this.live = live;
        this.originals = originals;
        this.decoded = decoded;
    }

    @Override
    public void add(RoutesConfig routes) {
        routes.get("/api/cameras", context -> PageJson.answer(context, live.all()));
        routes.get("/api/cameras/{id}", this::camera);
        routes.get(
                "/api/cameras/{id}/original.jpg",
                context -> picture(
                        context,
                        live.cameras()
                                .newest(context.pathParam("id"))
                                .map(newest -> originals.of(context.pathParam("id"), newest))
                                .orElseGet(() -> new PictureBytes(0, -1, Optional.empty(), "no frame yet"))));
        routes.get("/api/cameras/{id}/decoded.jpg", context -> {
            if (live.cameras().knows(context.pathParam("id"))) {
                picture(context, decoded.of(context.pathParam("id")));
            } else {
                PageJson.fail(context, 404, "found no such camera, expected one of /api/cameras");
            }
        });
    }

    private void camera(Context context) {
        Optional<CameraView.Detail> found = live.detail(context.pathParam("id"));
        if (found.isPresent()) {
            PageJson.answer(context, found.get());
        } else {
            PageJson.fail(context, 404, "found no such camera, expected one of /api/cameras");
        }
    }

    private static String percentEncoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** A picture, that the browser has it already, or why there is none. */
    private static void picture(Context context, PictureBytes picture) {
        String etag = "\"" + picture.number() + "-" + picture.atMillis() + "\"";
        context.header("Nolook-Number", Long.toString(picture.number()));
        context.header("Nolook-At-Millis", Long.toString(picture.atMillis()));
        if (picture.jpeg().isEmpty()) {
            context.header("Nolook-Reason", percentEncoded(picture.reason()));
            context.status(204);
            return;
        }
        context.header("ETag", etag);
        if (etag.equals(context.header("If-None-Match"))) {
            context.status(304);
            return;
        }
        context.contentType("image/jpeg");
        context.result(picture.jpeg().get());
    }
}
