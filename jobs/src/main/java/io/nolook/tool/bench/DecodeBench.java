package io.nolook.tool.bench;

import io.nolook.camera.simulator.SimulatedCamera;
import io.nolook.failure.IntakeException;
import io.nolook.flink.tokenize.TokenizeSettings;
import io.nolook.frame.FrameDecoder;
import io.nolook.frame.FrameEncoding;
import io.nolook.frame.FrameFitter;
import io.nolook.frame.FrameSize;
import io.nolook.frame.Picture;
import io.nolook.frame.PictureEncoder;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.flink.configuration.Configuration;

/** What decoding and fitting a JPEG costs: as the job does it, and whole by the JDK, by turns. */
public final class DecodeBench {
    private static final List<FrameSize> SIZES = List.of(
            new FrameSize(128, 128), new FrameSize(640, 360), new FrameSize(1280, 720), new FrameSize(1920, 1080));
    private static final int PICTURES = 4;
    private static final double JPEG_QUALITY = 0.85;
    private static final int WARMUP_TURNS = 4;

    /**
     * What was found of one size.
     *
     * @param size of the JPEGs, pixels
     * @param bytes of one on average
     * @param job ms a picture, decoded and fitted as the job does it
     * @param jdk ms a picture, decoded whole by the JDK, then fitted
     * @param psnr between the two pictures, dB; 99 when they are equal
     */
    public record Row(String size, long bytes, Spread job, Spread jdk, double psnr) {}

    /**
     * All of it.
     *
     * @param fitted size and fit of the model's pictures
     */
    public record Result(String decoder, String fitted, int rounds, List<Row> rows) implements Finding {
        @Override
        public List<String> lines() {
            return rows.stream().map(Result::line).toList();
        }

        private static String line(Row row) {
            return String.format(
                    Locale.ROOT,
                    "%s, %d bytes: %s ms, whole by the JDK %s ms; PSNR between them %.1f dB",
                    row.size,
                    row.bytes,
                    row.job.text(3),
                    row.jdk.text(3),
                    row.psnr);
        }
    }

    private final TokenizeSettings settings;
    private final FrameDecoder decoder;
    private final FrameFitter fitter;
    private final int rounds;
    private final long turnNanos;

    /**
     * @param rounds turns that are counted of each way
     * @param turnSeconds how long a turn is
     */
    public DecodeBench(Configuration configuration, int rounds, double turnSeconds) {
        this.rounds = rounds;
        turnNanos = Math.round(turnSeconds * 1e9);
        settings = TokenizeSettings.of(configuration);
        decoder = new FrameDecoder(settings.frameLimits());
        FrameSize size = settings.frameSize();
        fitter = new FrameFitter(settings.frameFit(), size.width(), size.height());
    }

    /** Measures every size. */
    public Result run() throws IntakeException {
        List<Row> rows = new ArrayList<>();
        for (FrameSize size : SIZES) {
            rows.add(measure(size));
        }
        return new Result(FrameDecoder.ID, settings.frameSize() + " " + settings.frameFit(), rounds, rows);
    }

    private Row measure(FrameSize size) throws IntakeException {
        List<ByteBuffer> jpegs = new ArrayList<>();
        PictureEncoder encoder = new PictureEncoder();
        for (int i = 0; i < PICTURES; i++) {
            Picture picture = new SimulatedCamera(i + 1, size.width(), size.height()).picture(50L * i);
            jpegs.add(ByteBuffer.wrap(encoder.jpeg(picture, JPEG_QUALITY)));
        }
        double difference = 0;
        for (ByteBuffer jpeg : jpegs) {
            difference += squaredDifference(byJob(size, jpeg), byJdk(size, jpeg)) / PICTURES;
        }
        List<Double> job = new ArrayList<>();
        List<Double> jdk = new ArrayList<>();
        turn(size, jpegs, true, WARMUP_TURNS * turnNanos);
        turn(size, jpegs, false, WARMUP_TURNS * turnNanos);
        for (int round = 0; round < rounds; round++) {
            job.add(turn(size, jpegs, true, turnNanos));
            jdk.add(turn(size, jpegs, false, turnNanos));
        }
        long bytes = jpegs.stream().mapToLong(ByteBuffer::remaining).sum() / PICTURES;
        double psnr = difference == 0 ? 99 : 10 * Math.log10(255 * 255 / difference);
        return new Row(size.toString(), bytes, Spread.of(job), Spread.of(jdk), psnr);
    }

    private double turn(FrameSize size, List<ByteBuffer> jpegs, boolean asJob, long nanos) throws IntakeException {
        long began = System.nanoTime();
        int pictures = 0;
        while (System.nanoTime() - began < nanos) {
            for (ByteBuffer jpeg : jpegs) {
                Picture fitted = asJob ? byJob(size, jpeg) : byJdk(size, jpeg);
                pictures += fitted.width() > 0 ? 1 : 0;
            }
        }
        return (System.nanoTime() - began) / 1e6 / pictures;
    }

    private Picture byJob(FrameSize size, ByteBuffer jpeg) throws IntakeException {
        return decoder.decode(FrameEncoding.JPEG, size.width(), size.height(), jpeg, fitter)
                .picture();
    }

    private Picture byJdk(FrameSize size, ByteBuffer jpeg) throws IntakeException {
        return fitter.fit(decoder.decode(FrameEncoding.JPEG, size.width(), size.height(), jpeg));
    }

    private static double squaredDifference(Picture a, Picture b) {
        double sum = 0;
        for (int i = 0; i < a.rgb().length; i++) {
            double difference = (a.rgb()[i] & 0xff) - (b.rgb()[i] & 0xff);
            sum += difference * difference;
        }
        return sum / a.rgb().length;
    }
}
