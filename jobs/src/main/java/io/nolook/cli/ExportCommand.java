package io.nolook.cli;

import io.nolook.archive.CodedSegment;
import io.nolook.archive.SegmentCoder;
import io.nolook.archive.SegmentException;
import io.nolook.kafka.KafkaSettings;
import io.nolook.option.OptionSources;
import io.nolook.record.ArchiveSegments;
import io.nolook.replay.ArchiveDeletions;
import io.nolook.replay.ArchiveReader;
import io.nolook.sequence.SequenceSpec;
import io.nolook.tool.export.ExportFormat;
import io.nolook.tool.export.ExportSink;
import io.nolook.tool.export.TokenForm;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code nolook archive export}: tokens of the archive as files for training. */
@Command(
        name = "export",
        mixinStandardHelpOptions = true,
        description =
                "Writes tokens of the archive as NumPy archives, WebDataset's tar shards, Parquet, or a folder for"
                        + " Hugging Face's datasets, the 1X world model or Megatron. Exit code 3 when segments were left out: each is named.")
final class ExportCommand implements Callable<Integer> {

    @Option(
            names = "--format",
            defaultValue = "npz",
            description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    private ExportFormat format;

    @Option(names = "--out", required = true, paramLabel = "DIR", description = "Folder of the files.")
    private Path out;

    @Option(names = "--camera", paramLabel = "ID", description = "Only this camera.")
    private String camera;

    @Option(names = "--from", defaultValue = "0", paramLabel = "TIME", description = "Leave out what ends before.")
    private String from;

    @Option(
            names = "--to",
            defaultValue = "9000000000",
            paramLabel = "TIME",
            description = "Leave out what begins after.")
    private String to;

    @Option(
            names = "--factors",
            defaultValue = "none",
            description =
                    "A token as one number (none), or as two of so many bits: 9+9, 6+12 (default: ${DEFAULT-VALUE}).")
    private String factors;

    @Option(
            names = "--vocabulary",
            description = "Numbers as ids of the vocabulary, visual ones from 256; otherwise from 0.")
    private boolean vocabulary;

    @Option(
            names = "--rows",
            defaultValue = "4096",
            description = "Token frames of a file; with 1x and megatron most of a segment or document (default:"
                    + " ${DEFAULT-VALUE}).")
    private int rows;

    @Mixin
    private OptionSources options;

    @Spec
    private CommandSpec command;

    private long segments;
    private long tokenFrames;
    private long leftOut;

    @Override
    public Integer call() throws IOException {
        TokenForm form = new TokenForm(
                SequenceSpec.parseFactors(factors), vocabulary ? TokenForm.Offset.VOCABULARY : TokenForm.Offset.NONE);
        long fromMicros = Times.micros("--from", from);
        long toMicros = Times.micros("--to", to);
        if (rows < 1) {
            throw new IllegalArgumentException("--rows: found " + rows + ", expected at least 1");
        }
        KafkaSettings kafka = new KafkaSettings(options.read());
        PrintWriter said = command.commandLine().getOut();
        ArchiveDeletions.read(kafka).cameras().stream()
                .filter(deleted -> camera == null || camera.equals(deleted.camera()))
                .filter(deleted -> deleted.lastCapturedAtMicros() >= fromMicros)
                .forEach(deleted -> said.println(ExpireCommand.notice(deleted)));
        try (ExportSink sink = format.open(out, form, rows)) {
            new ArchiveReader(kafka).readAll(Optional.ofNullable(camera), new ArchiveReader.Each() {
                @Override
                public void segment(CodedSegment segment, int recordBytes) {
                    CodedSegment.Extent extent = segment.extent();
                    if (extent.lastCapturedAtMicros() >= fromMicros && extent.firstCapturedAtMicros() <= toMicros) {
                        add(sink, segment);
                    }
                }

                @Override
                public void damaged(String place, String why) {
                    leaveOut(place + ": " + why);
                }
            });
            sink.close();
            said.printf(Locale.ROOT, "%d segments, %d token frames%n", segments, tokenFrames);
            if (leftOut > 0) {
                said.printf(Locale.ROOT, "INCOMPLETE: %d segments were left out%n", leftOut);
            }
            sink.files().forEach(said::println);
        }
        return leftOut == 0 ? CommandLine.ExitCode.OK : Main.INCOMPLETE;
    }

    private void add(ExportSink sink, CodedSegment segment) {
        try {
            sink.add(ArchiveSegments.frames(SegmentCoder.decode(segment)));
            segments++;
            tokenFrames += segment.extent().tokenFrames();
        } catch (SegmentException e) {
            leaveOut(e.getMessage());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void leaveOut(String why) {
        leftOut++;
        command.commandLine().getErr().println("left out: " + why);
    }
}
