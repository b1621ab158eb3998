package io.nolook.tool.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nolook.tool.chaos.ChaosRun.Plan.Transactions;
import io.nolook.verification.Fate;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A short run on real processes: what the long ones report is counted, and every frame has its place. */
class ChaosITCase {

    @Test
    void aFewFaultsLoseAndRepeatNothing(@TempDir Path folder) throws Exception {
        StringWriter said = new StringWriter();
        ChaosRun.Plan plan = new ChaosRun.Plan(0.3, 5, 4, 4, 3, Transactions.NEW, false);
        ChaosReport report = new ChaosRun(plan, folder, System.getProperty("java.class.path"), new PrintWriter(said))
                .run(new Configuration());
        assertThat(report.verdict().cameras().stream().flatMap(camera -> camera.examples().stream()))
                .isEmpty();
        assertThat(report.passed()).isTrue();
        assertThat(report.faults()).isNotEmpty().allSatisfy(fault -> {
            assertThat(fault.checkpointMillis()).isPositive();
            assertThat(fault.caughtUpMillis()).isGreaterThanOrEqualTo(fault.checkpointMillis());
        });
        assertThat(report.verdict().received()).isEqualTo(report.framesSent());
        assertThat(report.verdict().frames().get(Fate.TOKENIZED)).isPositive();
        assertThat(report.verdict().frames()).doesNotContainKeys(Fate.UNACCOUNTED, Fate.PENDING);
        assertThat(report.readers().examples()).isEmpty();
        assertThat(report.readers().archived())
                .isEqualTo(report.readers().tokenFrames())
                .isPositive();
        assertThat(report.readers().scores()).isPositive();
        assertThat(report.readers().actions()).isPositive();
        String kind = report.faults().get(0).kind().name();
        assertThat(said.toString()).contains(kind);
        assertThat(ChaosPage.of(report))
                .contains("class=\"passed\"", "<svg", kind)
                .doesNotContain("class=\"failed\"");
    }

    @Test
    void badPlansAreRefused() {
        assertThatThrownBy(() -> new ChaosRun.Plan(0, 1, 4, 8, 3, Transactions.NEW, false))
                .hasMessageContaining("--minutes");
        assertThatThrownBy(() -> new ChaosRun.Plan(1, 1, 0, 8, 3, Transactions.NEW, false))
                .hasMessageContaining("--cameras");
        assertThatThrownBy(() -> new ChaosRun.Plan(1, 1, 4, 99, 3, Transactions.NEW, false))
                .hasMessageContaining("--fps");
        assertThatThrownBy(() -> new ChaosRun.Plan(1, 1, 4, 8, 0, Transactions.NEW, false))
                .hasMessageContaining("--brokers");
    }
}
