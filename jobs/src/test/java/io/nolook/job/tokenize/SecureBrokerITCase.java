package io.nolook.job.tokenize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nolook.flink.tokenize.OnnxTokenizerLoader;
import io.nolook.flink.tokenize.TokenizeOptions;
import io.nolook.flink.tokenize.TokenizeSettings;
import io.nolook.kafka.KafkaOptions;
import io.nolook.kafka.KafkaSettings;
import io.nolook.kafka.TopicLag;
import io.nolook.local.EmbeddedBroker;
import io.nolook.local.LocalJob;
import io.nolook.model.VideoTokenizer;
import io.nolook.tool.verify.TopicVerification;
import io.nolook.tool.verify.VerifyReport;
import io.nolook.verification.Fate;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A broker that speaks TLS only and knows its users by SCRAM: settings under {@code kafka.*} reach every client. */
class SecureBrokerITCase {
    private static final String PASSWORD = "correct-horse";
    private static final String STORE_PASSWORD = "battery-staple";

    @TempDir
    static Path folder;

    private static EmbeddedBroker broker;

    @BeforeAll
    static void startBroker() throws Exception {
        Path store = folder.resolve("broker.p12");
        keytool(
                "-genkeypair",
                "-alias",
                "broker",
                "-keyalg",
                "EC",
                "-dname",
                "CN=broker",
                "-ext",
                "san=ip:127.0.0.1",
                "-storetype",
                "PKCS12",
                "-keystore",
                store.toString(),
                "-storepass",
                STORE_PASSWORD);
        keytool(
                "-exportcert",
                "-rfc",
                "-alias",
                "broker",
                "-keystore",
                store.toString(),
                "-storepass",
                STORE_PASSWORD,
                "-file",
                folder.resolve("broker.pem").toString());
        Map<String, String> settings = new HashMap<>();
        settings.put("listener.security.protocol.map", "CLIENTS:SASL_SSL,CONTROLLER:PLAINTEXT");
        settings.put("sasl.enabled.mechanisms", "SCRAM-SHA-512");
        settings.put("sasl.mechanism.inter.broker.protocol", "SCRAM-SHA-512");
        settings.put("listener.name.clients.scram-sha-512.sasl.jaas.config", login("broker", PASSWORD));
        settings.put("ssl.keystore.type", "PKCS12");
        settings.put("ssl.keystore.location", store.toString());
        settings.put("ssl.keystore.password", STORE_PASSWORD);
        settings.put("ssl.truststore.type", "PEM");
        settings.put("ssl.truststore.location", folder.resolve("broker.pem").toString());
        broker = EmbeddedBroker.start(settings, Map.of("broker", PASSWORD, "nolook", PASSWORD));
    }

    @AfterAll
    static void stopBroker() {
        broker.close();
    }

    @Test
    void theJobReadsAndWritesThroughTlsAndScram() throws Exception {
        Configuration options = options(PASSWORD);
        KafkaSettings kafka = new KafkaSettings(options);
        Recording recording = new Recording(2, 33);
        try (LocalJob<TokenizeJob> job = LocalJob.start(broker.bootstrapServers(), options)) {
            recording.send(kafka, 0, 33);
            Awaitility.await().atMost(Duration.ofMinutes(2)).until(() -> TopicLag.uncheckpointedFrames(kafka) == 0);
            job.drain();
        }
        TokenizeSettings settings = TokenizeSettings.of(options);
        try (VideoTokenizer tokenizer = new OnnxTokenizerLoader(settings).open()) {
            VerifyReport report =
                    new TopicVerification(settings, kafka, TopicVerification.Extent.ALL).run(tokenizer, done -> {});
            assertThat(report.passed()).isTrue();
            assertThat(report.frames()).isEqualTo(Map.of(Fate.TOKENIZED, 66L));
        }
    }

    @Test
    void aWrongPasswordIsRefusedAtStartAndNotRepeated() {
        Configuration options = options("wrong-" + PASSWORD);
        assertThatThrownBy(() -> LocalJob.start(broker.bootstrapServers(), options))
                .hasMessageContaining("kafka.bootstrap.servers")
                .hasMessageContaining("Authentication failed")
                .hasMessageNotContaining(PASSWORD);
        assertThat(new KafkaSettings(options).toString()).doesNotContain(PASSWORD);
    }

    private static Configuration options(String password) {
        Configuration options = new Configuration();
        options.set(KafkaOptions.BOOTSTRAP_SERVERS, broker.bootstrapServers());
        options.set(KafkaOptions.TOPIC_REPLICATION, 1);
        options.set(KafkaOptions.TOPIC_PARTITIONS, 2);
        options.set(TokenizeOptions.FRAME_SIZE, "64x64");
        options.setString("inference.device", "cpu");
        options.setString("execution.checkpointing.interval", "500 ms");
        options.setString("kafka.security.protocol", "SASL_SSL");
        options.setString("kafka.sasl.mechanism", "SCRAM-SHA-512");
        options.setString("kafka.sasl.jaas.config", login("nolook", password));
        options.setString("kafka.ssl.truststore.type", "PEM");
        options.setString(
                "kafka.ssl.truststore.location", folder.resolve("broker.pem").toString());
        return options;
    }

    private static String login(String user, String password) {
        return "org.apache.kafka.common.security.scram.ScramLoginModule required username=\"" + user + "\" password=\""
                + password + "\";";
    }

    private static void keytool(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
    }
}
