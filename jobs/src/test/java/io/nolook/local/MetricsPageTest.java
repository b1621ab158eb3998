package io.nolook.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MetricOptions;
import org.apache.flink.metrics.MetricConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Metrics of a job here are read on this machine, and nowhere else. */
class MetricsPageTest {

    @Test
    void answersOnItsAddress() throws Exception {
        int port = freePort();
        MetricsPage page = (MetricsPage) new MetricsPage.Factory().createMetricReporter(new Properties());
        MetricConfig config = new MetricConfig();
        config.setProperty("host", "127.0.0.1");
        config.setProperty("port", Integer.toString(port));
        page.open(config);
        try {
            HttpResponse<String> answer = HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/metrics"))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).isEqualTo(200);
        } finally {
            page.close();
        }
    }

    @Test
    void othersMayNotReachIt() {
        assertThatThrownBy(() -> MetricsPage.on(new Configuration(), new InetSocketAddress("0.0.0.0", 9249)))
                .hasMessageContaining("expected an address of this machine alone, such as 127.0.0.1:9249");
    }

    @Test
    void aPortInUseIsNamed() throws IOException {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            InetSocketAddress address = new InetSocketAddress("127.0.0.1", other.getLocalPort());
            assertThatThrownBy(() -> MetricsPage.on(new Configuration(), address))
                    .hasMessageContaining(Integer.toString(other.getLocalPort()))
                    .hasMessageContaining("in use, expected a free port");
        }
    }

    /** A job says the same of itself wherever it runs: dashboards and alerts are written once. */
    @ParameterizedTest
    @ValueSource(strings = {"images/config.yaml", "kubernetes/components/flink/deployment.yaml"})
    void clustersTellTheSameLabels(String file) throws IOException {
        Map<String, String> here = MetricsPage.on(
                        new Configuration(), new InetSocketAddress(InetAddress.getLoopbackAddress(), freePort()))
                .toMap();
        String there = Files.readString(Path.of("../deploy", file)).replace("\"", "");

        for (String setting : List.of("filterLabelValueCharacters", "scope.variables.excludes")) {
            assertThat(there)
                    .contains("metrics.reporter.prom." + setting + ": "
                            + here.get("metrics.reporter.nolook-page." + setting) + "\n");
        }
    }

    @Test
    void reportersThatWereAskedForStay() throws IOException {
        Configuration given = new Configuration();
        given.set(MetricOptions.REPORTERS_LIST, "otel");
        Configuration with = MetricsPage.on(given, new InetSocketAddress("127.0.0.1", freePort()));
        assertThat(with.get(MetricOptions.REPORTERS_LIST)).isEqualTo("otel,nolook-page");
        assertThat(MetricsPage.on(new Configuration(), new InetSocketAddress("127.0.0.1", freePort()))
                        .contains(MetricOptions.REPORTERS_LIST))
                .isFalse();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
