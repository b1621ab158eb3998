package io.nolook.cli;

import io.nolook.flink.tokenize.TokenizeSettings;
import io.nolook.frame.Picture;
import io.nolook.frame.PictureSink;
import io.nolook.media.Outputs;
import io.nolook.model.VideoDetokenizer;
import io.nolook.offline.Models;
import io.nolook.offline.OfflineDetokenizer;
import io.nolook.offline.TokenFile;
import io.nolook.option.OptionSources;
import io.nolook.schema.TokenFrame;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.apache.avro.file.DataFileReader;
import org.apache.flink.configuration.Configuration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code nolook detokenize}: a file of token frames to pictures. */
@Command(
        name = "detokenize",
        mixinStandardHelpOptions = true,
        description = "Decodes an Avro file of one camera's token frames to PNG pictures or a video.")
final class DetokenizeCommand implements Callable<Integer> {

    @Parameters(paramLabel = "FILE.avro", description = "Token frames, as nolook tokenize writes them.")
    private Path file;

    @Option(
            names = "--out",
            required = true,
            paramLabel = "OUT",
            description = "A folder, which gets 00000.png and so on, or a file that ends in .mp4.")
    private Path out;

    @Option(
            names = "--fps",
            defaultValue = "25",
            description = "Frames a second of a video (default: ${DEFAULT-VALUE}).")
    private double fps;

    @Mixin
    private OptionSources options;

    @Spec
    private CommandSpec command;

    @Override
    public Integer call() throws IOException {
        Configuration configuration = options.read();
        TokenizeSettings settings = TokenizeSettings.of(configuration);
        Progress progress = new Progress(command.commandLine().getErr(), "frames");
        long frames = 0;
        try (DataFileReader<TokenFrame> tokens = TokenFile.open(file)) {
            if (!tokens.hasNext()) {
                throw new IOException("found no token frame in " + file + ", expected at least one");
            }
            TokenFrame first = tokens.next();
            try (VideoDetokenizer detokenizer = Models.detokenizer(configuration, settings, first);
                    PictureSink sink = Outputs.open(out, fps)) {
                OfflineDetokenizer decoder = new OfflineDetokenizer(detokenizer);
                for (TokenFrame frame = first; frame != null; frame = tokens.hasNext() ? tokens.next() : null) {
                    if (!frame.getCamera().equals(first.getCamera())) {
                        throw new IOException("found token frames of cameras " + first.getCamera() + " and "
                                + frame.getCamera() + " in " + file + ", expected one camera");
                    }
                    for (Picture picture : decoder.decode(frame)) {
                        sink.write(picture);
                        progress.at(++frames);
                    }
                }
            }
        }
        progress.end();
        command.commandLine().getOut().printf("%d frames%n%s%n", frames, out);
        return 0;
    }
}
