package io.nolook.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;

import io.nolook.cli.Main;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Pages are short, hang together, and say what the program knows. */
class DocumentationTest {
    private static final String FRONT = "README.md";
    private static final String CONTRIBUTING = ".github/CONTRIBUTING.md";
    private static final int MOST_CHARACTERS_OF_A_CELL = 200;
    private static final Set<String> LANGUAGES =
            Set.of("sh", "bash", "python", "text", "json", "properties", "mermaid", "java", "yaml", "sql");
    private static final Set<String> OF_THE_SCRIPT = Set.of("test", "--no-install");
    private static final Pattern INLINE_COMMAND = Pattern.compile("`([^`]*\\./nolook(?![^` ])[^`]*)`");
    private static final Pattern METRIC = Pattern.compile("(?:counter|gauge|histogram)\\((?:metrics, )?\"(\\w+)\"");
    private static final Pattern TEST_CLASS = Pattern.compile("\\b[A-Z]\\w*(?:Test|ITCase)\\b");

    static List<Page> pages() throws IOException {
        return Page.all();
    }

    /** With the pages that models and schemas have of their own. */
    static Stream<Page> linked() throws IOException {
        List<Page> pages = new ArrayList<>(Page.all());
        for (String name :
                List.of("schemas/README.md", "deploy/models/MODEL_CARD.md", "deploy/models/RECOGNITION.md")) {
            pages.add(Page.read(name));
        }
        return pages.stream();
    }

    @ParameterizedTest
    @MethodSource("pages")
    void pagesAreShort(Page page) {
        int most = Map.of(FRONT, 150, "deploy/docs/options.md", 250)
                .getOrDefault(page.name(), 200); // options are printed by a command
        assertThat(page.lines()).hasSizeLessThanOrEqualTo(most);
        assertThat(page.lines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(400));
    }

    @Test
    void measuredFiguresStandInReadableCells() throws IOException {
        for (String name : List.of(FRONT, "deploy/docs/benchmarks.md")) {
            assertThat(Page.read(name).prose().stream()
                            .filter(line -> line.startsWith("|"))
                            .flatMap(row -> Arrays.stream(row.split("\\|"))))
                    .allSatisfy(cell -> assertThat(cell.strip()).hasSizeLessThanOrEqualTo(MOST_CHARACTERS_OF_A_CELL));
        }
    }

    @ParameterizedTest
    @MethodSource("linked")
    void linksLeadSomewhere(Page page) {
        assertThat(page.links().stream().filter(link -> !link.contains("://"))).allSatisfy(link -> {
            String file = link.replaceFirst("#.*", "");
            String target = file.isEmpty() ? page.name() : target(page, file);
            assertThat(Page.HOME.resolve(target)).as(link).exists();
            if (link.contains("#")) {
                assertThat(Page.read(target).anchors()).as(link).contains(link.replaceFirst(".*#", ""));
            }
        });
    }

    @ParameterizedTest
    @MethodSource("pages")
    void everyGuideEndsWithItsNeighbours(Page page) {
        if (page.name().startsWith("deploy/docs/")) {
            String text = String.join("\n", page.lines());
            assertThat(text.substring(text.lastIndexOf("\n\n"))).startsWith("\n\nNext: [");
        }
    }

    private static String target(Page page, String file) {
        Path from = Page.HOME.resolve(page.name()).getParent();
        return Page.HOME.relativize(from.resolve(file).normalize()).toString();
    }

    @Test
    void everyPageIsReachedFromTheFrontPage() throws IOException {
        List<String> names = Page.all().stream().map(Page::name).toList();
        Set<String> reached = new LinkedHashSet<>(List.of(FRONT));
        Deque<String> next = new ArrayDeque<>(reached);
        while (!next.isEmpty()) {
            Page page = Page.read(next.pop());
            for (String link : page.links()) {
                String file = link.replaceFirst("#.*", "");
                if (!link.contains("://") && !file.isEmpty() && names.contains(target(page, file))) {
                    String target = target(page, file);
                    if (reached.add(target)) {
                        next.add(target);
                    }
                }
            }
        }
        assertThat(reached).containsAll(names);
    }

    @ParameterizedTest
    @MethodSource("pages")
    void blocksNameTheirLanguageAndWhyTheyDoNotRun(Page page) {
        assertThat(page.blocks()).allSatisfy(block -> {
            assertThat(LANGUAGES).as(block.place()).contains(block.language());
            block.notRun()
                    .ifPresent(reason -> assertThat(reason).as(block.place()).hasSizeGreaterThan(5));
        });
    }

