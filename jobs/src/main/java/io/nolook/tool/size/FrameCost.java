package io.nolook.tool.size;

import io.nolook.failure.IntakeException;
import io.nolook.flink.tokenize.TokenizeSettings;
import io.nolook.frame.FrameDecoder;
import io.nolook.frame.FrameFitter;
import io.nolook.frame.FrameSize;
import io.nolook.model.onnx.ModelFiles;
import io.nolook.model.onnx.SessionSettings;
import io.nolook.tool.bench.BenchPictures;
import io.nolook.tool.bench.ModelBench;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * What a frame costs on this machine.
 *
 * @param modelMillis of one core in the model, in batches
 * @param pictureMillis of one core until a JPEG is the model's picture
 * @param pictureBytes of a JPEG of the simulated camera
 */
public record FrameCost(double modelMillis, double pictureMillis, long pictureBytes) {
    private static final int WARMUP_PICTURES = 40;
    private static final long NANOS = 1_000_000_000L;

    /**
     * Measures it, in some ten seconds.
     *
     * @param source pixels of the cameras' pictures
     */
    public static FrameCost here(TokenizeSettings settings, FrameSize source) throws IOException, IntakeException {
        SessionSettings session = SessionSettings.cpu(1);
        ModelBench.Result model = ModelBench.run(
                ModelFiles.encoder(settings.encoder(), session),
                session,
                settings.frameSize(),
                settings.inference().batchLimits().size());
        BenchPictures pictures = BenchPictures.of(source);
        return new FrameCost(1000 / model.framesPerSecond(), decode(settings, pictures), pictures.meanBytes());
    }

    private static double decode(TokenizeSettings settings, BenchPictures pictures) throws IntakeException {
        FrameDecoder decoder = new FrameDecoder(settings.frameLimits());
        FrameSize size = settings.frameSize();
        FrameFitter fitter = new FrameFitter(settings.frameFit(), size.width(), size.height());
        int count = -WARMUP_PICTURES;
        long began = System.nanoTime();
        while (count <= 0 || System.nanoTime() - began < NANOS) {
            if (count == 0) {
                began = System.nanoTime();
            }
            int at = Math.floorMod(count++, pictures.jpegs().size());
            decoder.decode(ByteBuffer.wrap(pictures.jpegs().get(at)), fitter);
        }
        return (System.nanoTime() - began) / 1e6 / count;
    }
}
