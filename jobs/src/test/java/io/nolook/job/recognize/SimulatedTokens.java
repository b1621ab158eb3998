package io.nolook.job.recognize;

import io.nolook.camera.simulator.SimulatedCamera;
import io.nolook.flink.model.InferenceOptions;
import io.nolook.flink.tokenize.OnnxTokenizerLoader;
import io.nolook.flink.tokenize.TokenizeOptions;
import io.nolook.flink.tokenize.TokenizeSettings;
import io.nolook.frame.FrameSize;
import io.nolook.frame.PictureSource;
import io.nolook.frame.TimedPicture;
import io.nolook.kafka.KafkaSettings;
import io.nolook.kafka.Topics;
import io.nolook.model.VideoTokenizer;
import io.nolook.offline.OfflineTokenizer;
import io.nolook.record.TokenFrameIntake;
import io.nolook.schema.SingleObject;
import io.nolook.schema.TokenFrame;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.flink.configuration.Configuration;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Token frames of simulated cameras, of the shipped tokenizer at 5 frames a second. */
public final class SimulatedTokens {

    private SimulatedTokens() {}

    /** Sends them to the tokens topic, which is made if missing. */
    public static void send(KafkaSettings kafka, List<TokenFrame> frames) {
        new Topics(kafka, TokenFrameIntake.MAX_BYTES).ensure();
        SingleObject<TokenFrame> format = SingleObject.tokenFrames();
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(kafka.client(), new ByteArraySerializer(), new ByteArraySerializer())) {
            for (TokenFrame frame : frames) {
                byte[] key = frame.getCamera().getBytes(StandardCharsets.UTF_8);
                producer.send(new ProducerRecord<>(kafka.tokensTopic(), key, format.encode(frame)));
            }
            producer.flush();
        }
    }

    /** Those of so many cameras in turn, at the size that the recognizer takes. */
    public static List<TokenFrame> of(int cameras, int frames) throws IOException {
        return of(cameras, frames, new FrameSize(128, 128));
    }

    /** The same at another size; to admit and to run models at a smaller one takes less time. */
    public static List<TokenFrame> of(int cameras, int frames, FrameSize size) throws IOException {
        Configuration options = new Configuration();
        options.setString("inference.device", "cpu");
        options.set(TokenizeOptions.FRAME_SIZE, size.toString());
        options.set(InferenceOptions.BATCH_SIZE, 1); // one camera after the other, and no other sizes to admit
        TokenizeSettings settings = TokenizeSettings.of(options);
        List<List<TokenFrame>> all = new ArrayList<>();
        try (VideoTokenizer tokenizer = new OnnxTokenizerLoader(settings).open()) {
            for (int camera = 0; camera < cameras; camera++) {
                List<TokenFrame> mine = new ArrayList<>();
                new OfflineTokenizer(tokenizer, settings)
                        .tokenize(source(camera, frames, size), "camera-" + camera, mine::add);
                all.add(mine);
            }
        }
        List<TokenFrame> inTurn = new ArrayList<>();
        for (int i = 0; i < all.get(0).size(); i++) {
            for (List<TokenFrame> mine : all) {
                inTurn.add(mine.get(i));
            }
        }
        return inTurn;
    }

    private static PictureSource source(int camera, int frames, FrameSize size) {
        SimulatedCamera simulated = new SimulatedCamera(camera, size.width(), size.height());
        int[] at = {0};
        return new PictureSource() {
            @Override
            public Optional<TimedPicture> next() {
                int frame = at[0]++;
                return frame == frames
                        ? Optional.empty()
                        : Optional.of(new TimedPicture(simulated.picture(6 * frame), frame * 200_000L));
            }

            @Override
            public void close() {}
        };
    }
}
