package io.nolook.page.timeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Events, newest first, by camera, label and time. */
class EventLogTest {
    private static final EventLog.Filter ALL =
            new EventLog.Filter(Optional.empty(), Optional.empty(), 0, Long.MAX_VALUE);

    private final EventLog log = new EventLog(1 << 20);

    @Test
    void anEndTakesThePlaceOfItsBeginning() {
        log.add(event("gate", "wave", 10, false));
        log.add(event("yard", "run", 20, false));
        log.add(event("gate", "wave", 10, true));

        assertThat(log.newest(ALL, 9)).extracting(CameraEvent::camera).containsExactly("yard", "gate");
        assertThat(log.newest(ALL, 9)).extracting(CameraEvent::ended).containsExactly(false, true);
        assertThat(log.newest(ALL, 1)).hasSize(1);
        assertThat(log.labels()).containsExactly("run", "wave");
    }

    @Test
    void filtersTakeCameraLabelAndTime() {
        log.add(event("gate", "wave", 10, true));
        log.add(event("gate", "run", 200, true));
        log.add(event("yard", "wave", 300, true));

        assertThat(log.newest(new EventLog.Filter(Optional.of("gate"), Optional.empty(), 0, 999), 9))
                .hasSize(2);
        assertThat(log.newest(new EventLog.Filter(Optional.empty(), Optional.of("wave"), 0, 999), 9))
                .hasSize(2);
        assertThat(log.newest(new EventLog.Filter(Optional.empty(), Optional.empty(), 100, 250), 9))
                .extracting(CameraEvent::fromMillis)
                .containsExactly(200L);
    }

    @Test
    void thoseToldFirstAreForgotten() {
        EventLog small = new EventLog(2L * CameraEvent.HEAP_BYTES);
        for (int i = 0; i < 4; i++) {
            small.add(event("gate", "wave", i, true));
        }
        assertThat(small.newest(ALL, 9)).extracting(CameraEvent::fromMillis).containsExactly(3L, 2L);
    }

    private static CameraEvent event(String camera, String label, long from, boolean ended) {
        return new CameraEvent(camera + "/" + from + "/" + label, camera, label, from, from + 50, ended, 0.5f);
    }
}
