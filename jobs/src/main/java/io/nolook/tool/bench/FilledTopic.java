package io.nolook.tool.bench;

import io.nolook.flink.tokenize.TokenizeSettings;
import io.nolook.frame.FrameSize;
import java.io.IOException;
import java.time.Duration;
import org.apache.flink.configuration.Configuration;

/**
 * A frames topic that holds enough for runs of some seconds at full speed.
 *
 * @param topics with the broker, closed with this
 * @param pictures that its cameras show
 * @param cameras how many
 * @param frames of each
 */
public record FilledTopic(BenchTopics topics, BenchPictures pictures, int cameras, long frames)
        implements AutoCloseable {
    private static final double WARMUP = 0.15;
    /** The topic is to last longer than runs take, though the estimate is a guess. */
    private static final double SPARE = 1.6;

    private static final long LEAST_FRAMES = 60;

    /**
     * Starts a broker and fills the topic.
     *
     * @param source size of the pictures
     * @param fastest frames/s of the fastest model, which with decoding bounds the speed
     * @param seconds that a run is measured
     */
    public static FilledTopic of(Configuration options, FrameSize source, int cameras, double fastest, double seconds)
            throws IOException, InterruptedException {
        TokenizeSettings settings = TokenizeSettings.of(options);
        BenchPictures pictures = BenchPictures.of(source);
        double fitting = OfflineTokens.secondsToFit(settings, pictures)
                / settings.inference().session().threads();
        double rate = 1 / (1 / fastest + fitting);
        long frames = Math.max(LEAST_FRAMES, Math.round(SPARE * rate * seconds / cameras));
        BenchTopics topics = BenchTopics.start(options);
        topics.fill(settings, pictures, cameras, frames);
        return new FilledTopic(topics, pictures, cameras, frames);
    }

    /** Runs after the first frames, until near their end at most. */
    public Pace.Clock clock(double seconds) {
        long all = cameras * frames;
        return new Pace.Clock(
                Math.round(WARMUP * all), all - 4L * cameras, Duration.ofMillis(Math.round(1e3 * seconds)));
    }

    @Override
    public void close() {
        topics.close();
    }
}
