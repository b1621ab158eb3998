package io.nolook.offline;

import static org.assertj.core.api.Assertions.assertThat;

import io.nolook.camera.simulator.SimulatedCamera;
import io.nolook.frame.FrameSize;
import io.nolook.model.Activations;
import io.nolook.model.ModelSpec;
import io.nolook.model.ModelStep;
import io.nolook.model.VideoDetokenizer;
import io.nolook.model.VideoTokenizer;
import io.nolook.model.onnx.ModelFiles;
import io.nolook.model.onnx.OnnxVideoDetokenizer;
import io.nolook.model.onnx.OnnxVideoTokenizer;
import io.nolook.model.onnx.SessionSettings;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The shipped model gives the same tokens however chunks are batched, on however many threads, and whether activations
 * are kept or rebuilt.
 */
class ShippedModelDeterminismTest {
    private static final int CAMERAS = 5;
    private static final int CHUNKS = 14;
    private static final int SCHEDULES = 3;
    private static final int MOST = 5; // in a batch; one model run holds up to 4 here, so that some are split

    @ParameterizedTest
    @CsvSource({"64,64", "96,48"})
    void anyScheduleOnAnyThreadsGivesTheTokensOfACameraAlone(int width, int height) {
        FrameSize size = new FrameSize(width, height);
        List<List<byte[]>> chunks = IntStream.range(0, CAMERAS)
                .mapToObj(camera -> chunks(camera, size))
                .toList();
        List<List<int[]>> alone;
        try (VideoTokenizer tokenizer = open(1, size, 1)) {
            alone = chunks.stream()
                    .map(camera ->
                            run(tokenizer, List.of(camera), new Random(0)).get(0))
                    .toList();
        }
        for (int threads = 1; threads <= 3; threads++) {
            try (VideoTokenizer tokenizer = open(threads, size, MOST - 1)) {
                for (int seed = 0; seed < SCHEDULES; seed++) {
                    List<List<int[]>> together = run(tokenizer, chunks, new Random(seed));
                    for (int camera = 0; camera < CAMERAS; camera++) {
                        assertThat(together.get(camera))
                                .as("camera %d, %d threads, schedule %d", camera, threads, seed)
                                .usingRecursiveComparison()
                                .isEqualTo(alone.get(camera));
                    }
                }
            }
        }
    }

    /** A function whose last bits depend on where a thread's part ends shows at some sizes only. */
    @ParameterizedTest
    @ValueSource(strings = {"96x160", "152x80", "136x104"})
    void isAdmittedAtSizesOfOtherShapes(String pixels) {
        FrameSize size = FrameSize.parse(pixels);
        for (String decoder :
                List.of("builtin:nolook-small", "builtin:nolook-small/sharp", "builtin:nolook-small-3-edbf3593ba11")) {
            SessionSettings session = SessionSettings.cpu(2);
            VideoDetokenizer.admit(OnnxVideoDetokenizer.open(ModelFiles.read(decoder, "decoder"), session), size)
                    .close();
        }
        open(2, size, 2).close();
    }

    @Test
    void theDecoderForPeopleReadsTheSameTokens() {
        ModelSpec plain = ModelFiles.spec(ModelFiles.read("builtin:nolook-small", "decoder"));
        String location = ModelFiles.sharp("builtin:nolook-small").orElseThrow();
        ModelSpec sharp = ModelFiles.spec(ModelFiles.read(location, "decoder"));

        assertThat(sharp.tokenizerId()).isEqualTo(plain.tokenizerId());
        assertThat(ModelFiles.sharp("builtin:nolook-small-3-edbf3593ba11")).isEmpty();
        assertThat(ModelFiles.sharp("a/file.onnx")).isEmpty();
    }

    /** Goes through all chunks in batches of a random size of random cameras, one in four with lost activations. */
    private static List<List<int[]>> run(VideoTokenizer tokenizer, List<List<byte[]>> chunks, Random random) {
        int history = tokenizer.spec().history();
        List<Activations> activations =
                chunks.stream().map(camera -> tokenizer.newActivations()).toList();
        List<List<int[]>> tokens =
                chunks.stream().<List<int[]>>map(camera -> new ArrayList<>()).toList();
        while (true) {
            List<Integer> ready = new ArrayList<>(IntStream.range(0, chunks.size())
                    .filter(camera -> tokens.get(camera).size() < CHUNKS)
                    .boxed()
                    .toList());
            if (ready.isEmpty()) {
                return tokens;
            }
            Collections.shuffle(ready, random);
            List<Integer> batch = ready.subList(0, 1 + random.nextInt(Math.min(MOST, ready.size())));
            List<int[]> outputs = tokenizer.run(batch.stream()
                    .map(camera -> {
                        int next = tokens.get(camera).size();
                        boolean lost = next == 0 || random.nextInt(4) == 0;
                        List<byte[]> mine = chunks.get(camera);
                        return new ModelStep<>(
                                mine.get(next),
                                lost ? mine.subList(Math.max(0, next - history), next) : List.of(),
                                lost ? ModelStep.Start.ZEROS : ModelStep.Start.CURRENT,
                                next,
                                activations.get(camera));
                    })
                    .toList());
            for (int i = 0; i < batch.size(); i++) {
                tokens.get(batch.get(i)).add(outputs.get(i));
            }
        }
    }

    private static List<byte[]> chunks(int seed, FrameSize size) {
        SimulatedCamera camera = new SimulatedCamera(seed, size.width(), size.height());
        int frame = size.width() * size.height() * 3;
        List<byte[]> chunks = new ArrayList<>();
        for (int chunk = 0; chunk < CHUNKS; chunk++) {
            byte[] rgb = new byte[4 * frame];
            for (int i = 0; i < 4; i++) {
                int index = chunk == 0 ? 0 : 4 * (chunk - 1) + 1 + i; // chunk 0 repeats frame 0
                System.arraycopy(camera.picture(index).rgb(), 0, rgb, i * frame, frame);
            }
            chunks.add(rgb);
        }
        return chunks;
    }

    private static VideoTokenizer open(int threads, FrameSize size, int maxBatch) {
        return VideoTokenizer.admit(
                OnnxVideoTokenizer.open(
                        ModelFiles.encoder("builtin:nolook-small", SessionSettings.cpu(threads)),
                        SessionSettings.cpu(threads)),
                size,
                maxBatch);
    }
}
