package io.nolook.page;

import io.javalin.config.RoutesConfig;
import io.javalin.http.sse.SseClient;
import io.nolook.page.live.CameraView;
import io.nolook.page.live.LiveAction;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code /api/live}: what changes, as server-sent events named {@code live}; the first one has everything.
 *
 * <p>One thread looks twice a second. How a camera is, and actions, are told at once, numbers every {@value #NUMBERS_LOOKS}
 * looks. Whoever reads slowly gets what changed since it was told last in one event: nothing piles up. Writing is done by as
 * many threads as there are viewers at most.
 */
final class LiveStream implements PageRoutes, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LiveStream.class);
    private static final String EVENT = "live";
    private static final long LOOK_MILLIS = 500;
    private static final int NUMBERS_LOOKS = 6;
    private static final int HEARTBEAT_LOOKS = 20;
    private static final int MOST_ACTIONS = 500;

    private final LivePage live;
    private final int maxViewers;
    private final Set<Viewer> viewers = ConcurrentHashMap.newKeySet();
    private final ExecutorService writers;
    private final ScheduledExecutorService looker = Executors.newSingleThreadScheduledExecutor(work -> {
        Thread thread = new Thread(work, "page-live");
        thread.setDaemon(true);
        return thread;
    });

    private final Object lock = new Object();
    private final Map<String, Told> told = new HashMap<>();
    private final Deque<Numbered> actions = new ArrayDeque<>();
    private LivePage.State page;
    private long version;
    private long looks;

    private record Told(CameraView view, long version) {}

    private record Numbered(long version, LiveAction action) {}

    /**
     * An event.
     *
     * @param page itself
     * @param cameras that are new or have changed
     * @param gone ids of cameras that are no longer known
     * @param actions that began or ended
     */
    record Event(LivePage.State page, List<CameraView> cameras, List<String> gone, List<LiveAction> actions) {}

    private static final class Viewer {
        private final SseClient client;
        private final AtomicBoolean busy = new AtomicBoolean();
        private Set<String> known = Set.of();
        private long version = -1;
        private long look;

        Viewer(SseClient client) {
            this.client = client;
        }
    }

    LiveStream(LivePage live, int maxViewers) {
        this.live = live;
        this.maxViewers = maxViewers;
        page = live.all().page();
        writers = Executors.newCachedThreadPool(work -> {
            Thread thread = new Thread(work, "page-live-writer");
            thread.setDaemon(true);
            return thread;
        });
        looker.scheduleWithFixedDelay(this::look, 0, LOOK_MILLIS, TimeUnit.MILLISECONDS);
    }

    @Override
    public void add(RoutesConfig routes) {
        routes.sse("/api/live", this::follow);
    }

    private void follow(SseClient client) {
        if (viewers.size() >= maxViewers) {
            client.sendEvent("full", "found " + maxViewers + " browsers already, expected fewer: page.max-viewers");
            client.close();
            return;
        }
        Viewer viewer = new Viewer(client);
        client.keepAlive();
        client.onClose(() -> viewers.remove(viewer));
        viewers.add(viewer);
        write(viewer);
    }

    /** An action began or ended. */
    void acted(LiveAction action) {
        synchronized (lock) {
            if (actions.size() == MOST_ACTIONS) {
                actions.removeFirst();
            }
            actions.addLast(new Numbered(++version, action));
        }
    }

    private void look() {
        try {
            LivePage.All all = live.all();
            synchronized (lock) {
                looks++;
                boolean numbers = looks % NUMBERS_LOOKS == 0;
                page = all.page();
                for (CameraView view : all.cameras()) {
                    Told before = told.get(view.id());
                    if (before == null || differs(before.view(), view, numbers)) {
                        told.put(view.id(), new Told(view, ++version));
                    }
                }
                Set<String> known = all.cameras().stream().map(CameraView::id).collect(Collectors.toSet());
                told.keySet().retainAll(known);
            }
            viewers.forEach(this::write);
        } catch (RuntimeException | Error e) { // else nothing would be told any more
            LOG.warn("what is live could not be told", e);
        }
    }

    private static boolean differs(CameraView before, CameraView now, boolean numbers) {
        return numbers && !before.equals(now)
                || !before.health().equals(now.health())
                || !before.reason().equals(now.reason())
                || !Objects.equals(before.lastAction(), now.lastAction())
                || before.deadLetters() != now.deadLetters()
                || before.gaps() != now.gaps();
    }

    /** Unless it is being written to, or has been told all and lately. */
    private void write(Viewer viewer) {
        if (!viewer.client.terminated() && viewer.busy.compareAndSet(false, true)) {
            writers.execute(() -> {
                try {
                    send(viewer);
                } catch (RuntimeException e) {
                    LOG.debug("a browser has gone", e);
                    viewer.client.close();
                } finally {
                    viewer.busy.set(false);
                }
            });
        }
    }

    private void send(Viewer viewer) {
        Event event;
        synchronized (lock) {
            long since = viewer.version;
            List<CameraView> changed = told.values().stream()
                    .filter(each -> each.version() > since)
                    .map(Told::view)
                    .toList();
            List<String> gone = new ArrayList<>(viewer.known);
            gone.removeAll(told.keySet());
            List<LiveAction> acted = since < 0
                    ? List.of()
                    : actions.stream()
                            .filter(each -> each.version() > since)
                            .map(Numbered::action)
                            .toList();
            boolean nothing = changed.isEmpty() && gone.isEmpty() && acted.isEmpty();
            if (nothing && since >= 0 && looks - viewer.look < HEARTBEAT_LOOKS) {
                return;
            }
            viewer.known = Set.copyOf(told.keySet());
            viewer.version = version;
            viewer.look = looks;
            event = new Event(page, changed, gone, acted);
        }
        viewer.client.sendEvent(EVENT, PageJson.text(event));
    }

    @Override
    public void close() {
        looker.shutdownNow();
        viewers.forEach(viewer -> viewer.client.close());
        writers.shutdownNow();
    }
}
