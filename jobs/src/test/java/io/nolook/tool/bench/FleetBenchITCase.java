package io.nolook.tool.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.Test;

/** A small fleet, measured: every frame on the topic is one that was sent, and says which. */
class FleetBenchITCase {

    @Test
    void aFleetIsMeasuredFromItsCamerasToTheBroker() throws Exception {
        StringWriter said = new StringWriter();
        FleetBench.Plan plan = new FleetBench.Plan(List.of(2), 5, 1, 4);
        FleetBench.Result result = new FleetBench(new Configuration(), plan, new PrintWriter(said)).run();
        assertThat(result.fleets()).isNotEmpty().allSatisfy(cost -> {
            assertThat(cost.unmatched()).as("numbers that were never sent").isZero();
            assertThat(cost.held()).isBetween(0.3, 1.3);
            assertThat(cost.late().p50Millis()).isBetween(0L, 10_000L);
            assertThat(cost.late().mostMillis())
                    .isGreaterThanOrEqualTo(cost.late().p50Millis());
            assertThat(cost.cpuSeconds()).isPositive();
            assertThat(cost.residentBytes()).isGreaterThan(1 << 20);
        });
        assertThat(said.toString()).contains("mjpeg, 2 cameras: ");
        assertThat(result.lines()).hasSameSizeAs(result.fleets());
    }
}
