package io.nolook.cli;

import io.nolook.frame.Picture;
import io.nolook.media.Outputs;
import io.nolook.media.PictureFiles;
import io.nolook.offline.Decoders;
import io.nolook.offline.OfflineDetokenizer;
import io.nolook.offline.TokenFile;
import io.nolook.option.OptionSources;
import io.nolook.schema.TokenFrame;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.apache.avro.file.DataFileReader;
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
        PrintWriter said = command.commandLine().getOut();
        try (DataFileReader<TokenFrame> tokens = TokenFile.open(file);
                Decoders decoders = new Decoders(options.read())) {
            if (!tokens.hasNext()) {
                throw new IOException("found no token frame in " + file + ", expected at least one");
            }
            TokenFrame first = tokens.next();
            decoders.of(first); // what is refused at its beginning leaves no file
            long frames;
            PictureFiles sink = Outputs.open(out, fps);
            try (sink) {
                frames = decode(first, tokens, new OfflineDetokenizer(decoders::of), sink);
            }
            said.printf(Locale.ROOT, "%d frames%n", frames);
            sink.files().forEach(said::println);
        }
        return 0;
    }

    /** How many frames were written. */
    private long decode(TokenFrame first, Iterator<TokenFrame> rest, OfflineDetokenizer decoder, PictureFiles sink)
            throws IOException {
        Progress progress = new Progress(command.commandLine().getErr(), "frames");
        long frames = 0;
        for (TokenFrame frame = first; frame != null; frame = rest.hasNext() ? rest.next() : null) {
            if (!frame.getCamera().equals(first.getCamera())) {
                throw new IOException("found token frames of cameras " + first.getCamera() + " and " + frame.getCamera()
                        + " in " + file + ", expected one camera");
            }
            for (Picture picture : decoder.decode(frame)) {
                sink.write(picture);
                progress.at(++frames);
            }
        }
        progress.end();
        return frames;
    }
}
