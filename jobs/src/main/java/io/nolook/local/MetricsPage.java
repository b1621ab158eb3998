package io.nolook.local;

import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.exporter.HTTPServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.invoke.MethodHandles;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.Properties;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MetricOptions;
import org.apache.flink.metrics.MetricConfig;
import org.apache.flink.metrics.prometheus.AbstractPrometheusReporter;
import org.apache.flink.metrics.reporter.MetricReporter;
import org.apache.flink.metrics.reporter.MetricReporterFactory;

/**
 * A job's metrics in this process: Flink's Prometheus reporter, on loopback alone.
 *
 * <p>Flink's own listens on every address of the machine, and asks nobody who reads. Flink opens and closes it with the cluster in
 * this process.
 */
public final class MetricsPage extends AbstractPrometheusReporter {
    private static final String NAME = "nolook-page";
    private static final String PREFIX = "metrics.reporter." + NAME + ".";
    private static final String HOST = "host";
    private static final String PORT = "port";

    /** Labels that are others after each restart, and say nothing that others do not. */
    private static final String UNSTABLE = "task_attempt_id;task_attempt_num;task_id;operator_id;tm_id";

    private HTTPServer server;

    /** Makes it, as Flink finds it: by its name, as a service. */
    public static final class Factory implements MetricReporterFactory {
        @Override
        public MetricReporter createMetricReporter(Properties properties) {
            return new MetricsPage();
        }
    }

    /**
     * Options of a job in this process, with its metrics on an address.
     *
     * @param address on loopback
     * @throws IllegalArgumentException when others could reach it, or the port cannot be had
     */
    public static Configuration on(Configuration given, InetSocketAddress address) {
        if (address.isUnresolved() || !address.getAddress().isLoopbackAddress()) {
            throw new IllegalArgumentException("found " + address + " to listen on, expected an address of this machine"
                    + " alone, such as 127.0.0.1:9249: the page asks nobody who they are");
        }
        try (ServerSocket probe = new ServerSocket()) { // Flink goes on without a reporter that cannot be opened
            probe.bind(address);
        } catch (IOException e) {
            throw new IllegalArgumentException("found " + address + " in use, expected a free port", e);
        }
        Configuration configuration = new Configuration(given);
        given.getOptional(MetricOptions.REPORTERS_LIST)
                .filter(list -> !list.isBlank())
                .ifPresent(list -> configuration.set(MetricOptions.REPORTERS_LIST, list + "," + NAME));
        configuration.setString(PREFIX + "factory.class", Factory.class.getName());
        configuration.setString(PREFIX + "filterLabelValueCharacters", "false");
        configuration.setString(PREFIX + "scope.variables.excludes", UNSTABLE);
        configuration.setString(PREFIX + HOST, address.getHostString());
        configuration.setString(PREFIX + PORT, Integer.toString(address.getPort()));
        return configuration;
    }

    @Override
    public void open(MetricConfig config) {
        super.open(config);
        InetSocketAddress address = new InetSocketAddress(config.getString(HOST, ""), config.getInteger(PORT, 0));
        try {
            server = new HTTPServer(address, registry(), true);
        } catch (IOException e) {
            throw new UncheckedIOException("found " + address + " in use, expected a free port", e);
        }
    }

    /** Of Flink's reporter, which keeps it to its own package; Flink 2.3. */
    private CollectorRegistry registry() {
        try {
            return (CollectorRegistry)
                    MethodHandles.privateLookupIn(AbstractPrometheusReporter.class, MethodHandles.lookup())
                            .findVarHandle(AbstractPrometheusReporter.class, "registry", CollectorRegistry.class)
                            .get(this);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("found another Prometheus reporter, expected that of Flink 2.3", e);
        }
    }

    @Override
    public void close() {
        if (server != null) {
            server.stop();
        }
        super.close();
    }
}
