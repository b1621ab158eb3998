package io.nolook.job.backfill;

import static org.assertj.core.api.Assertions.assertThat;

import io.nolook.camera.simulator.SimulatedCamera;
import io.nolook.flink.tokenize.TokenizeOptions;
import io.nolook.flink.tokenize.TokenizeSettings;
import io.nolook.frame.PictureEncoder;
import io.nolook.frame.ffmpeg.FfmpegPictureSink;
import io.nolook.window.CameraFrame;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.OptionalLong;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecordingTurnsTest {
    private static final int[] LENGTHS = {2, 5, 1, 3};
    private static final int AT_ONCE = 2;
    private static final long SECONDS_1904_TO_1970 = 2_082_844_800L;

    @TempDir
    private Path folder;

    private final List<Recording> recordings = new ArrayList<>();
    private final List<String> damaged = new ArrayList<>();

    @BeforeEach
    void record() throws IOException {
        PictureEncoder encoder = new PictureEncoder();
        for (int camera = 0; camera < LENGTHS.length; camera++) {
            Path recording = Files.createDirectories(folder.resolve("c" + camera));
            SimulatedCamera simulated = new SimulatedCamera(camera, 16, 16);
            for (int i = 0; i < LENGTHS[camera]; i++) {
                Files.write(recording.resolve("%05d.png".formatted(i)), encoder.png(simulated.picture(i)));
            }
            recordings.add(new Recording(recording.toString(), "c" + camera, 1, 0));
        }
    }

    private RecordingTurns turns() {
        Configuration options = new Configuration();
        options.set(TokenizeOptions.FRAME_SIZE, "16x16");
        return new RecordingTurns(TokenizeSettings.of(options), damaged::add);
    }

    /** Where one ends the next one begins, as the reader has it. */
    private static List<String> rest(RecordingTurns turns, List<Recording> waiting, int most) throws IOException {
        Deque<Recording> left = new ArrayDeque<>(waiting);
        List<String> places = new ArrayList<>();
        while (places.size() < most) {
            while (turns.size() < AT_ONCE && !left.isEmpty()) {
                turns.add(left.removeFirst());
            }
            if (turns.size() == 0) {
                break;
            }
            turns.next().ifPresent(frame -> places.add(place(frame)));
        }
        return places;
    }

    private static String place(CameraFrame frame) {
        return frame.camera() + "/" + frame.sequence();
    }

    @Test
    void theNextRecordingBeginsWhereOneEnds() throws IOException {
        try (RecordingTurns turns = turns()) {
            assertThat(rest(turns, recordings, Integer.MAX_VALUE))
                    .containsExactly(
                            "c0/0", "c1/0", "c0/1", "c1/1", "c1/2", "c2/0", "c1/3", "c1/4", "c3/0", "c3/1", "c3/2");
        }
        assertThat(damaged).isEmpty();
    }

    /** Wherever a checkpoint falls, and through its bytes. */
    @Test
    void whatIsLeftGoesOnAsIfNothingHadHappened() throws IOException {
        RecordingSplitCodec codec = new RecordingSplitCodec();
        for (int taken = 1; taken <= 6; taken++) {
            RecordingSplit left;
            List<String> places;
            try (RecordingTurns turns = turns()) {
                places = new ArrayList<>(rest(turns, recordings.subList(0, AT_ONCE), taken));
                left = new RecordingSplit(turns.left());
            }
            List<RecordingSplit> read = codec.deserialize(codec.getVersion(), codec.serialize(List.of(left)));
            assertThat(read).containsExactly(left);
            try (RecordingTurns turns = turns()) {
                places.addAll(rest(turns, read.get(0).recordings(), Integer.MAX_VALUE));
            }
            assertThat(places)
                    .as("%d taken", taken)
                    .containsExactly("c0/0", "c1/0", "c0/1", "c1/1", "c1/2", "c1/3", "c1/4");
        }
    }

    /** Damage of one is told; the pictures before it are taken, and the others go on. */
    @Test
    void whatIsDamagedIsToldAndTheOthersGoOn() throws IOException {
        Path image = folder.resolve("c1/00003.png");
        Files.write(image, Arrays.copyOf(Files.readAllBytes(image), 60));
        Path nothing = Files.writeString(folder.resolve("nothing.mp4"), "no video");
        recordings.add(1, new Recording(nothing.toString(), "nothing", 1, 0));

        try (RecordingTurns turns = turns()) {
            assertThat(rest(turns, recordings, Integer.MAX_VALUE))
                    .containsExactly("c0/0", "c0/1", "c1/0", "c1/1", "c2/0", "c1/2", "c1/3", "c3/0", "c3/1", "c3/2");
        }
        assertThat(damaged)
                .hasSize(2)
                .anySatisfy(said -> assertThat(said).contains("while opening " + nothing, "expected"))
                .anySatisfy(said -> assertThat(said).startsWith(image + ": found "));
    }

    @Test
    void aRecordingHasTheTimeThatItIsGivenElseThatOfItsFile() throws IOException {
        Path file = Path.of(recordings.get(0).location());
        Instant written = Instant.parse("2024-05-06T07:08:09.123456Z");
        Files.setLastModifiedTime(file, FileTime.from(written));
        try (RecordingTurns turns = turns()) {
            turns.add(Recording.of(file, "recording/", OptionalLong.empty()));
            turns.add(Recording.of(file, "", OptionalLong.of(5_000_000)));

            CameraFrame told = turns.next().orElseThrow();
            assertThat(told.camera()).isEqualTo("recording/c0");
            assertThat(told.capturedAtMicros()).isEqualTo(1_714_979_289_123_456L);
            assertThat(told.epoch()).isEqualTo(1_714_979_289_123L);
            CameraFrame given = turns.next().orElseThrow();
            assertThat(given.camera()).isEqualTo("c0");
            assertThat(given.capturedAtMicros()).isEqualTo(5_000_000);
            assertThat(given.epoch()).isEqualTo(5_000);
            assertThat(turns.next().orElseThrow().capturedAtMicros()).isEqualTo(1_714_979_289_163_456L);
            assertThat(turns.left()).extracting(Recording::beganMicros).contains(1_714_979_289_123_456L, 5_000_000L);
        }
    }

    /** The recording's own word, if it has one, before that of the file. */
    @Test
    void aVideoSaysItselfWhenItBegan() throws IOException {
        Path video = folder.resolve("told.mp4");
        try (FfmpegPictureSink sink = new FfmpegPictureSink(video, 25)) {
            sink.write(new SimulatedCamera(1, 32, 32).picture(0));
        }
        byte[] bytes = Files.readAllBytes(video);
        int header = new String(bytes, StandardCharsets.ISO_8859_1).indexOf("mvhd");
        ByteBuffer.wrap(bytes).putInt(header + 8, (int) (SECONDS_1904_TO_1970 + 1_600_000_000L));
        Files.write(video, bytes);
        try (RecordingTurns turns = turns()) {
            turns.add(Recording.of(video, "", OptionalLong.empty()));

            assertThat(turns.next().orElseThrow().capturedAtMicros()).isEqualTo(1_600_000_000_000_000L);
        }
    }
}
