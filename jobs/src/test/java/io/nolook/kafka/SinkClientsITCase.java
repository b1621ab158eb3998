package io.nolook.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nolook.flink.type.CodecTypeInfo;
import io.nolook.flink.type.SingleObjectCodec;
import io.nolook.local.EmbeddedBroker;
import io.nolook.schema.FailedFrame;
import io.nolook.schema.FailureStage;
import io.nolook.schema.SingleObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichMapFunction;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.kafka.common.IsolationLevel;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is left of a sink's clients when its job has ended, was restarted, or could not start: nothing. */
class SinkClientsITCase {
    private static final String ADMIN = "kafka-admin-client-thread";
    private static final String PRODUCER = "kafka-producer-network-thread";

    @TempDir
    private Path folder;

    private Set<Thread> before;

    @BeforeEach
    void lookAround() {
        before = clients();
    }

    @Test
    void aJobThatWasRestartedAndEnded() throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.start(Map.of())) {
            KafkaSettings kafka = new KafkaSettings(options(broker.bootstrapServers()));
            Map<String, TopicNeeds> topics =
                    Map.of(kafka.deadLettersTopic(), new TopicNeeds(0, TopicNeeds.Retention.ANY, "nothing"));
            new Topics(kafka, topics).ensure();

            run(kafka);

            assertThat(TopicRecords.read(
                            kafka,
                            kafka.deadLettersTopic(),
                            IsolationLevel.READ_COMMITTED,
                            SingleObject.failedFrames()))
                    .extracting(FailedFrame::getOffset)
                    .containsExactlyInAnyOrder(1L, 2L, 3L);
            requireNoneLeft();
        }
    }

    @Test
    void aJobThatFoundNoBroker() throws IOException {
        Configuration options = options("127.0.0.1:" + unusedPort());
        options.setString("kafka.default.api.timeout.ms", "500");
        options.setString("kafka.request.timeout.ms", "400");

        assertThatThrownBy(() -> run(new KafkaSettings(options))).hasStackTraceContaining("TimeoutException");

        requireNoneLeft();
    }

    /** Three records, by two tasks, of which each fails once at most. */
    private void run(KafkaSettings kafka) throws Exception {
        StreamExecutionEnvironment environment =
                StreamExecutionEnvironment.createLocalEnvironment(kafka.configuration());
        environment
                .fromSequence(1, 3)
                .map(new Letters(), new CodecTypeInfo<>(new SingleObjectCodec.OfFailedFrame()))
                .sinkTo(new KafkaEnds(kafka, 1 << 20).deadLetters());
        environment.execute();
    }

    /** Fails when it meets the last number in its first attempt: after a restart the other task may get it. */
    private static final class Letters extends RichMapFunction<Long, FailedFrame> {
        private boolean fails;

        @Override
        public void open(OpenContext context) {
            fails = getRuntimeContext().getTaskInfo().getAttemptNumber() == 0;
        }

        @Override
        public FailedFrame map(Long number) {
            if (fails && number == 3) {
                throw new IllegalStateException("as asked");
            }
            return FailedFrame.newBuilder()
                    .setCamera("gate")
                    .setStage(FailureStage.RECORD)
                    .setCode("TEST")
                    .setReason("")
                    .setTopic("")
                    .setPartition(0)
                    .setOffset(number)
                    .setTimestampMillis(0)
                    .setValueLength(-1)
                    .setHeaders(List.of())
                    .build();
        }
    }

    private Configuration options(String brokers) {
        Configuration options = new Configuration();
        options.set(KafkaOptions.BOOTSTRAP_SERVERS, brokers);
        options.set(KafkaOptions.TOPIC_REPLICATION, 1);
        options.setString("parallelism.default", "2");
        options.setString("rest.bind-port", "0");
        options.setString("execution.checkpointing.interval", "200 ms");
        options.setString("execution.checkpointing.dir", folder.toUri().toString());
        options.setString("restart-strategy.type", "fixed-delay");
        options.setString("restart-strategy.fixed-delay.attempts", "3"); // the other task may meet it, too
        options.setString("restart-strategy.fixed-delay.delay", "10 ms");
        return options;
    }

    private static int unusedPort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private void requireNoneLeft() {
        Awaitility.await()
                .untilAsserted(() -> assertThat(clients())
                        .filteredOn(thread -> !before.contains(thread))
                        .as("threads of Kafka clients that the job left")
                        .extracting(Thread::getName)
                        .isEmpty());
    }

    private static Set<Thread> clients() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread ->
                        thread.getName().startsWith(ADMIN) || thread.getName().startsWith(PRODUCER))
                .collect(Collectors.toSet());
    }
}
