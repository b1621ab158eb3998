package io.nolook.tool.demo;

import java.util.Locale;

/**
 * One camera's row of the demo's table.
 *
 * @param camera id
 * @param framesSent to the frames topic
 * @param framesTokenized as the tokens say
 * @param framesDeadLettered in the dead-letters topic
 * @param framesSampled left out, since {@code frame.rate} asks for fewer
 * @param framesUnaccounted sent, and in none of these
 * @param tokenFrames committed
 * @param keyframes of them
 * @param tokensPerSecond over the time that cameras ran
 * @param bitsPerPixel packed tokens over the pixels that the model saw
 * @param latency from the last frame needed, milliseconds
 * @param psnr of the reconstruction in dB, over the frames compared
 */
public record CameraReport(
        String camera,
        long framesSent,
        long framesTokenized,
        long framesDeadLettered,
        long framesSampled,
        long framesUnaccounted,
        long tokenFrames,
        long keyframes,
        double tokensPerSecond,
        double bitsPerPixel,
        Latency latency,
        double psnr) {

    /** At both isolation levels. */
    public record Latency(
            double uncommittedP50Millis,
            double uncommittedP99Millis,
            double committedP50Millis,
            double committedP99Millis) {}

    public static String header() {
        return "camera                 sent tokenized dead sampled lost  token fr keyfr tokens/s    bpp"
                + "  p50/p99 ms read_uncommitted  read_committed   PSNR";
    }

    public String line() {
        return String.format(
                Locale.ROOT,
                "%-20s %6d %9d %4d %7d %4d %9d %5d %8.0f %6.4f %15.0f /%7.0f  %7.0f /%6.0f  %5.2f",
                camera.length() > 20 ? camera.substring(0, 20) : camera,
                framesSent,
                framesTokenized,
                framesDeadLettered,
                framesSampled,
                framesUnaccounted,
                tokenFrames,
                keyframes,
                tokensPerSecond,
                bitsPerPixel,
                latency.uncommittedP50Millis(),
                latency.uncommittedP99Millis(),
                latency.committedP50Millis(),
                latency.committedP99Millis(),
                psnr);
    }
}
