package io.nolook.record;

import io.nolook.rollout.Report;
import io.nolook.schema.ControlOutcome;
import io.nolook.schema.ControlReport;
import io.nolook.schema.SingleObject;
import java.io.IOException;

/** Reports of tasks as the records of the control-status topic. */
public final class ControlReports {
    private static final int MOST = 4096;

    private ControlReports() {}

    /** The record of a report. */
    public static ControlReport record(Report report, long atMicros) {
        return ControlReport.newBuilder()
                .setJob(report.task().job())
                .setJobId(report.task().jobId())
                .setTask(report.task().index())
                .setTasks(report.task().tasks())
                .setCommand(report.command())
                .setAtMicros(atMicros)
                .setOutcome(ControlOutcome.valueOf(report.outcome().name()))
                .setWhy(report.why().substring(0, Math.min(MOST, report.why().length())))
                .setModel(report.model())
                .setTokenizerId(report.tokenizerId())
                .setResidentBytes(report.residentBytes())
                .build();
    }

    /**
     * The report of a record's value.
     *
     * @throws IOException saying what was found and expected, when there is none in it
     */
    public static Report decode(byte[] value) throws IOException {
        ControlReport record = SingleObject.controlReports().decode(value);
        return new Report(
                new Report.Task(record.getJob(), record.getJobId(), record.getTask(), record.getTasks()),
                record.getCommand(),
                Report.Outcome.valueOf(record.getOutcome().name()),
                record.getWhy(),
                record.getModel(),
                record.getTokenizerId(),
                record.getResidentBytes());
    }
}
