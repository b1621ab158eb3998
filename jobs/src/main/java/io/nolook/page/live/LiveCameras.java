package io.nolook.page.live;

import io.nolook.record.CameraKeys;
import io.nolook.record.ReceivedRecord;
import io.nolook.schema.CameraStatus;
import io.nolook.schema.TokenFrame;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * All cameras as they are now. Thread-safe; time comes in.
 *
 * <p>A camera is known by its status, frames or tokens; it is forgotten when it was taken out, or none came for
 * {@value #FORGET_MILLIS} ms.
 */
public final class LiveCameras {
    private static final long FORGET_MILLIS = 24 * 3_600_000L;
    private static final long QUIET_MILLIS = 60_000;
    private static final int MOST_WAITING = 1_000;

    private final LiveLimits limits;
    private final Map<String, LiveCamera> cameras = new ConcurrentHashMap<>();
    private final Deque<Map.Entry<String, Consumer<LiveCamera>>> waiting = new ArrayDeque<>();
    private final AtomicLong heldBytes = new AtomicLong();
    private final AtomicLong notShown = new AtomicLong();
    private final AtomicLong lettersOfOthers = new AtomicLong();

    public LiveCameras(LiveLimits limits) {
        this.limits = limits;
    }

    /** What a sender says; empty when the camera was taken out. */
    public void status(String camera, Optional<CameraStatus> status, long nowMillis) {
        if (status.isPresent()) {
            with(camera, nowMillis, known -> known.status(status.get(), nowMillis));
            return;
        }
        LiveCamera known = cameras.get(camera);
        if (known != null && nowMillis - known.newestMillis() > QUIET_MILLIS) {
            forget(camera);
        } else if (known != null) {
            known.takenOut();
        }
    }

    /** A frame, as it was received; the oldest of all newest ones go when they are too many bytes. */
    public void frame(String camera, ReceivedRecord record, long nowMillis) {
        with(camera, nowMillis, known -> heldBytes.addAndGet(known.frame(record, nowMillis)));
        while (heldBytes.get() > limits.pictureBytes()) {
            Optional<LiveCamera> oldest = cameras.values().stream()
                    .filter(known -> known.heldBytes() > 0)
                    .min(Comparator.comparingLong(LiveCamera::newestMillis));
            if (oldest.isEmpty()) {
                return;
            }
            heldBytes.addAndGet(-oldest.get().drop());
        }
    }

    /** A token frame whose parts agree. */
    public void tokens(TokenFrame frame, long toldMillis, long nowMillis) {
        with(frame.getCamera(), nowMillis, known -> known.tokens(frame, toldMillis, nowMillis));
    }

    /** An action that began or ended. */
    public void action(LiveAction action) {
        note(action.camera(), known -> known.action(action));
    }

    /** A record that failed; of one without a readable key there is no camera. */
    public void letter(String camera, LiveLetter letter) {
        if (camera.equals(CameraKeys.UNKNOWN)) {
            lettersOfOthers.incrementAndGet();
        } else {
            note(camera, known -> known.letter(letter));
        }
    }

    /** What is told of a camera that nobody knows waits until somebody does, or so many others wait. */
    private void note(String camera, Consumer<LiveCamera> note) {
        LiveCamera known = cameras.get(camera);
        if (known != null) {
            note.accept(known);
            return;
        }
        synchronized (waiting) {
            if (waiting.size() == MOST_WAITING) {
                waiting.removeFirst();
            }
            waiting.addLast(Map.entry(camera, note));
        }
    }

    private void with(String camera, long nowMillis, Consumer<LiveCamera> change) {
        LiveCamera known = cameras.get(camera);
        if (known == null && cameras.size() >= limits.cameras()) {
            notShown.incrementAndGet();
            return;
        }
        change.accept(known != null ? known : cameras.computeIfAbsent(camera, id -> made(id, nowMillis)));
    }

    private LiveCamera made(String camera, long nowMillis) {
        LiveCamera made = new LiveCamera(camera, limits, nowMillis);
        synchronized (waiting) {
            waiting.removeIf(note -> {
                boolean its = note.getKey().equals(camera);
                if (its) {
                    note.getValue().accept(made);
                }
                return its;
            });
        }
        return made;
    }

    private void forget(String camera) {
        LiveCamera gone = cameras.remove(camera);
        if (gone != null) {
            heldBytes.addAndGet(-gone.drop());
        }
    }

    /** Forgets those of whom nothing came for a day. */
    public void forgetSilent(long nowMillis) {
        cameras.entrySet().stream()
                .filter(camera -> nowMillis - camera.getValue().heardMillis() > FORGET_MILLIS)
                .map(Map.Entry::getKey)
                .toList()
                .forEach(this::forget);
    }

    /**
     * All cameras, by id.
     *
     * @param away why nobody knows how they are; empty while a broker answers
     */
    public List<CameraView> views(String away, long nowMillis) {
        return cameras.values().stream()
                .map(camera -> view(camera, away, nowMillis))
                .sorted(Comparator.comparing(CameraView::id))
                .toList();
    }

    private static CameraView view(LiveCamera camera, String away, long nowMillis) {
        CameraView view = camera.view(nowMillis);
        return away.isEmpty() ? view : view.unknown(away);
    }

    /** Everything of one camera; empty where nobody knows it. */
    public Optional<CameraView.Detail> detail(String camera, String away, long nowMillis) {
        return Optional.ofNullable(cameras.get(camera))
                .map(known -> known.detail(view(known, away, nowMillis), nowMillis));
    }

    /** The newest frame; empty where there is none, or it had to go. */
    public Optional<NewestFrame> newest(String camera) {
        return Optional.ofNullable(cameras.get(camera)).flatMap(LiveCamera::newest);
    }

    /** What can be decoded; empty where nobody knows the camera. */
    public Optional<LiveClip> clip(String camera) {
        return Optional.ofNullable(cameras.get(camera)).map(LiveCamera::clip);
    }

    public boolean knows(String camera) {
        return cameras.containsKey(camera);
    }

    /** Bytes of the newest frames that are held. */
    public long heldBytes() {
        return heldBytes.get();
    }

    /** Records of cameras beyond the most that may be known. */
    public long notShown() {
        return notShown.get();
    }

    /** Dead letters of records without a readable key. */
    public long lettersOfOthers() {
        return lettersOfOthers.get();
    }
}
