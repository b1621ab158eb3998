package io.nolook.cli;

import io.nolook.flink.tokenize.TokenizeSettings;
import io.nolook.frame.PictureSource;
import io.nolook.media.Inputs;
import io.nolook.media.Outputs;
import io.nolook.media.SeenPictures;
import io.nolook.media.UnfinishedFile;
import io.nolook.model.VideoTokenizer;
import io.nolook.offline.Models;
import io.nolook.offline.OfflineTokenizer;
import io.nolook.offline.TokenFile;
import io.nolook.option.OptionSources;
import io.nolook.schema.TokenFrame;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.avro.file.DataFileWriter;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code nolook tokenize}: a recording to a file of token frames. */
@Command(
        name = "tokenize",
        mixinStandardHelpOptions = true,
        description = "Tokenizes a video, an image, or a folder of images in name order, to an Avro file.")
final class TokenizeCommand implements Callable<Integer> {

    @Parameters(paramLabel = "INPUT", description = "Video file, image file, or folder of images.")
    private String input;

    @Option(names = "--out", required = true, paramLabel = "FILE.avro", description = "Where the token frames go.")
    private Path out;

    @Option(
            names = "--camera",
            defaultValue = "camera",
            description = "Camera id to write (default: ${DEFAULT-VALUE}).")
    private String camera;

    @Option(
            names = "--dump-frames",
            paramLabel = "FOLDER",
            description = "Also writes the pictures that the model saw, as 00000.png and so on.")
    private @Nullable Path seen;

    @Mixin
    private PartialInput partial;

    @Mixin
    private OptionSources options;

    @Spec
    private CommandSpec command;

    @Override
    public Integer call() throws IOException {
        TokenizeSettings settings = TokenizeSettings.of(options.read());
        PrintWriter said = command.commandLine().getOut();
        AtomicLong tokenFrames = new AtomicLong();
        Progress progress = new Progress(command.commandLine().getErr(), "token frames");
        partial.leftAlone(Inputs.leftAlone(input));
        try (VideoTokenizer tokenizer = Models.tokenizer(settings);
                PictureSource source = watched(Inputs.open(input, settings.frameLimits()));
                UnfinishedFile whole = new UnfinishedFile(out)) {
            long frames;
            try (DataFileWriter<TokenFrame> file = TokenFile.create(whole)) {
                frames = new OfflineTokenizer(tokenizer, settings).tokenize(source, camera, frame -> {
                    try {
                        file.append(frame);
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                    progress.at(tokenFrames.incrementAndGet());
                });
            }
            progress.end();
            partial.require(source.damage());
            if (frames == 0) {
                throw new IOException("found no frame in " + input + ", expected at least one");
            }
            whole.finish();
            said.printf(
                    Locale.ROOT,
                    "%d frames, %d token frames of tokenizer %s%n",
                    frames,
                    tokenFrames.get(),
                    tokenizer.spec().tokenizerId());
        }
        said.println(out);
        Optional.ofNullable(seen).ifPresent(said::println);
        return 0;
    }

    private PictureSource watched(PictureSource source) throws IOException {
        return seen == null ? source : new SeenPictures(source, Outputs.folder(seen));
    }
}
