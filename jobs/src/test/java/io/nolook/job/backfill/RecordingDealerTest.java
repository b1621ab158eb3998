package io.nolook.job.backfill;

import static org.assertj.core.api.Assertions.assertThat;

import io.nolook.camera.simulator.SimulatedCamera;
import io.nolook.flink.tokenize.TokenizeOptions;
import io.nolook.flink.tokenize.TokenizeSettings;
import io.nolook.frame.PictureEncoder;
import io.nolook.window.CameraFrame;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.BiConsumer;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.connector.source.ReaderInfo;
import org.apache.flink.api.connector.source.ReaderOutput;
import org.apache.flink.api.connector.source.SourceEvent;
import org.apache.flink.api.connector.source.SourceOutput;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.api.connector.source.SplitsAssignment;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.io.InputStatus;
import org.apache.flink.metrics.groups.SourceReaderMetricGroup;
import org.apache.flink.metrics.groups.SplitEnumeratorMetricGroup;
import org.apache.flink.util.UserCodeClassLoader;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which task reads which recording: the next one goes to whoever is free, and none is lost or read twice. */
class RecordingDealerTest {
    private static final int[] LENGTHS = {9, 2, 2, 2, 2};

    @TempDir
    private Path folder;

    private final List<Recording> recordings = new ArrayList<>();

    @BeforeEach
    void record() throws IOException {
        PictureEncoder encoder = new PictureEncoder();
        for (int camera = 0; camera < LENGTHS.length; camera++) {
            Path recording = Files.createDirectories(folder.resolve("c" + camera));
            for (int i = 0; i < LENGTHS[camera]; i++) {
                Files.write(recording.resolve(i + ".png"), encoder.png(new SimulatedCamera(camera, 16, 16).picture(i)));
            }
            recordings.add(new Recording(recording.toString(), "c" + camera, 1, 0));
        }
    }

    /** A fixed deal gives the first task two more when it is still at its long one. */
    @Test
    void theNextRecordingGoesToWhoeverIsFree() throws Exception {
        Tasks tasks = new Tasks(2, 1, RecordingSplit.of(recordings.get(0)), splits().subList(1, 5), List.of());

        tasks.run(Integer.MAX_VALUE);

        assertThat(tasks.frames.get(0)).extracting(CameraFrame::camera).containsOnly("c0");
        assertThat(tasks.frames.get(1)).extracting(CameraFrame::camera).containsOnly("c1", "c2", "c3", "c4");
        assertThat(tasks.all()).hasSize(17).doesNotHaveDuplicates();
    }

    /** Two recordings at once are read by turns, so that a batch has several cameras. */
    @Test
    void aTaskReadsSeveralAtOnce() throws Exception {
        Tasks tasks = new Tasks(1, 2, null, splits(), List.of());

        tasks.run(4);

        assertThat(tasks.all()).containsExactly("c0/0", "c1/0", "c0/1", "c1/1");
    }

    /** Wherever a checkpoint falls, with as many tasks or fewer: each frame once. */
    @Test
    void nothingIsLostOrRepeatedWhenTheJobIsRestored() throws Exception {
        for (int taken = 0; taken < 10; taken++) {
            for (int after : new int[] {1, 2, 3}) {
                Tasks before = new Tasks(2, 2, null, splits(), List.of());
                before.run(taken);
                List<RecordingSplit> read = new ArrayList<>();
                for (RecordingReader reader : before.readers) {
                    read.addAll(reader.snapshotState(1));
                }
                Collection<RecordingSplit> left = before.dealer.snapshotState(1);
                Tasks restored = new Tasks(after, 2, null, left, read);
                restored.run(Integer.MAX_VALUE);

                List<String> all = new ArrayList<>(before.all());
                all.addAll(restored.all());
                assertThat(all)
                        .as("%d taken, %d tasks", taken, after)
                        .hasSize(17)
                        .doesNotHaveDuplicates();
            }
        }
    }

    /** What a failed task had comes back first. */
    @Test
    void whatAFailedTaskHadIsDealtAgain() {
        List<Object> said = new ArrayList<>();
        RecordingDealer dealer = new RecordingDealer(new Context(said), splits().subList(2, 3));

        dealer.addSplitsBack(splits().subList(0, 2), 0);
        for (int i = 0; i < 4; i++) {
            dealer.handleSplitRequest(1, null);
        }

        assertThat(said).containsExactly("c0 to 1", "c1 to 1", "c2 to 1", "no more to 1");
    }

    private List<RecordingSplit> splits() {
        return recordings.stream().map(RecordingSplit::of).toList();
    }

    /** Readers and the dealer without Flink, by turns on one thread. */
    private static final class Tasks {
        final RecordingDealer dealer;
        final List<RecordingReader> readers = new ArrayList<>();
        final List<List<CameraFrame>> frames = new ArrayList<>();
        private final List<Integer> asking = new ArrayList<>();
        private final List<String> order = new ArrayList<>();

