package io.nolook.flink.tokenize;

import static org.assertj.core.api.Assertions.assertThat;

import io.nolook.schema.TokenFrame;
import io.nolook.window.CameraFrame;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.util.OperatorSnapshotUtil;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * State that released versions wrote is restored by this one, in mid-clip, with the same tokens.
 *
 * <p>{@link #main} writes the files of a version; those that are there stay as they are for ever.
 */
class StateFixtureTest {
    private static final int CAMERAS = 2;
    private static final int CUT = CAMERAS * 35;
    private static final List<CameraFrame> FRAMES = TokenizeOperatorTest.interleaved(CAMERAS, 50);

    @ParameterizedTest
    @CsvSource({"1, heap", "1, rocksdb"})
    void stateOfAReleasedVersionGoesOn(int version, String backend) throws Exception {
        List<TokenFrame> found;
        try (var harness =
                TokenizeOperatorTest.harness(new Configuration(), TokenizeOperatorTest.backend(backend), 1, 0)) {
            harness.initializeState(
                    OperatorSnapshotUtil.readStateHandle(file(version, backend).toString()));
            harness.open();
            TokenizeOperatorTest.push(harness, FRAMES.subList(CUT, FRAMES.size()));
            harness.endInput();
            found = TokenizeOperatorTest.output(harness);
        }
        List<TokenFrame> expected = TokenizeOperatorTest.offline(FRAMES).stream()
                .filter(frame -> frame.getLastSequence() >= CUT / CAMERAS)
                .toList();
        assertThat(expected).hasSizeGreaterThan(CAMERAS * 3);
        TokenizeOperatorTest.assertSame(found, expected);
    }

    private static Path file(int version, String backend) throws URISyntaxException {
        return Path.of(StateFixtureTest.class
                .getResource("/state/tokenize-v" + version + "-" + backend + ".snapshot")
                .toURI());
    }

    /** Writes the state of this version: folder, version. */
    public static void main(String[] arguments) throws Exception {
        Path folder = Files.createDirectories(Path.of(arguments[0]));
        for (String backend : List.of("heap", "rocksdb")) {
            try (var harness =
                    TokenizeOperatorTest.harness(new Configuration(), TokenizeOperatorTest.backend(backend), 1, 0)) {
                harness.open();
                TokenizeOperatorTest.push(harness, FRAMES.subList(0, CUT));
                harness.prepareSnapshotPreBarrier(1);
                OperatorSubtaskState state = harness.snapshot(1, 1);
                String name = "tokenize-v" + arguments[1] + "-" + backend + ".snapshot";
                OperatorSnapshotUtil.writeStateHandle(
                        state, folder.resolve(name).toString());
            }
        }
    }
}
