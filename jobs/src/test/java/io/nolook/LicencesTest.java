package io.nolook;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/**
 * Every library may be passed on with what is under Apache-2.0: its pom, or a parent's, says so.
 *
 * <p>A library is looked at by the pom beside its jar in Maven's local repository. One of several licences suffices.
 */
class LicencesTest {
    private static final Pattern ALLOWED =
            Pattern.compile("apache|\\bmit\\b|\\bbsd\\b|\\bedl\\b|cc0|go license|unicode/icu");

    /** Of tests only: nothing of them ships. */
    private static final Map<String, String> IN_TESTS = Map.of(
            "org/junit",
            "eclipse public license",
            "junit/junit",
            "eclipse public license",
            "net/jqwik",
            "eclipse public");

    @Test
    void everyLibraryHasALicenceThatIsAllowed() throws Exception {
        Map<String, List<String>> licences = new TreeMap<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            Path jar = Path.of(entry);
            if (entry.endsWith(".jar") && Files.isRegularFile(pom(jar))) {
                licences.put(repositoryPath(jar), licences(pom(jar)));
            }
        }

        assertThat(licences).as("libraries found").hasSizeGreaterThan(80);
        assertThat(licences.keySet()).anyMatch(path -> path.contains("flink-connector-kafka"));
        licences.entrySet()
                .removeIf(library -> library.getValue().stream()
                        .anyMatch(name -> isAllowed(library.getKey(), name.toLowerCase(Locale.ROOT))));
        assertThat(licences).as("not allowed").isEmpty();
    }

    @Test
    void copyleftIsNotAllowed() {
        assertThat(isAllowed("org/example/a", "gnu general public license v3")).isFalse();
        assertThat(isAllowed("org/example/a", "eclipse public license v2.0")).isFalse();
        assertThat(isAllowed("org/example/a", "sspl")).isFalse();
        assertThat(isAllowed("org/junit/jupiter", "eclipse public license v2.0"))
                .isTrue();
        assertThat(isAllowed("org/example/a", "the apache software license, version 2.0"))
                .isTrue();
    }

    private static boolean isAllowed(String path, String name) {
        return ALLOWED.matcher(name).find()
                || IN_TESTS.entrySet().stream()
                        .anyMatch(test -> path.contains(test.getKey()) && name.contains(test.getValue()));
    }

    /** ARTIFACT/VERSION/ARTIFACT-VERSION[-CLASSIFIER].jar lies beside ARTIFACT-VERSION.pom. */
    private static Path pom(Path jar) {
        Path version = jar.toAbsolutePath().getParent();
        return version.resolve(version.getParent().getFileName() + "-" + version.getFileName() + ".pom");
    }

    private static String repositoryPath(Path jar) {
        String path = jar.toString().replace('\\', '/');
        int repository = path.indexOf("/repository/");
        return repository < 0 ? path : path.substring(repository + "/repository/".length());
    }

    private static List<String> licences(Path pom) throws Exception {
        Document document = parsed(pom);
        List<String> names = new ArrayList<>();
        NodeList found = document.getElementsByTagName("license");
        for (int i = 0; i < found.getLength(); i++) {
            names.add(text((Element) found.item(i), "name").orElse("")
                    + " "
                    + text((Element) found.item(i), "url").orElse(""));
        }
        NodeList parents = document.getElementsByTagName("parent");
        if (!names.isEmpty() || parents.getLength() == 0) {
            return names;
        }
        Element parent = (Element) parents.item(0);
        String artifact = text(parent, "artifactId").orElseThrow();
        String version = text(parent, "version").orElseThrow();
        Path repository = repository(pom);
        Path of = repository
                .resolve(text(parent, "groupId").orElseThrow().replace('.', '/'))
                .resolve(artifact)
                .resolve(version)
                .resolve(artifact + "-" + version + ".pom");
        return Files.isRegularFile(of) ? licences(of) : List.of("found no " + of);
    }

    private static Path repository(Path pom) {
        Path at = pom;
        while (at != null && !at.endsWith("repository")) {
            at = at.getParent();
        }
        return at == null ? pom.getRoot() : at;
    }

    private static Document parsed(Path pom) throws IOException, SAXException, ParserConfigurationException {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
        return factory.newDocumentBuilder().parse(pom.toFile());
    }

    private static Optional<String> text(Element of, String name) {
        NodeList found = of.getElementsByTagName(name);
        return found.getLength() == 0
                ? Optional.empty()
                : Optional.of(found.item(0).getTextContent().strip());
    }
}