        Tasks(int tasks, int atOnce, RecordingSplit first, Collection<RecordingSplit> left, List<RecordingSplit> read)
                throws IOException {
            dealer = new RecordingDealer(
                    new Context(new ArrayList<>()) {
                        @Override
                        public void assignSplit(RecordingSplit split, int task) {
                            readers.get(task).addSplits(List.of(split));
                        }

                        @Override
                        public void signalNoMoreSplits(int task) {
                            readers.get(task).notifyNoMoreSplits();
                        }
                    },
                    left);
            Configuration options = new Configuration();
            options.set(TokenizeOptions.FRAME_SIZE, "16x16");
            TokenizeSettings settings = TokenizeSettings.of(options);
            for (int task = 0; task < tasks; task++) {
                int mine = task;
                RecordingTurns turns = new RecordingTurns(settings, damage -> {});
                readers.add(new RecordingReader(new Asking(() -> asking.add(mine)), turns, atOnce));
                frames.add(new ArrayList<>());
            }
            if (first != null) {
                readers.get(0).addSplits(List.of(first));
            }
            for (int i = 0; i < read.size(); i++) {
                readers.get(i % tasks).addSplits(List.of(read.get(i)));
            }
            assertThat(asking).as("asked before the dealer knows them").isEmpty();
            readers.forEach(RecordingReader::start);
            deal();
        }

        /** Until so many frames are read, or all. */
        void run(int most) throws IOException {
            int ended = 0;
            while (ended < readers.size() && order.size() < most) {
                ended = 0;
                for (int task = 0; task < readers.size() && order.size() < most; task++) {
                    List<CameraFrame> mine = frames.get(task);
                    InputStatus status = readers.get(task).pollNext(new Output(mine, order));
                    ended += status == InputStatus.END_OF_INPUT ? 1 : 0;
                    assertThat(readers.get(task).isAvailable().isDone() || status == InputStatus.NOTHING_AVAILABLE)
                            .isTrue();
                    deal();
                }
            }
        }

        private void deal() {
            while (!asking.isEmpty()) {
                dealer.handleSplitRequest(asking.remove(0), null);
            }
        }

        List<String> all() {
            return order;
        }
    }

    /** What is said to tasks. */
    private static class Context implements SplitEnumeratorContext<RecordingSplit> {
        private final List<Object> said;

        Context(List<Object> said) {
            this.said = said;
        }

        @Override
        public void assignSplit(RecordingSplit split, int task) {
            said.add(split.splitId() + " to " + task);
        }

        @Override
        public void signalNoMoreSplits(int task) {
            said.add("no more to " + task);
        }

        @Override
        public SplitEnumeratorMetricGroup metricGroup() {
            throw new UnsupportedOperationException();
        }

        @Override
        public void sendEventToSourceReader(int task, SourceEvent event) {
            throw new UnsupportedOperationException();
        }

        @Override
        public int currentParallelism() {
            throw new UnsupportedOperationException();
        }

        @Override
        public Map<Integer, ReaderInfo> registeredReaders() {
            throw new UnsupportedOperationException();
        }

        @Override
        public void assignSplits(SplitsAssignment<RecordingSplit> assignment) {
            throw new UnsupportedOperationException();
        }

        @Override
        public <T> void callAsync(Callable<T> call, BiConsumer<T, Throwable> then) {
            throw new UnsupportedOperationException();
        }

        @Override
        public <T> void callAsync(Callable<T> call, BiConsumer<T, Throwable> then, long delay, long period) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void runInCoordinatorThread(Runnable runnable) {
            throw new UnsupportedOperationException();
        }
    }

    /** What a reader asks for. */
    private record Asking(Runnable asked) implements SourceReaderContext {
        @Override
        public void sendSplitRequest() {
            asked.run();
        }

        @Override
        public SourceReaderMetricGroup metricGroup() {
            throw new UnsupportedOperationException();
        }

        @Override
        public Configuration getConfiguration() {
            throw new UnsupportedOperationException();
        }

        @Override
        public String getLocalHostName() {
            throw new UnsupportedOperationException();
        }

        @Override
        public int getIndexOfSubtask() {
            throw new UnsupportedOperationException();
        }

        @Override
        public void sendSourceEventToCoordinator(SourceEvent event) {
            throw new UnsupportedOperationException();
        }

        @Override
        public UserCodeClassLoader getUserCodeClassLoader() {
            throw new UnsupportedOperationException();
        }
    }

    /** What a reader emits. */
    private record Output(List<CameraFrame> frames, List<String> places) implements ReaderOutput<CameraFrame> {
        @Override
        public void collect(CameraFrame frame) {
            frames.add(frame);
            places.add(frame.camera() + "/" + frame.sequence());
        }

        @Override
        public void collect(CameraFrame frame, long timestamp) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void emitWatermark(Watermark watermark) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void markIdle() {
            throw new UnsupportedOperationException();
        }

        @Override
        public void markActive() {
            throw new UnsupportedOperationException();
        }

        @Override
        public SourceOutput<CameraFrame> createOutputForSplit(String split) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void releaseOutputForSplit(String split) {
            throw new UnsupportedOperationException();
        }
    }
}
