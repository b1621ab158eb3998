package io.nolook.job.backfill;

import static org.assertj.core.api.Assertions.assertThat;

import io.nolook.camera.simulator.SimulatedCamera;
import io.nolook.frame.FrameFit;
import io.nolook.frame.FrameSize;
import io.nolook.frame.PictureEncoder;
import io.nolook.window.CameraFrame;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecordingIteratorTest {
    private static final int[] LENGTHS = {2, 5, 1, 3};

    @TempDir
    private Path folder;

    private final List<Recording> recordings = new ArrayList<>();

    @BeforeEach
    void record() throws IOException {
        PictureEncoder encoder = new PictureEncoder();
        for (int camera = 0; camera < LENGTHS.length; camera++) {
            Path recording = Files.createDirectories(folder.resolve("c" + camera));
            SimulatedCamera simulated = new SimulatedCamera(camera, 16, 16);
            for (int i = 0; i < LENGTHS[camera]; i++) {
                Files.write(recording.resolve("%05d.png".formatted(i)), encoder.png(simulated.picture(i)));
            }
            recordings.add(new Recording(recording.toString(), "c" + camera, 0));
        }
    }

    private RecordingSplit split(int atOnce) {
        return new RecordingSplit("split", new FrameSize(16, 16), FrameFit.CROP, atOnce, recordings);
    }

    private static List<String> rest(RecordingIterator iterator) {
        List<String> places = new ArrayList<>();
        iterator.forEachRemaining(frame -> places.add(place(frame)));
        return places;
    }

    private static String place(CameraFrame frame) {
        return frame.camera() + "/" + frame.sequence();
    }

    @Test
    void theNextRecordingBeginsWhereOneEnds() throws IOException {
        try (RecordingIterator iterator = split(2).getIterator()) {
            assertThat(rest(iterator))
                    .containsExactly(
                            "c0/0", "c1/0", "c0/1", "c1/1", "c1/2", "c2/0", "c1/3", "c1/4", "c3/0", "c3/1", "c3/2");
        }
    }

    /** Wherever a checkpoint falls, and through its bytes. */
    @Test
    void whatIsLeftGoesOnAsIfNothingHadHappened() throws IOException {
        RecordingSplitCodec codec = new RecordingSplitCodec();
        RecordingSplit split = split(3);
        List<String> all;
        try (RecordingIterator iterator = split.getIterator()) {
            all = rest(iterator);
        }
        for (int taken = 0; taken <= all.size(); taken++) {
            RecordingSplit left;
            try (RecordingIterator iterator = split.getIterator()) {
                List<String> before = IntStream.range(0, taken)
                        .mapToObj(i -> place(iterator.next()))
                        .toList();
                assertThat(before).isEqualTo(all.subList(0, taken));
                left = split.getUpdatedSplitForIterator(iterator);
            }
            List<RecordingSplit> read = codec.deserialize(codec.getVersion(), codec.serialize(List.of(left)));
            assertThat(read).containsExactly(left);
            try (RecordingIterator iterator = read.get(0).getIterator()) {
                assertThat(rest(iterator)).isEqualTo(all.subList(taken, all.size()));
            }
        }
    }
}