    /** Those that are not run, too. */
    @ParameterizedTest
    @MethodSource("pages")
    void theProgramKnowsEveryCommand(Page page) {
        String options = options();
        page.blocks().stream()
                .filter(Block::isCommands)
                .forEach(block -> block.commands().stream()
                        .flatMap(line -> Block.nolook(line).stream())
                        .filter(words -> !words.get(0).equals("test"))
                        .forEach(words -> {
                            assertThatNoException()
                                    .as("%s: %s", block, words)
                                    .isThrownBy(() -> Main.commandLine().parseArgs(words.toArray(String[]::new)));
                            words.stream()
                                    .filter(word -> word.matches("[a-z.-]+=.*"))
                                    .forEach(word -> assertKnown(options, word.replaceFirst("=.*", ""), block.place()));
                        }));
    }

    /** Commands in the middle of a text or a table, too. */
    @ParameterizedTest
    @MethodSource("pages")
    void theProgramKnowsCommandsInTheText(Page page) {
        INLINE_COMMAND.matcher(String.join("\n", page.prose())).results().forEach(span -> {
            List<String> words = Block.nolook(span.group(1).replace('\n', ' ')).orElseThrow();
            if (words.isEmpty() || OF_THE_SCRIPT.contains(words.get(0))) {
                return;
            }
            if (words.size() == 1) { // a command is named
                assertThat(Main.commandLine().getSubcommands()).as(page.name()).containsKey(words.get(0));
            } else {
                assertThatNoException()
                        .as("%s: %s", page, words)
                        .isThrownBy(() -> Main.commandLine().parseArgs(words.toArray(String[]::new)));
            }
        });
    }

    @ParameterizedTest
    @MethodSource("pages")
    void theProgramKnowsEveryOption(Page page) throws IOException {
        String options = options();
        for (Block block : page.blocks()) {
            if (block.language().equals("properties")) {
                Properties properties = new Properties();
                properties.load(new StringReader(block.text()));
                properties.stringPropertyNames().forEach(key -> assertKnown(options, key, block.place()));
            }
        }
    }

    private static void assertKnown(String options, String key, String place) {
        boolean ofOthers = key.matches("(kafka|execution|state|parallelism|pipeline|restart-strategy|taskmanager|rest"
                + "|metrics|high-availability|heartbeat)\\..*");
        assertThat(ofOthers || options.contains("| `" + key + "` |"))
                .as("%s: %s", place, key)
                .isTrue();
    }

    private static String options() {
        StringWriter out = new StringWriter();
        Main.commandLine().setOut(new PrintWriter(out, true)).execute("options", "--markdown");
        return out.toString();
    }

    @Test
    void everyTestThatIsNamedIsThere() throws IOException {
        Set<String> tests = new LinkedHashSet<>();
        for (String module : List.of("schemas", "operators", "jobs")) {
            try (Stream<Path> files = Files.walk(Page.HOME.resolve(module).resolve("src/test/java"))) {
                files.map(file -> file.getFileName().toString().replace(".java", ""))
                        .forEach(tests::add);
            }
        }
        for (Page page : Page.all()) {
            for (String line : page.prose()) {
                Set<String> named = TEST_CLASS
                        .matcher(line)
                        .results()
                        .map(MatchResult::group)
                        .collect(Collectors.toSet());
                assertThat(tests).as(page.name()).containsAll(named);
            }
        }
    }

    @Test
    void everyMetricIsListed() throws IOException {
        Set<String> metrics = new LinkedHashSet<>();
        try (Stream<Path> files = Files.walk(Page.HOME.resolve("operators/src/main/java"))) {
            for (Path file :
                    files.filter(path -> path.toString().endsWith(".java")).toList()) {
                METRIC.matcher(Files.readString(file)).results().forEach(metric -> metrics.add(metric.group(1)));
            }
        }
        String monitoring =
                String.join("\n", Page.read("deploy/docs/monitoring.md").lines());
        assertThat(metrics)
                .hasSizeGreaterThan(20)
                .allSatisfy(metric -> assertThat(monitoring).contains("`" + metric + "`"));
    }

    @Test
    void theShareOfBlocksThatRunIsStated() throws IOException {
        List<Block> commands = Page.all().stream()
                .flatMap(page -> page.blocks().stream())
                .filter(Block::isCommands)
                .toList();
        long run = commands.stream().filter(block -> block.notRun().isEmpty()).count();
        assertThat(String.join("\n", Page.read(CONTRIBUTING).lines()))
                .contains("%d of %d command blocks run in a test".formatted(run, commands.size()));
    }
}
