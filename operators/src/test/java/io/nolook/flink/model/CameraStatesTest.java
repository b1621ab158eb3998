package io.nolook.flink.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.nolook.flink.tokenize.TokenizeOptions;
import io.nolook.flink.tokenize.TokenizeRules;
import io.nolook.flink.tokenize.TokenizeSettings;
import io.nolook.window.CameraFrame;
import io.nolook.window.CameraWindow;
import io.nolook.window.WindowAssembler;
import io.nolook.window.WindowSpec;
import java.lang.reflect.Proxy;
import java.util.HashMap;
import java.util.Map;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.Test;

/** What goes to keyed state, and when. */
class CameraStatesTest {
    private static final int SIDE = 128;
    private static final long ROOM = 64 << 20;

    private final TokenizeRules rules = new TokenizeRules(TokenizeSettings.of(options()));
    private final WindowAssembler assembler = new WindowAssembler(new WindowSpec("model", 4, 0, 60, 0, 60_000));
    private final Map<String, byte[]> stored = new HashMap<>();
    private String current;
    private long written;

    private static Configuration options() {
        Configuration options = new Configuration();
        options.set(TokenizeOptions.FRAME_SIZE, SIDE + "x" + SIDE);
        return options;
    }

    /** Ten seconds of a camera, a barrier: one state instead of three hundred. */
    @Test
    void aBarrierWritesTheLastStateOnly() throws Exception {
        CameraStates<CameraWindow> states = states(ROOM);
        long everyState = 0;
        for (int i = 0; i < 299; i++) {
            everyState += take(states, "a", i);
        }

        assertThat(stored).isEmpty();
        states.writeAll();

        assertThat(written).isEqualTo(stored.get("a").length).isPositive();
        assertThat(written * 100).isLessThan(everyState);
        assertThat(states.get("a").orElseThrow().cursor().next()).isEqualTo(299);
    }

    /** A camera that sends nothing between two barriers costs the second one nothing. */
    @Test
    void whatDidNotChangeIsNotWrittenAgain() throws Exception {
        CameraStates<CameraWindow> states = states(ROOM);
        take(states, "a", 0);
        take(states, "b", 0);
        states.writeAll();
        long first = written;

        states.writeAll();
        assertThat(written).isEqualTo(first);

        take(states, "b", 1);
        states.writeAll();
        assertThat(written - first).isEqualTo(stored.get("b").length);
    }

    /** Beyond the bound the camera seen longest ago goes first, and none is lost. */
    @Test
    void theBoundWritesTheEldestEarly() throws Exception {
        CameraStates<CameraWindow> states = states(2L * SIDE * SIDE * 3 + 4096);
        for (String camera : new String[] {"a", "b", "c"}) {
            take(states, camera, 0);
            take(states, camera, 1); // begins a chunk: its frame waits in the state
            states.writeExcess();
        }

        assertThat(stored).containsOnlyKeys("a");
        current = "a";
        assertThat(states.get("a").orElseThrow().cursor().next()).isEqualTo(2);
    }

    /** The bytes of the state after a frame. */
    private int take(CameraStates<CameraWindow> states, String camera, long sequence) throws Exception {
        current = camera;
        byte[] rgb = new byte[SIDE * SIDE * 3];
        CameraFrame frame = new CameraFrame(camera, 1, sequence, 1 + sequence * 33_333, SIDE, SIDE, rgb);
        CameraWindow window = assembler.step(states.get(camera), frame, 0).window();
        states.put(camera, window);
        return rules.encode(window).length;
    }

    @SuppressWarnings("unchecked")
    private CameraStates<CameraWindow> states(long maxBytes) {
        ValueState<byte[]> state = new ValueState<>() {
            @Override
            public byte[] value() {
                return stored.get(current);
            }

            @Override
            public void update(byte[] value) {
                stored.put(current, value);
            }

            @Override
            public void clear() {
                stored.remove(current);
            }
        };
        MapState<Integer, byte[]> none = (MapState<Integer, byte[]>) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {MapState.class}, (proxy, method, arguments) -> {
                    throw new AssertionError("found a call of " + method.getName() + ", expected no history");
                });
        return new CameraStates<>(
                rules, state, new CameraHistory(none), camera -> current = camera, bytes -> written += bytes, maxBytes);
    }
}
