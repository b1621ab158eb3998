package io.nolook.window;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** One camera's frames through an assembler, with all that came of them. */
final class CameraRun {
    static final String CAMERA = "gate";
    static final int T = 4;
    static final long NOW_MILLIS = 1_700_000_000_000L;
    static final long START_MICROS = NOW_MILLIS * 1000;
    static final WindowSpec SPEC = new WindowSpec("model-a", T, 2, 60, 0, 1000);

    final List<CameraFrame> frames = new ArrayList<>();
    final List<FrameFate> fates = new ArrayList<>();
    final List<Chunk> chunks = new ArrayList<>();
    Optional<CameraWindow> window = Optional.empty();
    int abandoned;
    long nowMillis = NOW_MILLIS;

    private WindowAssembler assembler;
    private UnaryOperator<CameraWindow> between = UnaryOperator.identity();

    CameraRun(WindowSpec spec) {
        assembler = new WindowAssembler(spec);
    }

    /** From the next frame on, a job with other settings or another model. */
    CameraRun restartedWith(WindowSpec spec) {
        assembler = new WindowAssembler(spec);
        return this;
    }

    /** What happens to the state between two frames. */
    CameraRun between(UnaryOperator<CameraWindow> change) {
        between = change;
        return this;
    }

    /** Frames {@code from} to {@code to} of an epoch, both included. */
    CameraRun frames(long epoch, long from, long to) {
        for (long sequence = from; sequence <= to; sequence++) {
            frame(frame(epoch, sequence));
        }
        return this;
    }

    FrameFate frame(CameraFrame frame) {
        WindowResult result = assembler.step(window.map(between), frame, nowMillis);
        window = Optional.of(result.window());
        frames.add(frame);
        fates.add(result.fate());
        abandoned += result.abandoned();
        chunks.addAll(result.chunks());
        return result.fate();
    }

    /** Takes the tail, as at the end of an input. */
    CameraRun end() {
        WindowAssembler.Finished finished = assembler.finish(window.orElseThrow(), CAMERA);
        chunks.addAll(finished.chunks());
        abandoned += finished.abandoned();
        window = Optional.of(finished.window());
        return this;
    }

    Chunk chunk(int index) {
        return chunks.get(index);
    }

    Chunk last() {
        return chunks.get(chunks.size() - 1);
    }

    /** Real frames of each chunk so far. */
    List<Integer> realFrames() {
        return chunks.stream().map(chunk -> chunk.span().frames()).toList();
    }

    List<String> texts() {
        return chunks.stream().map(CameraRun::text).toList();
    }

    /** A frame with its own time, 30 a second. */
    static CameraFrame frame(long epoch, long sequence) {
        return frame(epoch, sequence, START_MICROS + sequence * 33_333, 64);
    }

    static CameraFrame frame(long epoch, long sequence, long capturedAtMicros, int sourceWidth) {
        return new CameraFrame(CAMERA, epoch, sequence, capturedAtMicros, sourceWidth, 48, pixel(epoch, sequence));
    }

    /** One pixel that no other frame has. */
    static byte[] pixel(long epoch, long sequence) {
        return new byte[] {(byte) epoch, (byte) sequence, (byte) (sequence >> 8)};
    }

    /** Pixels of several frames of epoch 1, as a chunk has them. */
    static byte[] pixels(long... sequences) {
        byte[] rgb = new byte[3 * sequences.length];
        for (int t = 0; t < sequences.length; t++) {
            System.arraycopy(pixel(1, sequences[t]), 0, rgb, 3 * t, 3);
        }
        return rgb;
    }

    /** All of a chunk, pixels too, to compare chunks by. */
    static String text(Chunk chunk) {
        return chunk.camera() + " " + chunk.epoch() + "/" + chunk.clip() + "/" + chunk.position() + " " + chunk.span()
                + " " + chunk.begins() + " " + Arrays.toString(chunk.headers()) + " " + Arrays.toString(chunk.rgb());
    }
}
