package io.nolook.flink.tokenize;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.UnixOperatingSystemMXBean;
import io.nolook.flink.stream.PassingTime;
import io.nolook.record.OutgoingTokens;
import io.nolook.window.CameraFrame;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Cameras come and go by the thousand, jobs and sessions too: what they took is given back. */
class ComingAndGoingTest {
    private static final int WAVE = 50;
    private static final int FRAMES = 6;
    private static final long TTL = 10_000;
    private static final int COLLECTIONS = 8;
    private static final int CAMERAS = 1800;
    private static final int ROUNDS = 3;

    /** What a process holds; native memory is what is resident beside the heap, which grows as the collector likes. */
    private record Held(long heapBytes, long nativeBytes, int threads, long files) {

        /** What stays when the collector, and what waits for it, have gone by a few times. */
        static Held now() throws IOException {
            long heap = Long.MAX_VALUE;
            for (int i = 0; i < COLLECTIONS; i++) {
                System.gc();
                System.runFinalization();
                heap = Math.min(
                        heap,
                        ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
            }
            Path statm = Path.of("/proc/self/statm");
            long resident =
                    Files.exists(statm) ? Long.parseLong(Files.readString(statm).split(" ")[1]) * 4096 : 0;
            long files = ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
                    ? unix.getOpenFileDescriptorCount()
                    : 0;
            long beside = resident
                    - ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getCommitted();
            return new Held(heap, beside, ManagementFactory.getThreadMXBean().getThreadCount(), files);
        }
    }

    /** Compiled code is not what is looked for. */
    @BeforeAll
    static void compile() throws Exception {
        comeAndGo(1);
        sessions(60);
    }

    /** What leaks grows with every {@value #CAMERAS} cameras; what the collector and the system do, with some. */
    @Test
    void camerasThatComeAndGoLeaveNothing() throws Exception {
        List<Held> held = comeAndGo(ROUNDS);
        List<String> grown = new ArrayList<>();
        for (int round = 1; round < held.size(); round++) {
            Held before = held.get(round - 1);
            Held after = held.get(round);
            boolean flat = after.heapBytes() < before.heapBytes() * 105 / 100
                    && after.nativeBytes() <= before.nativeBytes() * 105 / 100
                    && after.threads() <= before.threads()
                    && after.files() <= before.files();
            if (!flat) {
                grown.add(before + " -> " + after);
            }
        }
        assertThat(grown).hasSizeLessThan(ROUNDS);
    }

    /** What is held after the first 200 cameras, and after each round of more. */
    private static List<Held> comeAndGo(int rounds) throws Exception {
        Configuration options = new Configuration();
        options.setString("camera.idle-ttl", TTL + " ms");
        options.setString("epoch.reset-after", "1 s");
        options.setString("activations.max-bytes", "1 mb");
        List<Held> held = new ArrayList<>();
        try (var harness = TokenizeOperatorTest.harness(options)) {
            harness.open();
            cameras(harness, 0, 200);
            held.add(Held.now());
            for (int round = 0; round < rounds; round++) {
                cameras(harness, 200 + round * CAMERAS, 200 + (round + 1) * CAMERAS);
                assertThat(harness.numKeyedStateEntries()).isZero();
                assertThat(harness.numProcessingTimeTimers()).isZero();
                held.add(Held.now());
            }
        }
        return held;
    }

    @Test
    void sessionsOpenedAgainAndAgainLeaveNothing() throws Exception {
        sessions(3);
        Held before = Held.now();
        sessions(30);
        Held after = Held.now();
        assertThat(after.threads()).isLessThanOrEqualTo(before.threads());
        assertThat(after.files()).isLessThanOrEqualTo(before.files());
        assertThat(after.heapBytes()).isLessThan(before.heapBytes() * 105 / 100);
        assertThat(after.nativeBytes()).isLessThan(before.nativeBytes() * 110 / 100);
    }

    private static void sessions(int count) throws Exception {
        for (int i = 0; i < count; i++) {
            try (var harness = TokenizeOperatorTest.harness(new Configuration())) {
                harness.open();
                TokenizeOperatorTest.push(harness, TokenizeOperatorTest.interleaved(2, FRAMES));
                harness.endInput();
            }
        }
    }

    private static void cameras(
            KeyedOneInputStreamOperatorTestHarness<String, CameraFrame, OutgoingTokens> harness, int from, int to)
            throws Exception {
        for (int wave = from; wave < to; wave += WAVE) {
            for (int i = 0; i < FRAMES; i++) {
                for (int camera = wave; camera < wave + WAVE; camera++) {
                    harness.processElement(TokenizeOperatorTest.frame("camera-" + camera, i), 0);
                }
            }
            harness.prepareSnapshotPreBarrier(wave);
            assertThat(TokenizeOperatorTest.output(harness)).hasSize(2 * WAVE);
            harness.getOutput().clear();
            PassingTime.to(harness, harness.getProcessingTime() + 6 * TTL);
        }
    }
}
