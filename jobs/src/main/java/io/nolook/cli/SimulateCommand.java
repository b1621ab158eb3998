package io.nolook.cli;

import io.nolook.camera.simulator.SimulatedCamera;
import io.nolook.frame.FrameSize;
import io.nolook.frame.PictureSink;
import io.nolook.media.Outputs;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code nolook simulate}: what a simulated camera sees, as a recording. */
@Command(
        name = "simulate",
        mixinStandardHelpOptions = true,
        description = "Records a simulated camera: the same seed and size give the same pictures anywhere.")
final class SimulateCommand implements Callable<Integer> {

    @Option(names = "--out", required = true, paramLabel = "OUT", description = "A folder of PNGs, or an .mp4 file.")
    private Path out;

    @Option(names = "--seed", defaultValue = "0", description = "Which camera (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(
            names = "--size",
            defaultValue = "192x144",
            paramLabel = "WxH",
            description = "Pixels (default: ${DEFAULT-VALUE}).")
    private String size;

    @Option(
            names = "--seconds",
            defaultValue = "10",
            description = "Length, at 25 frames a second (default: ${DEFAULT-VALUE}).")
    private int seconds;

    @Option(
            names = "--from",
            defaultValue = "0",
            description = "Second of the camera's life to begin at (default: ${DEFAULT-VALUE}).")
    private int from;

    @Spec
    private CommandSpec command;

    @Override
    public Integer call() throws IOException {
        if (seconds < 1 || from < 0) {
            throw new IllegalArgumentException("found --seconds " + seconds + " and --from " + from
                    + ", expected at least one second and a beginning that is not negative");
        }
        FrameSize picture = FrameSize.parse(size);
        SimulatedCamera camera = new SimulatedCamera(seed, picture.width(), picture.height());
        Progress progress = new Progress(command.commandLine().getErr(), "frames");
        long first = (long) from * SimulatedCamera.FRAMES_PER_SECOND;
        long frames = (long) seconds * SimulatedCamera.FRAMES_PER_SECOND;
        try (PictureSink sink = Outputs.open(out, SimulatedCamera.FRAMES_PER_SECOND)) {
            for (long i = 0; i < frames; i++) {
                sink.write(camera.picture(first + i));
                progress.at(i + 1);
            }
        }
        progress.end();
        command.commandLine().getOut().printf(Locale.ROOT, "%d frames%n%s%n", frames, out);
        return 0;
    }
}
