package io.nolook.tool.verify;

import static org.assertj.core.api.Assertions.assertThat;

import io.nolook.flink.generate.GenerateOptions;
import io.nolook.flink.generate.GenerateSettings;
import io.nolook.flink.model.InferenceOptions;
import io.nolook.flink.recognize.RecognizeOptions;
import io.nolook.flink.recognize.RecognizeSettings;
import io.nolook.job.KafkaJob;
import io.nolook.job.archive.ArchiveJob;
import io.nolook.job.generate.GenerateJob;
import io.nolook.job.recognize.RecognizeJob;
import io.nolook.job.recognize.SimulatedTokens;
import io.nolook.kafka.KafkaOptions;
import io.nolook.kafka.KafkaSettings;
import io.nolook.kafka.TopicReader;
import io.nolook.local.EmbeddedBroker;
import io.nolook.schema.TokenFrame;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

/** What the jobs that read tokens wrote is held against the tokens: whole, missing, and once too often. */
class ReaderVerificationITCase {
    private static final int CAMERAS = 2;

    @Test
    void missingAndRepeatedRecordsAreFound() throws Exception {
        List<TokenFrame> tokens = SimulatedTokens.of(CAMERAS, 60);
        try (EmbeddedBroker broker = EmbeddedBroker.start(Map.of())) {
            Configuration options = options(broker);
            KafkaSettings kafka = new KafkaSettings(options);
            SimulatedTokens.send(kafka, tokens);
            run(new RecognizeJob(options));
            run(new ArchiveJob(options));
            run(new GenerateJob(options));
            ReaderReport whole = verify(kafka, options);
            assertThat(whole.examples()).isEmpty();
            assertThat(whole.passed()).isTrue();
            assertThat(whole.archived()).isEqualTo(whole.tokenFrames()).isEqualTo(tokens.size());
            assertThat(whole.scores()).isPositive();
            assertThat(whole.actions()).isPositive();
            ReaderReport.Generated generated = whole.generated();
            assertThat(generated).isNotNull();
            assertThat(generated.surprises()).isEqualTo(tokens.size());
            assertThat(generated.anomalies()).isZero(); // too little to know what is usual
            assertThat(generated.samples()).isPositive();

            repeatLast(kafka, kafka.archiveTopic());
            repeatLast(kafka, kafka.actionScoresTopic());
            repeatLast(kafka, kafka.actionsTopic());
            repeatLast(kafka, kafka.surpriseTopic());
            repeatLast(kafka, kafka.generatedTopic());
            ReaderReport repeated = verify(kafka, options);
            assertThat(repeated.passed()).isFalse();
            assertThat(repeated.faults()).isEqualTo(5);
            assertThat(String.join("\n", repeated.examples()))
                    .contains("token frames in the archive, expected", "scores, expected", "actions, expected")
                    .contains("surprises, expected", "token frames of samples, expected");

            SimulatedTokens.send(kafka, List.of(tokens.get(0))); // now one is missing everywhere
            ReaderReport missing = new ReaderVerification(kafka, RecognizeSettings.of(options), Optional.empty()).run();
            assertThat(missing.generated()).isNull();
            assertThat(missing.examples()).anyMatch(fault -> fault.contains("in the archive"));
        }
    }

    private static Configuration options(EmbeddedBroker broker) {
        Configuration options = new Configuration();
        options.set(KafkaOptions.BOOTSTRAP_SERVERS, broker.bootstrapServers());
        options.set(KafkaOptions.TOPIC_REPLICATION, 1);
        options.set(KafkaOptions.TOPIC_PARTITIONS, 2);
        options.set(KafkaOptions.STOP, KafkaOptions.Stop.LATEST);
        options.set(RecognizeOptions.ACTION_THRESHOLD, 0.01);
        options.set(RecognizeOptions.ACTION_RELEASE, 0.01);
        options.set(RecognizeOptions.ACTION_MIN_DURATION, Duration.ZERO);
        options.set(GenerateOptions.GENERATE_EVERY, Duration.ofSeconds(4));
        options.set(GenerateOptions.GENERATE_FRAMES, 1);
        options.set(InferenceOptions.BATCH_SIZE, CAMERAS);
        options.setString("inference.device", "cpu");
        options.setString("execution.checkpointing.interval", "500 ms");
        return options;
    }

    private static void run(KafkaJob job) throws Exception {
        job.start(StreamExecutionEnvironment.createLocalEnvironment(job.configuration()))
                .getJobExecutionResult()
                .get();
    }

    private static ReaderReport verify(KafkaSettings kafka, Configuration options) {
        return new ReaderVerification(kafka, RecognizeSettings.of(options), Optional.of(GenerateSettings.of(options)))
                .run();
    }

    private static void repeatLast(KafkaSettings kafka, String topic) {
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        try (TopicReader reader = new TopicReader(kafka, topic, IsolationLevel.READ_COMMITTED)) {
            reader.readToEnd(records::add);
        }
        ConsumerRecord<byte[], byte[]> last = records.get(records.size() - 1);
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(kafka.client(), new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(topic, last.partition(), last.timestamp(), last.key(), last.value()));
        }
    }
}
