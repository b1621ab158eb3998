package io.nolook.page.timeline;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/** The events that were told last, as many as fit into given bytes. Any thread. */
public final class EventLog {
    private final int most;
    private final Map<String, CameraEvent> events = new LinkedHashMap<>();

    /**
     * Which events.
     *
     * @param camera of this one alone
     * @param label of this one alone
     * @param fromMillis those that end before are left out
     * @param toMillis those that begin after are left out
     */
    public record Filter(Optional<String> camera, Optional<String> label, long fromMillis, long toMillis) {

        boolean takes(CameraEvent event) {
            return camera.map(event.camera()::equals).orElse(true)
                    && label.map(event.label()::equals).orElse(true)
                    && event.toMillis() >= fromMillis
                    && event.fromMillis() <= toMillis;
        }
    }

    /**
     * @param maxBytes of heap, estimated; those told first are forgotten beyond it
     */
    public EventLog(long maxBytes) {
        most = (int) Math.max(1, Math.min(Integer.MAX_VALUE, maxBytes / CameraEvent.HEAP_BYTES));
    }

    /** Takes what was told last of an event. */
    public synchronized void add(CameraEvent event) {
        events.put(event.id(), event); // an end takes the place of its beginning
        if (events.size() > most) {
            events.remove(events.keySet().iterator().next());
        }
    }

    /**
     * Those that a filter takes, the newest first.
     *
     * @param limit most of them
     */
    public synchronized List<CameraEvent> newest(Filter filter, int limit) {
        List<CameraEvent> found = new ArrayList<>();
        for (CameraEvent event : events.values()) {
            if (filter.takes(event)) {
                found.add(event);
            }
        }
        found.sort((a, b) -> Long.compare(b.fromMillis(), a.fromMillis()));
        return List.copyOf(found.subList(0, Math.min(limit, found.size())));
    }

    /** What is seen in them, by name. */
    public synchronized List<String> labels() {
        TreeSet<String> labels = new TreeSet<>();
        events.values().forEach(event -> labels.add(event.label()));
        return List.copyOf(labels);
    }
}
