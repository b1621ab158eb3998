package io.nolook.cli;

import io.nolook.archive.CodedSegment;
import io.nolook.archive.PayloadCodec;
import io.nolook.archive.SegmentCoder;
import io.nolook.archive.SegmentException;
import io.nolook.archive.SegmentOutline;
import io.nolook.kafka.KafkaSettings;
import io.nolook.offline.Decoders;
import io.nolook.option.OptionSources;
import io.nolook.replay.ArchiveCensus;
import io.nolook.replay.ArchiveDeletions;
import io.nolook.replay.ArchiveReader;
import io.nolook.replay.SegmentPictures;
import io.nolook.report.JsonFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.flink.configuration.Configuration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code nolook archive}: what the archive holds, whether it is whole, and its tokens as files for training. */
@Command(
        name = "archive",
        mixinStandardHelpOptions = true,
        description = "Looks at the archive topic, verifies it, exports its tokens, or deletes what is old.",
        subcommands = {ExportCommand.class, ExpireCommand.class})
final class ArchiveCommand implements Runnable {

    @Spec
    private CommandSpec command;

    @Override
    public void run() {
        throw new ParameterException(command.commandLine(), "expected one of ls, info, verify, export and expire");
    }

    @Command(
            name = "ls",
            mixinStandardHelpOptions = true,
            description = "Lists cameras: time range, gaps, sizes, models. Reads what segments say in plain, and leaves"
                    + " their checksums to verify.")
    int ls(@Mixin OptionSources options) throws IOException {
        KafkaSettings kafka = new KafkaSettings(options.read());
        ArchiveReader reader = new ArchiveReader(kafka);
        Map<Integer, Long> beginnings = reader.beginnings();
        ArchiveDeletions deletions = ArchiveDeletions.read(kafka);
        ArchiveCensus census = new ArchiveCensus(deletions);
        census.beginnings(kafka.archiveTopic(), beginnings);
        reader.readOutlines(Optional.empty(), census);
        PrintWriter said = command.commandLine().getOut();
        said.println("camera  segments  token frames  frames  missing  holes  bytes  of packed  from  to  tokenizers");
        for (ArchiveCensus.Camera camera : census.cameras()) {
            said.printf(
                    Locale.ROOT,
                    "%s  %d  %d  %d  %d  %d  %d  %.1f %%  %s  %s  %s%n",
                    camera.camera(),
                    camera.segments(),
                    camera.tokenFrames(),
                    camera.frames(),
                    camera.missingFrames(),
                    camera.holes(),
                    camera.recordBytes(),
                    100.0 * camera.recordBytes() / camera.packedBytes(),
                    Times.text(camera.firstCapturedAtMicros()),
                    Times.text(camera.lastCapturedAtMicros()),
                    String.join(" ", camera.tokenizers()));
        }
        deletions.cameras().forEach(deleted -> said.println(ExpireCommand.notice(deleted)));
        census.faults().forEach(fault -> said.println("damaged: " + fault));
        return 0;
    }

    @Command(
            name = "info",
            mixinStandardHelpOptions = true,
            description = "Lists the segments of one camera, oldest first.")
    int info(
            @Mixin OptionSources options,
            @Option(names = "--camera", required = true, paramLabel = "ID", description = "Camera id.") String camera)
            throws IOException {
        PrintWriter said = command.commandLine().getOut();
        said.println("epoch/clip/position  token frames  frames  from  to  end  codec  bytes  tokenizer  encoder");
        ArchiveReader.EachOutline each = new ArchiveReader.EachOutline() {
            @Override
            public void outline(SegmentOutline segment, int recordBytes) {
                said.println(line(segment, recordBytes));
            }

            @Override
            public void damaged(String place, String why) {
                said.println("damaged: " + place + ": " + why);
            }
        };
        KafkaSettings kafka = new KafkaSettings(options.read());
        ArchiveDeletions.read(kafka).of(camera).ifPresent(deleted -> said.println(ExpireCommand.notice(deleted)));
        new ArchiveReader(kafka).readOutlines(Optional.of(camera), each);
        return 0;
    }

    private static String line(SegmentOutline segment, int recordBytes) {
        CodedSegment.Extent extent = segment.extent();
        return String.format(
                Locale.ROOT,
                "%d/%d/%d  %d  %d  %s  %s  %s  %s  %d  %s  %.12s",
                segment.head().epoch(),
                segment.head().clip(),
                extent.firstPosition(),
                extent.tokenFrames(),
                extent.frames(),
                Times.text(extent.firstCapturedAtMicros()),
                Times.text(extent.lastCapturedAtMicros()),
                segment.end(),
                codec(segment.codec()),
                recordBytes,
                segment.head().provenance().tokenizerId(),
                segment.head().provenance().encoderHash());
    }

    private static String codec(int id) {
        try {
            return PayloadCodec.of(id).name().toLowerCase(Locale.ROOT);
        } catch (SegmentException e) {
            return Integer.toString(id);
        }
    }

    @Command(
            name = "verify",
            mixinStandardHelpOptions = true,
            description =
                    "Checks every checksum, decodes the tokens of every segment, and looks for token frames that are"
                            + " missing. Exit code 1 when anything is wrong.")
    int verify(
            @Mixin OptionSources options,
            @Option(
                            names = "--out",
                            defaultValue = "out/archive",
                            description = "Where results go (default: ${DEFAULT-VALUE}).")
                    Path out,
            @Option(
                            names = "--pictures",
                            description =
                                    "Also decodes the first token frame of every segment to pictures, with the decoder of"
                                            + " model.registry or model.decoder.")
                    boolean pictures)
            throws IOException {
        Configuration configuration = options.read();
        KafkaSettings kafka = new KafkaSettings(configuration);
        ArchiveReader reader = new ArchiveReader(kafka);
        Map<Integer, Long> beginnings = reader.beginnings();
        ArchiveDeletions deletions = ArchiveDeletions.read(kafka);
        ArchiveCensus census;
        try (Decoders decoders = new Decoders(configuration)) {
            census = new ArchiveCensus(pictures ? new SegmentPictures(decoders) : SegmentCoder::decode, deletions);
            census.beginnings(kafka.archiveTopic(), beginnings);
            reader.readAll(census);
        }
        PrintWriter said = command.commandLine().getOut();
        Map<String, Object> report = new TreeMap<>();
        report.put("passed", census.faultCount() == 0);
        report.put("faults", census.faultCount());
        report.put("examples", census.faults());
        report.put("cameras", census.cameras());
        report.put("deleted", deletions.cameras());
        Files.createDirectories(out);
        Path json = out.resolve("archive-verify.json");
        JsonFile.write(json, report);
        said.printf(
                Locale.ROOT,
                "%d cameras, %d segments, %d token frames decoded%s%n",
                census.cameras().size(),
                census.cameras().stream()
                        .mapToLong(ArchiveCensus.Camera::segments)
                        .sum(),
                census.cameras().stream()
                        .mapToLong(ArchiveCensus.Camera::tokenFrames)
                        .sum(),
                pictures ? ", the first of each segment to pictures" : "");
        deletions.cameras().forEach(deleted -> said.println(ExpireCommand.notice(deleted)));
        census.faults().forEach(said::println);
        said.printf(
                Locale.ROOT, "%s%n%s%n", census.faultCount() == 0 ? "passed" : "FAILED: " + census.faultCount(), json);
        return census.faultCount() == 0 ? 0 : 1;
    }
}
