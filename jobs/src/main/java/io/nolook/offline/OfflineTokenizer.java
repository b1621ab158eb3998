package io.nolook.offline;

import io.nolook.flink.tokenize.TokenizeSettings;
import io.nolook.frame.FittedPicture;
import io.nolook.frame.FrameFitter;
import io.nolook.frame.PictureSource;
import io.nolook.frame.TimedFit;
import io.nolook.model.VideoTokenizer;
import io.nolook.record.TokenFrames;
import io.nolook.schema.TokenFrame;
import io.nolook.window.CameraFrame;
import io.nolook.window.CameraWindow;
import io.nolook.window.Chunk;
import io.nolook.window.WindowAssembler;
import io.nolook.window.WindowResult;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Tokenizes one recording: the job's window and model, without Kafka and Flink. */
public final class OfflineTokenizer {
    private final VideoTokenizer tokenizer;
    private final TokenizeSettings settings;
    private final WindowAssembler assembler;
    private final CameraModel<byte[], int[]> model;

    /**
     * @param tokenizer stays the caller's
     */
    public OfflineTokenizer(VideoTokenizer tokenizer, TokenizeSettings settings) {
        this.tokenizer = tokenizer;
        this.settings = settings;
        assembler = new WindowAssembler(settings.window(tokenizer));
        model = new CameraModel<>(tokenizer);
    }

    /**
     * Tokenizes all pictures of a source, as epoch 0 from sequence number 0.
     *
     * @param camera id written into the records
     * @param out takes the token frames in order
     * @return frames read
     */
    public long tokenize(PictureSource source, String camera, Consumer<TokenFrame> out) throws IOException {
        FrameFitter fitter = new FrameFitter(
                settings.frameFit(),
                settings.frameSize().width(),
                settings.frameSize().height());
        Optional<CameraWindow> window = Optional.empty();
        long sequence = 0;
        for (Optional<TimedFit> next = source.next(fitter); next.isPresent(); next = source.next(fitter)) {
            FittedPicture fitted = next.get().fitted();
            // A recording starts at 0; the first microsecond keeps its times positive, as the window asks.
            long time = next.get().atMicros() + 1;
            CameraFrame frame = new CameraFrame(
                    camera,
                    0,
                    sequence++,
                    time,
                    fitted.source().width(),
                    fitted.source().height(),
                    fitted.picture().rgb());
            WindowResult result = assembler.step(window, frame, TimeUnit.MICROSECONDS.toMillis(time));
            window = Optional.of(result.window());
            result.chunks().forEach(chunk -> out.accept(run(chunk)));
        }
        window.ifPresent(last -> assembler.finish(last, camera).chunks().forEach(chunk -> out.accept(run(chunk))));
        return sequence;
    }

    private TokenFrame run(Chunk chunk) {
        return TokenFrames.of(chunk, model.step(chunk.position(), chunk.rgb()), tokenizer, settings.frameFit());
    }
}
