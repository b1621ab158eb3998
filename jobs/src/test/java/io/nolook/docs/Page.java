package io.nolook.docs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A page of the documentation.
 *
 * @param name its path in the project
 * @param lines of its text
 */
record Page(String name, List<String> lines) {
    static final Path HOME = Path.of("..").toAbsolutePath().normalize();

    private static final Pattern FENCE = Pattern.compile(" *```(.*)");
    private static final Pattern NOT_RUN = Pattern.compile("<!-- not run: (.+) -->");
    private static final Pattern LINK = Pattern.compile("\\[[^\\]]*\\]\\(([^)\\s]+)\\)");

    /** The front page, the guides, and what a hosting platform shows beside them. */
    static List<Page> all() throws IOException {
        List<Page> pages = new ArrayList<>();
        for (String name : List.of("README.md", "CHANGELOG.md", ".github/CONTRIBUTING.md", ".github/SECURITY.md")) {
            pages.add(read(name));
        }
        try (Stream<Path> guides = Files.list(HOME.resolve("deploy/docs"))) {
            for (Path guide : guides.filter(file -> file.toString().endsWith(".md"))
                    .sorted()
                    .toList()) {
                pages.add(read("deploy/docs/" + guide.getFileName()));
            }
        }
        return pages;
    }

    static Page read(String name) throws IOException {
        return new Page(name, Files.readAllLines(HOME.resolve(name)));
    }

    /** The fenced blocks, in order. */
    List<Block> blocks() {
        List<Block> blocks = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            Matcher fence = FENCE.matcher(lines.get(i));
            if (fence.matches()) {
                int first = i + 1;
                do {
                    i++;
                } while (!FENCE.matcher(lines.get(i)).matches());
                Optional<String> notRun = Optional.of(first < 2 ? "" : lines.get(first - 2))
                        .map(NOT_RUN::matcher)
                        .filter(Matcher::matches)
                        .map(reason -> reason.group(1));
                blocks.add(new Block(
                        name + ":" + first,
                        fence.group(1).strip(),
                        String.join("\n", lines.subList(first, i)) + "\n",
                        notRun));
            }
        }
        return blocks;
    }

    /** Targets of its links. */
    List<String> links() {
        String prose = String.join("\n", prose()).replaceAll("`[^`]*`", "");
        return LINK.matcher(prose).results().map(link -> link.group(1)).toList();
    }

    /** What its headings are called in links, as GitHub does it. */
    List<String> anchors() {
        List<String> anchors = new ArrayList<>();
        Map<String, Integer> seen = new HashMap<>();
        for (String line : prose()) {
            if (line.matches("#{1,6} .*")) {
                String anchor = line.replaceFirst("#+ ", "")
                        .strip()
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("[^\\p{L}\\p{N} _-]", "")
                        .replace(' ', '-');
                int before = seen.merge(anchor, 1, Integer::sum) - 1;
                anchors.add(before == 0 ? anchor : anchor + "-" + before);
            }
        }
        return anchors;
    }

    /** Its lines outside of blocks. */
    List<String> prose() {
        List<String> prose = new ArrayList<>();
        boolean fenced = false;
        for (String line : lines) {
            if (FENCE.matcher(line).matches()) {
                fenced = !fenced;
            } else if (!fenced) {
                prose.add(line);
            }
        }
        return prose;
    }

    @Override
    public String toString() {
        return name;
    }
}
