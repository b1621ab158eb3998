package io.nolook.tool.bench;

import io.nolook.flink.tokenize.TokenizeSettings;
import io.nolook.kafka.KafkaOptions;
import io.nolook.kafka.KafkaSettings;
import io.nolook.kafka.TopicRecords;
import io.nolook.kafka.Topics;
import io.nolook.local.EmbeddedBroker;
import io.nolook.schema.SingleObject;
import io.nolook.schema.TokenFrame;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.configuration.Configuration;
import org.apache.kafka.common.IsolationLevel;

/** A broker with one frames topic, and a tokens topic for each run that reads it. */
public final class BenchTopics implements AutoCloseable {
    private final EmbeddedBroker broker;
    private final Configuration options;

    private BenchTopics(EmbeddedBroker broker, Configuration options) {
        this.broker = broker;
        this.options = options;
    }

    /** Starts the broker; its topics are as the options say. */
    public static BenchTopics start(Configuration given) throws IOException {
        EmbeddedBroker broker = EmbeddedBroker.start(Map.of());
        Configuration options = BenchOptions.of(given);
        options.set(KafkaOptions.BOOTSTRAP_SERVERS, broker.bootstrapServers());
        return new BenchTopics(broker, options);
    }

    /** The options of a run: a tokens topic and a consumer group of its own. */
    public Configuration options(String run) {
        Configuration own = new Configuration(options);
        own.set(KafkaOptions.TOKENS_TOPIC, "tokens-" + run);
        own.set(KafkaOptions.GROUP_ID, "bench-" + run);
        return own;
    }

    /** The Kafka settings of a run, whose topics are there. */
    public KafkaSettings kafka(String run) throws InterruptedException {
        KafkaSettings kafka = new KafkaSettings(options(run));
        new Topics(kafka, TokenizeSettings.of(options).frameMaxBytes()).ensure();
        return kafka;
    }

    /** Fills the frames topic with cameras of some frames each. */
    public void fill(TokenizeSettings settings, BenchPictures pictures, int cameras, long frames)
            throws InterruptedException {
        try (BenchCameras sending = new BenchCameras(kafka("none"), settings, pictures)) {
            sending.fill(cameras, 0, frames);
        }
    }

    /** The token frames of a run by camera. */
    public static Map<String, List<TokenFrame>> tokens(KafkaSettings kafka, IsolationLevel isolation) {
        Map<String, List<TokenFrame>> tokens = new TreeMap<>();
        TopicRecords.read(kafka, kafka.tokensTopic(), isolation, SingleObject.tokenFrames())
                .forEach(frame -> tokens.computeIfAbsent(frame.getCamera(), camera -> new ArrayList<>())
                        .add(frame));
        return tokens;
    }

    @Override
    public void close() {
        broker.close();
    }
}
