package io.nolook.job.tokenize;

import io.nolook.camera.simulator.SimulatedCamera;
import io.nolook.failure.IntakeException;
import io.nolook.flink.model.InferenceOptions;
import io.nolook.flink.tokenize.OnnxTokenizerLoader;
import io.nolook.flink.tokenize.TokenizeSettings;
import io.nolook.frame.FrameDecoder;
import io.nolook.frame.FrameLimits;
import io.nolook.frame.PictureEncoder;
import io.nolook.frame.PictureSource;
import io.nolook.frame.TimedPicture;
import io.nolook.kafka.FrameProducer;
import io.nolook.kafka.KafkaSettings;
import io.nolook.kafka.Topics;
import io.nolook.model.VideoTokenizer;
import io.nolook.offline.OfflineTokenizer;
import io.nolook.schema.FrameEncoding;
import io.nolook.schema.TokenFrame;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.flink.configuration.Configuration;

/** JPEG frames of simulated cameras, what to send of them, and the tokens that must come of it. */
public final class Recording {
    static final int WIDTH = 80;
    static final int HEIGHT = 64;
    static final long EPOCH = 0;

    private final int cameras;
    private final int frames;
    private final byte[][][] jpeg;

    public Recording(int cameras, int frames) {
        this.cameras = cameras;
        this.frames = frames;
        jpeg = new byte[cameras][frames][];
        PictureEncoder encoder = new PictureEncoder();
        for (int camera = 0; camera < cameras; camera++) {
            SimulatedCamera simulated = new SimulatedCamera(camera, WIDTH, HEIGHT);
            for (int i = 0; i < frames; i++) {
                jpeg[camera][i] = encoder.jpeg(simulated.picture(i), 0.9);
            }
        }
    }

    static String name(int camera) {
        return "camera-" + camera;
    }

    static long time(int frame) {
        return 1 + frame * 40_000L;
    }

    byte[] jpeg(int camera, int frame) {
        return jpeg[camera][frame];
    }

    public void send(KafkaSettings kafka, int from, int to) {
        try (FrameProducer producer = producer(kafka)) {
            send(producer, 0, cameras, from, to);
        }
    }

    static FrameProducer producer(KafkaSettings kafka) {
        return new FrameProducer(kafka, Topics.frameRecordBytes(1 << 20));
    }

    /** Frames of some of the cameras; both ends are exclusive above. */
    void send(FrameProducer producer, int fromCamera, int toCamera, int from, int to) {
        for (int i = from; i < to; i++) {
            for (int camera = fromCamera; camera < toCamera; camera++) {
                FrameProducer.Place place = new FrameProducer.Place(name(camera), EPOCH, i, time(i));
                producer.send(place, FrameEncoding.JPEG, WIDTH, HEIGHT, jpeg[camera][i]);
            }
        }
        producer.flush();
    }

    /** Token frames by camera, from the offline core with a batch of one. */
    Map<String, List<TokenFrame>> offline(Configuration options) throws IOException {
        Configuration alone = new Configuration(options);
        alone.set(InferenceOptions.BATCH_SIZE, 1);
        TokenizeSettings settings = TokenizeSettings.of(alone);
        Map<String, List<TokenFrame>> tokens = new TreeMap<>();
        try (VideoTokenizer tokenizer = new OnnxTokenizerLoader(settings).open()) {
            for (int camera = 0; camera < cameras; camera++) {
                List<TokenFrame> mine = new ArrayList<>();
                new OfflineTokenizer(tokenizer, settings).tokenize(source(camera), name(camera), mine::add);
                tokens.put(name(camera), mine);
            }
        }
        return tokens;
    }

    private PictureSource source(int camera) {
        FrameDecoder decoder = new FrameDecoder(FrameLimits.DEFAULTS);
        Iterator<byte[]> pictures = List.of(jpeg[camera]).iterator();
        long[] at = {0};
        return new PictureSource() {
            @Override
            public Optional<TimedPicture> next() throws IOException {
                if (!pictures.hasNext()) {
                    return Optional.empty();
                }
                try {
                    long time = at[0];
                    at[0] += 40_000;
                    return Optional.of(new TimedPicture(decoder.decode(ByteBuffer.wrap(pictures.next())), time));
                } catch (IntakeException e) {
                    throw new IOException(e);
                }
            }

            @Override
            public void close() {}
        };
    }

    int frames() {
        return frames;
    }
}
