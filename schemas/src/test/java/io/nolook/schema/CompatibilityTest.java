package io.nolook.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.Incompatibility;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.SchemaValidationException;
import org.apache.avro.SchemaValidator;
import org.apache.avro.SchemaValidatorBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CompatibilityTest {
    private static final SchemaValidator READS =
            new SchemaValidatorBuilder().canReadStrategy().validateAll();

    static Stream<Schema> newest() {
        return SingleObject.newest().stream();
    }

    @Test
    void everyRecordIsKnown() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("src/main/avro"))) {
            assertThat(SingleObject.newest())
                    .extracting(schema -> schema.getName() + ".avsc")
                    .containsExactlyInAnyOrderElementsOf(
                            files.map(file -> file.getFileName().toString()).toList());
        }
    }

    @ParameterizedTest
    @MethodSource("newest")
    void theNewestReadsEveryRelease(Schema newest) {
        for (Schema released : SingleObject.released(newest.getName())) {
            assertThatCode(() -> READS.validate(newest, List.of(released))).doesNotThrowAnyException();
            assertThat(missing(newest, released)).isEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("newest")
    void everyReleaseReadsTheNewest(Schema newest) {
        for (Schema released : SingleObject.released(newest.getName())) {
            assertThatCode(() -> READS.validate(released, List.of(newest))).doesNotThrowAnyException();
            assertThat(missing(released, newest)).isEmpty();
        }
    }

    /** Changed on purpose? Copy the new file to {@code released/vN}, raise RELEASES, add its fixture. */
    @ParameterizedTest
    @MethodSource("newest")
    void theNewestIsTheLastRelease(Schema newest) {
        List<Schema> released = SingleObject.released(newest.getName());

        assertThat(released).isNotEmpty();
        assertThat(SchemaNormalization.parsingFingerprint64(released.get(released.size() - 1)))
                .as("%s changed: release it as the next version", newest.getFullName())
                .isEqualTo(SchemaNormalization.parsingFingerprint64(newest));
    }

    @ParameterizedTest
    @MethodSource("newest")
    void everyReleaseOnDiskIsRead(Schema newest) throws IOException, URISyntaxException {
        try (Stream<Path> versions = Files.list(resource("/released"))) {
            long onDisk = versions.filter(version -> Files.exists(version.resolve(newest.getName() + ".avsc")))
                    .count();
            assertThat(SingleObject.released(newest.getName())).hasSize((int) onDisk);
        }
    }

    @Test
    void everySchemaIsTested() throws IOException, URISyntaxException {
        try (Stream<Path> schemas = Files.list(resource("/avro"))) {
            assertThat(schemas.map(CompatibilityTest::parsed).map(Schema::getFullName))
                    .containsExactlyInAnyOrderElementsOf(
                            newest().map(Schema::getFullName).toList());
        }
    }

    @ParameterizedTest
    @MethodSource("newest")
    void everythingHasADoc(Schema newest) {
        assertThat(withoutDoc(newest, newest.getName())).isEmpty();
    }

    @Test
    void theChecksCanFail() {
        Schema released = SingleObject.released("Frame").get(0);
        Schema renamed =
                new Schema.Parser().parse(released.toString().replace("\"name\":\"sequence\"", "\"name\":\"number\""));
        Schema coded = new Schema.Parser().parse(released.toString().replace("\"RGB24\"", "\"RGB24\",\"WEBP\""));
        Schema undocumented = new Schema.Parser()
                .parse("{\"type\":\"record\",\"name\":\"R\",\"doc\":\"d\",\"fields\":["
                        + "{\"name\":\"a\",\"doc\":\"d\",\"type\":[\"null\",{\"type\":\"enum\",\"name\":\"E\",\"symbols\":[\"X\"]}]},"
                        + "{\"name\":\"b\",\"type\":\"int\"}]}");

        assertThatThrownBy(() -> READS.validate(renamed, List.of(released)))
                .isInstanceOf(SchemaValidationException.class)
                .hasMessageContaining("number");
        assertThatThrownBy(() -> READS.validate(released, List.of(renamed)))
                .isInstanceOf(SchemaValidationException.class)
                .hasMessageContaining("sequence");
        assertThat(missing(released, coded)).as("what the validator lets pass").containsExactly("[WEBP]");
        assertThat(withoutDoc(undocumented, "R")).containsExactly("R.a", "R.b");
    }

    /** What a reader does not understand of what a writer says; knows of enum symbols, as the validator does not. */
    private static List<String> missing(Schema reader, Schema writer) {
        return SchemaCompatibility.checkReaderWriterCompatibility(reader, writer)
                .getResult()
                .getIncompatibilities()
                .stream()
                .map(Incompatibility::getMessage)
                .toList();
    }

    /** Paths of records, enums and fields that say nothing of themselves. */
    private static List<String> withoutDoc(Schema schema, String path) {
        List<String> missing = new ArrayList<>();
        boolean named = schema.getType() == Schema.Type.RECORD || schema.getType() == Schema.Type.ENUM;
        if (named && blank(schema.getDoc())) {
            missing.add(path);
        }
        switch (schema.getType()) {
            case RECORD ->
                schema.getFields().forEach(field -> {
                    String inner = path + "." + field.name();
                    if (blank(field.doc())) {
                        missing.add(inner);
                    }
                    missing.addAll(withoutDoc(field.schema(), inner));
                });
            case UNION -> schema.getTypes().forEach(type -> missing.addAll(withoutDoc(type, path)));
            case ARRAY -> missing.addAll(withoutDoc(schema.getElementType(), path));
            default -> {
                // nothing inside
            }
        }
        return missing;
    }

    private static boolean blank(String doc) {
        return doc == null || doc.isBlank();
    }

    private static Schema parsed(Path file) {
        try {
            return new Schema.Parser().parse(file.toFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path resource(String name) throws URISyntaxException {
        return Path.of(SingleObject.class.getResource(name).toURI());
    }
}
