package io.nolook.docs;

import static io.nolook.docs.PythonSession.Way.COMPILE;
import static io.nolook.docs.PythonSession.Way.RUN;
import static org.assertj.core.api.Assertions.assertThat;

import io.nolook.cli.Main;
import io.nolook.local.EmbeddedBroker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/**
 * Every command block of the documentation runs, unless the page says why not.
 *
 * <p>A page is one scenario: its blocks run in order, in a folder of their own with a few short recordings, against one
 * embedded broker on which each page has topics of its own.
 */
class DocumentationITCase {
    private static final String HOME_PROPERTY = "user.home";
    /** Pages whose Python needs PyTorch: test_bring_your_own.py runs it. */
    private static final String OWN_TOKENIZER = "own-tokenizer";

    /** Pages that say how large a token frame is, or recognize, which takes one size only; others run at a smaller one. */
    private static final Set<String> OF_USUAL_SIZE =
            Set.of("getting-started", "sequences-and-training", "python", "jobs", "recognition", "generation");

    /** The page whose Python names topics by their usual names. */
    private static final String PYTHON = "python";

    private static final List<String> TOPICS = List.of(
            "frames",
            "tokens",
            "actions",
            "action-scores",
            "surprise",
            "anomalies",
            "generated",
            "decoded-frames",
            "dead-letters",
            "archive",
            "sequences");

    @TempDir
    static Path folder;

    private static EmbeddedBroker broker;
    private static String home;

    static Stream<Page> pages() throws IOException {
        return Page.all().stream()
                .filter(page -> page.blocks().stream()
                        .anyMatch(block -> block.notRun().isEmpty() && (block.isCommands() || block.isPython())));
    }

    @BeforeAll
    static void prepare() throws IOException {
        home = System.setProperty(HOME_PROPERTY, folder.toString());
        broker = EmbeddedBroker.start(Map.of());
        record("videos/gate.mp4", 1);
        record("videos/yard.mp4", 2);
        record("pictures", 3);
        record("actions/help/person-1.mp4", 4);
        record("actions/call/person-2.mp4", 5);
        Files.copy(folder.resolve("videos/gate.mp4"), folder.resolve("a.mp4"));
        Files.copy(folder.resolve("videos/yard.mp4"), folder.resolve("b.mp4"));
    }

    private static void record(String name, int seed) {
        List<String> command = List.of("simulate", "--seconds", "3", "--size", "160x120", "--seed", "" + seed);
        CommandLine simulate = Main.commandLine();
        assertThat(simulate.execute(Stream.concat(
                                command.stream(),
                                Stream.of("--out", folder.resolve(name).toString()))
                        .toArray(String[]::new)))
                .isZero();
    }

    @AfterAll
    static void stop() {
        broker.close();
        System.setProperty(HOME_PROPERTY, home);
    }

    @ParameterizedTest
    @MethodSource("pages")
    void everyBlockRunsUnlessThePageSaysWhyNot(Page page) throws Exception {
        Path place = placed(page);
        Optional<PythonSession> python = PythonSession.start(place, broker.bootstrapServers());
        try (Workplace workplace = new Workplace(place)) {
            for (Block block : page.blocks()) {
                if (block.notRun().isPresent()) {
                    continue;
                }
                if (block.isCommands()) {
                    workplace.run(block);
                } else if (block.isPython() && python.isPresent()) {
                    python.get().take(block, page.name().contains(OWN_TOKENIZER) ? COMPILE : RUN);
                }
            }
        } finally {
            if (python.isPresent()) {
                python.get().close();
            }
        }
    }

    /** What a reader has: the checkout, a few recordings, and a file of options. */
    private static Path placed(Page page) throws IOException {
        String name = page.name().replaceAll(".*/|\\.md", "").toLowerCase(Locale.ROOT);
        Path place = Files.createDirectory(folder.resolve("page-" + name));
        Path deploy = Files.createDirectories(place.resolve("deploy/conf")).getParent();
        for (String part : List.of("models", "python", "docs", "build", "compose", "images", "reports")) {
            Files.createSymbolicLink(
                    deploy.resolve(part), Page.HOME.resolve("deploy").resolve(part));
        }
        Files.createSymbolicLink(place.resolve("schemas"), Page.HOME.resolve("schemas"));
        for (String recording : List.of("videos", "pictures", "actions", "a.mp4", "b.mp4")) {
            Files.createSymbolicLink(place.resolve(recording), folder.resolve(recording));
        }
        Path others = Page.HOME.resolve("operators/src/test/resources/models");
        Files.createDirectory(place.resolve("pairs"));
        Files.copy(others.resolve("lfq16-encoder.onnx"), place.resolve("pairs/encoder.onnx"));
        String options = Files.readString(Page.HOME.resolve("deploy/conf/nolook.properties")) + options(name, place);
        Files.writeString(place.resolve("deploy/conf/nolook.properties"), options);
        Files.writeString(place.resolve("nolook.properties"), options);
        return place;
    }

    /** The last one said wins: this broker, topics of the page, and a small machine. */
    private static String options(String name, Path place) {
        StringBuilder options = new StringBuilder("\nkafka.bootstrap.servers = " + broker.bootstrapServers() + "\n");
        String prefix = name.equals(PYTHON) ? "" : name + "-";
        TOPICS.forEach(topic -> options.append("topics.%s = %s%s%n".formatted(topic, prefix, topic)));
        options.append(OF_USUAL_SIZE.contains(name) ? "" : "frame.size = 64x64\n");
        return options.append("topics.partitions = 1\ntopics.replication = 1\n")
                .append("parallelism.default = 1\ninference.device = cpu\nbatch.size = 2\n")
                .append("execution.checkpointing.interval = 500 ms\n")
                .append("execution.checkpointing.dir = %s%n"
                        .formatted(place.resolve("state").toUri()))
                .toString();
    }
}
