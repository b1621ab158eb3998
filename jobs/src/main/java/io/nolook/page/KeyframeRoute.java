package io.nolook.page;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.nolook.page.live.LiveCameras;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * {@code POST /api/cameras/{id}/keyframe}: the camera's next frame begins a clip. All that the page ever writes.
 *
 * <p>At most {@value #MOST_AT_ONCE} wait for the job at a time, and a camera is asked once in {@value #SECONDS_BETWEEN} s.
 */
public final class KeyframeRoute implements PageRoutes {
    private static final int MOST_AT_ONCE = 4;
    private static final int MOST_REMEMBERED = 1_000;
    private static final int SECONDS_BETWEEN = 5;

    private final LiveCameras cameras;
    private final Optional<KeyframeRequest> request;
    private final Semaphore room = new Semaphore(MOST_AT_ONCE);
    private final Map<String, Long> askedNanos = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
            return size() > MOST_REMEMBERED;
        }
    };

    /** Asks the tokenizing job. */
    public interface KeyframeRequest {

        /**
         * Returns when a job has answered.
         *
         * @throws IllegalStateException saying why, when none does
         */
        void ask(String camera) throws InterruptedException;
    }

    /**
     * @param request empty where the page must not
     */
    KeyframeRoute(LiveCameras cameras, Optional<KeyframeRequest> request) {
        this.cameras = cameras;
        this.request = request;
    }

    @Override
    public void add(RoutesConfig routes) {
        routes.post("/api/cameras/{id}/keyframe", this::keyframe);
    }

    private void keyframe(Context context) throws InterruptedException {
        String camera = context.pathParam("id");
        if (request.isEmpty()) {
            PageJson.fail(context, 403, "found page.keyframes = false, expected true to ask for keyframes");
        } else if (!String.valueOf(context.contentType()).startsWith("application/json")) {
            PageJson.fail(
                    context, 415, "found another Content-Type, expected application/json"); // which no form can send
        } else if (!cameras.knows(camera)) {
            PageJson.fail(context, 404, "found no such camera, expected one of /api/cameras");
        } else if (!mayAsk(camera)) {
            PageJson.fail(context, 429, "found a request of less than " + SECONDS_BETWEEN + " s ago, expected none");
        } else if (!room.tryAcquire()) {
            PageJson.fail(context, 429, "found " + MOST_AT_ONCE + " requests that wait for the job, expected fewer");
        } else {
            ask(context, camera);
        }
    }

    private void ask(Context context, String camera) throws InterruptedException {
        try {
            request.orElseThrow().ask(camera);
            PageJson.answer(context, Map.of("camera", camera, "answered", true));
        } catch (IllegalStateException e) {
            PageJson.fail(context, 504, String.valueOf(e.getMessage()));
        } finally {
            room.release();
        }
    }

    private boolean mayAsk(String camera) {
        synchronized (askedNanos) {
            long now = System.nanoTime();
            Long before = askedNanos.get(camera);
            boolean may = before == null || now - before > TimeUnit.SECONDS.toNanos(SECONDS_BETWEEN);
            if (may) {
                askedNanos.put(camera, now);
            }
            return may;
        }
    }
}
