package io.nolook.page;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.nolook.page.timeline.CameraEvent;
import io.nolook.page.timeline.EventLog;
import java.util.List;
import java.util.Optional;

/** What cameras showed, the newest first: {@code /api/events}. */
final class EventRoutes implements PageRoutes {
    private static final int MOST = 500;

    private final EventLog events;

    /** Events, and the labels that there are to choose from. */
    record Events(List<String> labels, List<CameraEvent> events) {}

    EventRoutes(EventLog events) {
        this.events = events;
    }

    @Override
    public void add(RoutesConfig routes) {
        routes.get("/api/events", this::events);
    }

    private void events(Context context) {
        EventLog.Filter filter = new EventLog.Filter(
                word(context, "camera"),
                word(context, "label"),
                Queries.optional(context, "from", 0, Long.MAX_VALUE).orElse(0L),
                Queries.optional(context, "to", 0, Long.MAX_VALUE).orElse(Long.MAX_VALUE));
        int limit = Queries.optional(context, "limit", 1, MOST).orElse(50L).intValue();
        PageJson.answer(context, new Events(events.labels(), events.newest(filter, limit)));
    }

    private static Optional<String> word(Context context, String name) {
        return Optional.ofNullable(context.queryParam(name)).filter(text -> !text.isEmpty());
    }
}
